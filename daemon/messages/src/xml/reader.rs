// SPDX-License-Identifier: MIT

//! Reading a document token by token.

use std::borrow::Cow;
use std::io::Read;

use quick_xml::events::{BytesDecl, Event};

use super::characters::{self, is_name};
use super::namespaces::{Name, NamespaceId, Namespaces};
use super::source::{Exceeded, Source};
use super::{Attribute, AttributeKind, Limits, Token, XSI, XmlError, attributes};
use crate::finding::Position;

/// Reads a document token by token, in memory that the [`Limits`] bound.
pub struct Reader<R> {
    inner: quick_xml::Reader<Source<R>>,
    limits: Limits,
    buffer: Vec<u8>,
    /// The name of the element that begins, with its prefix.
    name: String,
    /// Text whose line ends had to be changed.
    normalized: String,
    attributes: Vec<Attribute>,
    namespaces: Namespaces,
    position: Position,
    depth: usize,
    /// Whether the end of an empty element is yet to be told.
    empty: bool,
    /// Whether anything that counts has come: the declaration must be first.
    begun: bool,
    /// Whether the root has come.
    rooted: bool,
}

impl<R: Read> Reader<R> {
    /// A reader of `input`, which begins with the document, perhaps after a byte order mark.
    pub fn new(input: R, limits: Limits) -> Reader<R> {
        let mut inner = quick_xml::Reader::from_reader(Source::new(input, limits.token, limits.input));
        let config = inner.config_mut();
        config.check_comments = true;
        config.check_end_names = true;
        Reader {
            inner,
            limits,
            buffer: Vec::new(),
            name: String::new(),
            normalized: String::new(),
            attributes: Vec::new(),
            namespaces: Namespaces::new(),
            position: Position { line: 1, column: 1 },
            depth: 0,
            empty: false,
            begun: false,
            rooted: false,
        }
    }

    /// Where the token begins that came last or could not be read.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.inner.get_ref().taken()
    }

    /// The next token.
    ///
    /// # Errors
    ///
    /// Any [`XmlError`]; [`Self::position`] then says where the token began that could not be read. Nothing more can be
    /// read after an error.
    pub fn next_token(&mut self) -> Result<(Position, Token<'_>), XmlError> {
        if self.empty {
            self.empty = false;
            leave(&mut self.depth, &mut self.namespaces);
            return Ok((self.position, Token::End));
        }
        self.buffer.clear();
        self.position = self.inner.get_mut().begin_token();
        let event = self.inner.read_event_into(&mut self.buffer).map_err(from_quick_xml)?;
        let at = self.position;
        let first = !self.begun;
        self.begun = true;
        let token = match event {
            Event::Start(start) => {
                let (depth, namespaces) = (&mut self.depth, &mut self.namespaces);
                enter(depth, &mut self.rooted, &self.limits)?;
                let raw = start.attributes_raw();
                declare(raw, *depth, namespaces, &mut self.attributes, &self.limits)?;
                self.name.clear();
                self.name.push_str(characters::text(start.name().as_ref())?);
                let name = element_name(&self.name, &self.namespaces)?;
                Token::Start { name, attributes: &self.attributes }
            }
            Event::Empty(start) => {
                let (depth, namespaces) = (&mut self.depth, &mut self.namespaces);
                enter(depth, &mut self.rooted, &self.limits)?;
                self.empty = true;
                let raw = start.attributes_raw();
                declare(raw, *depth, namespaces, &mut self.attributes, &self.limits)?;
                self.name.clear();
                self.name.push_str(characters::text(start.name().as_ref())?);
                let name = element_name(&self.name, &self.namespaces)?;
                Token::Start { name, attributes: &self.attributes }
            }
            Event::End(_) => {
                leave(&mut self.depth, &mut self.namespaces);
                Token::End
            }
            Event::Text(text) => {
                // Always borrowed: the bytes are in the buffer.
                let Cow::Borrowed(bytes) = text.into_inner() else { return Err(XmlError::Utf8) };
                let text = characters::text(bytes)?;
                if memchr::memchr(b']', bytes).is_some() && text.contains("]]>") {
                    return Err(XmlError::ill_formed("]]> is not allowed in text: write ]]&gt;"));
                }
                within(self.depth, text)?;
                Token::Text(line_ends(text, &mut self.normalized))
            }
            Event::CData(data) => {
                if self.depth == 0 {
                    return Err(XmlError::ill_formed("text outside of the root element"));
                }
                let text = characters::text(&data)?;
                self.normalized.clear();
                self.normalized.push_str(text);
                normalize(&mut self.normalized);
                Token::Text(&self.normalized)
            }
            Event::GeneralRef(name) => {
                let character = reference(characters::text(&name)?)?;
                if self.depth == 0 {
                    return Err(XmlError::ill_formed("text outside of the root element"));
                }
                self.normalized.clear();
                self.normalized.push(character);
                Token::Text(&self.normalized)
            }
            Event::Comment(comment) => {
                let text = characters::text(&comment)?;
                if text.ends_with('-') {
                    return Err(XmlError::ill_formed("a comment ends with --->"));
                }
                Token::Nothing
            }
            Event::PI(instruction) => {
                let text = characters::text(&instruction)?;
                let target = text.split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
                if !is_name(target) || target.eq_ignore_ascii_case("xml") {
                    return Err(XmlError::IllFormed(format!(
                        "a processing instruction cannot have the name {target:?}"
                    )));
                }
                Token::Nothing
            }
            Event::Decl(declaration) => {
                if !first {
                    return Err(XmlError::ill_formed("the XML declaration is not at the beginning"));
                }
                check_declaration(&declaration)?;
                Token::Nothing
            }
            Event::DocType(_) => return Err(XmlError::DocumentType),
            Event::Eof if self.depth > 0 => {
                return Err(XmlError::IllFormed(format!("the end is missing: {} elements are open", self.depth)));
            }
            Event::Eof if !self.rooted => return Err(XmlError::ill_formed("there is no root element")),
            Event::Eof => Token::EndOfDocument,
        };
        Ok((at, token))
    }
}

