// SPDX-License-Identifier: MIT

//! Which definition a type name means in which message.
//!
//! Most names mean the same everywhere. A few do not, and whatever mentions one of those, at any depth, is made once for
//! each message.

use std::collections::{BTreeMap, BTreeSet};

use crate::notation::{Definition, Message, Type};

/// A message with every type that it uses and that is not shared.
pub(crate) struct Schema {
    pub(crate) message: Message,
    pub(crate) types: Vec<Type>,
}

impl Schema {
    pub(crate) fn new(message: Message, own: Vec<Type>, common: &[Type]) -> Schema {
        let shared: BTreeSet<String> = shared(common).into_iter().map(|shared| shared.name).collect();
        let mut known: BTreeMap<&str, &Type> = common.iter().map(|common| (common.name.as_str(), common)).collect();
        known.extend(own.iter().map(|own| (own.name.as_str(), own)));
        // From the root down, leaving the shared ones out.
        let mut types: BTreeMap<String, Type> = BTreeMap::new();
        let mut open = vec![message.root_type.clone()];
        while let Some(name) = open.pop() {
            if shared.contains(&name) || types.contains_key(&name) {
                continue;
            }
            let found = known.get(name.as_str()).unwrap_or_else(|| panic!("{}: no type {name}", message.identifier));
            open.extend(references(found).into_iter().map(String::from));
            types.insert(name, (*found).clone());
        }
        Schema { message, types: types.into_values().collect() }
    }
}

/// The common types that refer, at any depth, to common types only.
pub(crate) fn shared(common: &[Type]) -> Vec<Type> {
    let mut shared: BTreeMap<&str, &Type> = common.iter().map(|common| (common.name.as_str(), common)).collect();
    loop {
        let lone: Vec<&str> = shared
            .iter()
            .filter(|(_, found)| references(found).iter().any(|name| !shared.contains_key(name)))
            .map(|(name, _)| *name)
            .collect();
        if lone.is_empty() {
            return shared.into_values().cloned().collect();
        }
        for name in lone {
            shared.remove(name);
        }
    }
}

/// The types that a type mentions.
fn references(found: &Type) -> Vec<&str> {
    match &found.definition {
        Definition::Sequence(particles) | Definition::Choice(particles) => {
            particles.iter().filter(|particle| particle.name != "any").map(|particle| particle.term.as_str()).collect()
        }
        Definition::Attributed { base, attribute_type, .. } => vec![base, attribute_type],
        Definition::Simple(_) => Vec::new(),
    }
}
