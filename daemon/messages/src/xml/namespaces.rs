// SPDX-License-Identifier: MIT

//! Prefixes and what they stand for (Namespaces in XML 1.0).

use super::{Limits, XmlError};

/// A namespace of the document being read, for quick comparison.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NamespaceId(usize);

impl NamespaceId {
    /// No namespace.
    pub const NONE: NamespaceId = NamespaceId(0);
    /// What the prefix `xml` stands for.
    const XML: NamespaceId = NamespaceId(1);
}

/// The name of an element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Name<'r> {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// The name of that namespace, empty if it has none.
    pub uri: &'r str,
    /// Its name without the prefix.
    pub local: &'r str,
}

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The declarations in force.
#[derive(Debug)]
pub(super) struct Namespaces {
    names: Vec<String>,
    bindings: Vec<Binding>,
    /// What names without prefix belong to here, which is asked for most.
    default: NamespaceId,
}

#[derive(Debug)]
struct Binding {
    prefix: String,
    namespace: NamespaceId,
    /// Depth of the element that declares it.
    depth: usize,
}

impl Namespaces {
    pub(super) fn new() -> Namespaces {
        let xml = Binding { prefix: "xml".into(), namespace: NamespaceId::XML, depth: 0 };
        Namespaces { names: vec![String::new(), XML.into()], bindings: vec![xml], default: NamespaceId::NONE }
    }

    /// Takes a declaration of the element at `depth`. The empty prefix is the default namespace.
    pub(super) fn declare(&mut self, prefix: &str, name: &str, depth: usize, limits: &Limits) -> Result<(), XmlError> {
        let wrong = |text: &str| Err(XmlError::Namespace(format!("{prefix:?} is bound to {name:?}: {text}")));
        if prefix == "xmlns" || name == XMLNS || (prefix == "xml") != (name == XML) {
            return wrong("the names xml and xmlns are reserved");
        }
        if name.is_empty() && !prefix.is_empty() {
            return wrong("a prefix cannot be taken back");
        }
        let known = self.names.iter().position(|known| known == name);
        let namespace = match known {
            Some(known) => NamespaceId(known),
            None if self.names.len() >= limits.namespaces => {
                return Err(XmlError::Limit { what: "namespaces", limit: limits.namespaces as u64 });
            }
            None => {
                self.names.push(name.to_string());
                NamespaceId(self.names.len() - 1)
            }
        };
        self.bindings.push(Binding { prefix: prefix.to_string(), namespace, depth });
        if prefix.is_empty() {
            self.default = namespace;
        }
        Ok(())
    }

    /// Forgets the declarations of elements at `depth`.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|binding| binding.depth >= depth && binding.depth > 0) {
            self.bindings.pop();
            let default = self.bindings.iter().rev().find(|binding| binding.prefix.is_empty());
            self.default = default.map_or(NamespaceId::NONE, |binding| binding.namespace);
        }
    }

    /// What a prefix stands for here; the empty one is the default namespace.
    pub(super) fn resolve(&self, prefix: &str) -> Option<NamespaceId> {
        if prefix.is_empty() {
            return Some(self.default);
        }
        let bound = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
        bound.map(|binding| binding.namespace)
    }

    /// The name of a namespace.
    pub(super) fn name(&self, namespace: NamespaceId) -> &str {
        self.names.get(namespace.0).map_or("", String::as_str)
    }
}
