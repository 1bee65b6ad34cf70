// SPDX-License-Identifier: MIT

//! The notation of the tables, as `schema/README.md` explains it.

/// One table file.
pub(crate) struct Table {
    /// Absent in the file of shared types.
    pub(crate) message: Option<Message>,
    pub(crate) types: Vec<Type>,
}

/// The line `message pacs.008.001.08 Document Document`.
pub(crate) struct Message {
    pub(crate) identifier: String,
    pub(crate) root: String,
    pub(crate) root_type: String,
}

/// A named type.
#[derive(Clone)]
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) definition: Definition,
}

/// What a type is.
#[derive(Clone)]
pub(crate) enum Definition {
    Sequence(Vec<Particle>),
    Choice(Vec<Particle>),
    /// Text of another type, with one mandatory attribute.
    Attributed {
        base: String,
        attribute: String,
        attribute_type: String,
    },
    Simple(Simple),
}

/// An element, or with the name `any` whatever element of a namespace.
#[derive(Clone)]
pub(crate) struct Particle {
    pub(crate) name: String,
    /// For `any` the namespace.
    pub(crate) term: String,
    pub(crate) min: u32,
    /// `u32::MAX` if unbounded.
    pub(crate) max: u32,
}

/// A simple type: a built-in base and facets.
#[derive(Clone)]
pub(crate) struct Simple {
    pub(crate) base: String,
    pub(crate) facets: Vec<(String, String)>,
}

/// Reads a table.
pub(crate) fn parse(text: &str) -> Result<Table, String> {
    let mut table = Table { message: None, types: Vec::new() };
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["", "", name, term, occurs @ ..] => {
                let (min, max) = bounds(occurs).ok_or_else(|| line.to_string())?;
                let particle = Particle { name: (*name).into(), term: (*term).into(), min, max };
                match table.types.last_mut().map(|last| &mut last.definition) {
                    Some(Definition::Sequence(particles) | Definition::Choice(particles)) => particles.push(particle),
                    _ => return Err(format!("no group before {line}")),
                }
            }
            ["message", identifier, root, root_type] => {
                table.message = Some(Message {
                    identifier: (*identifier).into(),
                    root: (*root).into(),
                    root_type: (*root_type).into(),
                });
            }
            [name, "=", rest @ ..] => {
                table.types.push(Type { name: (*name).into(), definition: definition(rest).ok_or(line)? });
            }
            _ => return Err(line.to_string()),
        }
    }
    Ok(table)
}

fn bounds(words: &[&str]) -> Option<(u32, u32)> {
    Some(match words {
        [] => (1, 1),
        ["?"] => (0, 1),
        ["*"] => (0, u32::MAX),
        ["+"] => (1, u32::MAX),
        [range] => {
            let (min, max) = range.split_once("..")?;
            (min.parse().ok()?, if max.is_empty() { u32::MAX } else { max.parse().ok()? })
        }
        _ => return None,
    })
}

fn definition(words: &[&str]) -> Option<Definition> {
    Some(match words {
        ["sequence"] => Definition::Sequence(Vec::new()),
        ["choice"] => Definition::Choice(Vec::new()),
        [base, attribute, attribute_type] if attribute.starts_with('@') => Definition::Attributed {
            base: (*base).into(),
            attribute: attribute[1..].into(),
            attribute_type: (*attribute_type).into(),
        },
        [base, facets @ ..] => {
            let split = |facet: &&str| facet.split_once('=').map(|(key, value)| (key.to_string(), value.to_string()));
            Definition::Simple(Simple {
                base: (*base).into(),
                facets: facets.iter().map(split).collect::<Option<_>>()?,
            })
        }
        [] => return None,
    })
}