/// Counts an element that ends.
fn leave(depth: &mut usize, namespaces: &mut Namespaces) {
    namespaces.leave(*depth);
    *depth = depth.saturating_sub(1);
}

/// Counts an element that begins.
fn enter(depth: &mut usize, rooted: &mut bool, limits: &Limits) -> Result<(), XmlError> {
    if *depth == 0 && *rooted {
        return Err(XmlError::ill_formed("there is a second root element"));
    }
    if *depth >= limits.depth {
        return Err(XmlError::Limit { what: "levels of elements", limit: limits.depth as u64 });
    }
    *rooted = true;
    *depth += 1;
    Ok(())
}

/// Reads the attributes of an element, taking the declarations of namespaces out.
fn declare(
    raw: &[u8],
    depth: usize,
    namespaces: &mut Namespaces,
    attributes: &mut Vec<Attribute>,
    limits: &Limits,
) -> Result<(), XmlError> {
    attributes.clear();
    if raw.is_empty() {
        return Ok(());
    }
    // As written, because a prefix may be declared after its use.
    let mut seen: Vec<(String, Option<String>)> = Vec::new();
    attributes::parse(raw, |name, value| {
        let (prefix, local) = qualified(name)?;
        if seen.len() >= limits.attributes {
            return Err(XmlError::Limit { what: "attributes of one element", limit: limits.attributes as u64 });
        }
        if seen.iter().any(|(seen, _)| seen == name) {
            return Err(XmlError::IllFormed(format!("the attribute {name} is there twice")));
        }
        match (prefix, local) {
            ("", "xmlns") => namespaces.declare("", &value, depth, limits)?,
            ("xmlns", prefix) => namespaces.declare(prefix, &value, depth, limits)?,
            _ => {
                seen.push((name.to_string(), Some(value)));
                return Ok(());
            }
        }
        seen.push((name.to_string(), None));
        Ok(())
    })?;
    let mut names = Vec::new();
    for (name, value) in seen {
        let Some(value) = value else { continue };
        let (prefix, local) = qualified(&name)?;
        // The default namespace is not for attributes.
        let namespace = if prefix.is_empty() { NamespaceId::NONE } else { bound(prefix, namespaces)? };
        if names.contains(&(namespace, local.to_string())) {
            return Err(XmlError::IllFormed(format!("the attribute {local} is there twice")));
        }
        names.push((namespace, local.to_string()));
        let kind = match namespaces.name(namespace) {
            "" => AttributeKind::Plain,
            XSI if local == "type" => AttributeKind::InstanceType(type_name(&value, namespaces)),
            XSI => AttributeKind::Instance,
            _ => AttributeKind::Foreign,
        };
        attributes.push(Attribute { kind, local: local.to_string(), value });
    }
    Ok(())
}

fn element_name<'r>(name: &'r str, namespaces: &'r Namespaces) -> Result<Name<'r>, XmlError> {
    let (prefix, local) = qualified(name)?;
    let namespace = bound(prefix, namespaces)?;
    Ok(Name { namespace, uri: namespaces.name(namespace), local })
}

/// What a qualified name in a value means: here unprefixed names are in the default namespace.
fn type_name(value: &str, namespaces: &Namespaces) -> Option<(String, String)> {
    let (prefix, local) = qualified(value.trim_ascii()).ok()?;
    namespaces.resolve(prefix).map(|namespace| (namespaces.name(namespace).to_string(), local.to_string()))
}

fn bound(prefix: &str, namespaces: &Namespaces) -> Result<NamespaceId, XmlError> {
    namespaces.resolve(prefix).ok_or_else(|| XmlError::Namespace(format!("the prefix {prefix:?} is not declared")))
}

/// Prefix and local part of a name; the prefix is empty if there is none.
fn qualified(name: &str) -> Result<(&str, &str), XmlError> {
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) if is_name(prefix) => (prefix, local),
        Some(_) => return Err(XmlError::IllFormed(format!("{name:?} is not a name"))),
        None => ("", name),
    };
    if is_name(local) { Ok((prefix, local)) } else { Err(XmlError::IllFormed(format!("{name:?} is not a name"))) }
}

/// Outside of the root element there is only white space.
fn within(depth: usize, text: &str) -> Result<(), XmlError> {
    if depth == 0 && !text.bytes().all(characters::is_space) {
        return Err(XmlError::ill_formed("text outside of the root element"));
    }
    Ok(())
}

/// Carriage returns, alone or before a line feed, are line feeds (XML 1.0, 2.11).
fn line_ends<'t>(text: &'t str, space: &'t mut String) -> &'t str {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    space.clear();
    space.push_str(text);
    normalize(space);
    space
}

fn normalize(text: &mut String) {
    if text.contains('\r') {
        *text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
}

/// The character that a reference stands for, its name without `&` and `;`.
pub(super) fn reference(name: &str) -> Result<char, XmlError> {
    let code = match name {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix('x') {
                // `from_str_radix` takes a sign, XML does not.
                Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16),
                None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse(),
                _ => return Err(XmlError::IllFormed(format!("&{name}; is no reference"))),
            },
            None if is_name(name) => return Err(XmlError::Entity(name.to_string())),
            None => return Err(XmlError::IllFormed(format!("&{name}; is no reference"))),
        },
    };
    let character = code.ok().and_then(char::from_u32).filter(|character| characters::is_character(*character));
    character.ok_or_else(|| XmlError::IllFormed(format!("&{name}; is not a character of XML")))
}

fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), XmlError> {
    let text = characters::text(declaration)?;
    let mut pairs = Vec::new();
    attributes::parse(text.strip_prefix("xml").unwrap_or(text).as_bytes(), |name, value| {
        pairs.push((name.to_string(), value));
        Ok(())
    })?;
    let mut rest = pairs.as_slice();
    let mut take = |name: &str| match rest {
        [(first, value), after @ ..] if first == name => {
            rest = after;
            Some(value.as_str())
        }
        _ => None,
    };
    let (version, encoding, standalone) = (take("version"), take("encoding"), take("standalone"));
    if version != Some("1.0") || standalone.is_some_and(|value| !matches!(value, "yes" | "no")) || !rest.is_empty() {
        return Err(XmlError::ill_formed(
            "the XML declaration must be like <?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        ));
    }
    match encoding {
        // ASCII is a part of UTF-8.
        Some(name) if !["UTF-8", "US-ASCII", "ASCII"].iter().any(|known| name.eq_ignore_ascii_case(known)) => {
            Err(XmlError::Encoding(name.to_string()))
        }
        _ => Ok(()),
    }
}

/// The error of quick-xml in words of this module.
fn from_quick_xml(error: quick_xml::Error) -> XmlError {
    match error {
        quick_xml::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Exceeded>()) {
            Some(Exceeded { what, limit }) => XmlError::Limit { what, limit: *limit },
            None => XmlError::Io(std::io::Error::new(error.kind(), error.to_string())),
        },
        other => XmlError::IllFormed(other.to_string()),
    }
}
