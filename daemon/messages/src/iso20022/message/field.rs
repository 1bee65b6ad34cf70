// SPDX-License-Identifier: MIT

//! How values and fields are read and written.

use super::ReadError;
use crate::iso20022::record::Element;
use crate::iso20022::write::Writer;

/// What is noted while a message is read.
#[derive(Debug, Default)]
pub struct Reading {
    /// Paths of elements that the types have no field for.
    pub unread: Vec<String>,
}

impl Reading {
    /// Notes every element within `element` that none of these paths leads to or through.
    pub fn note(&mut self, element: Element<'_>, paths: &[&str]) {
        for child in element.children() {
            let below: Vec<&str> = paths
                .iter()
                .filter_map(|path| path.strip_prefix(child.name()))
                .filter(|rest| rest.is_empty() || rest.starts_with('/'))
                .collect();
            if below.is_empty() {
                self.unread.push(child.path());
            } else if !below.contains(&"") {
                let below: Vec<&str> = below.iter().map(|rest| rest.get(1..).unwrap_or_default()).collect();
                self.note(child, &below);
            }
        }
    }
}

/// The content of one element.
pub trait Value: Sized {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`ReadError`] if it is not of this type.
    fn read(element: Element<'_>, reading: &mut Reading) -> Result<Self, ReadError>;

    /// Writes it into the element that is open.
    fn write(&self, writer: &mut Writer);

    /// Some value, for tests: `source` yields random numbers.
    #[cfg(test)]
    fn sample(source: &mut dyn FnMut() -> u64) -> Self;
}

/// A value that must be there, may be there, or may be there several times.
pub trait Field: Sized {
    /// Reads it from below `parent`.
    ///
    /// # Errors
    ///
    /// [`ReadError`] if it is missing or not of its type.
    fn read_at(parent: Element<'_>, path: &str, reading: &mut Reading) -> Result<Self, ReadError>;

    /// Writes it below the element that is open.
    fn write_at(&self, path: &'static str, writer: &mut Writer);

    /// Whether there is nothing to write.
    fn is_absent(&self) -> bool;

    /// Some value, for tests.
    #[cfg(test)]
    fn sample_field(source: &mut dyn FnMut() -> u64) -> Self;
}

impl<T: Value> Field for T {
    fn read_at(parent: Element<'_>, path: &str, reading: &mut Reading) -> Result<T, ReadError> {
        let found = parent.get(path);
        let found = found.ok_or_else(|| ReadError { path: parent.path(), reason: format!("{path} is missing") })?;
        T::read(found, reading)
    }

    fn write_at(&self, path: &'static str, writer: &mut Writer) {
        writer.element(path, |writer| self.write(writer));
    }

    fn is_absent(&self) -> bool {
        false
    }

    #[cfg(test)]
    fn sample_field(source: &mut dyn FnMut() -> u64) -> T {
        T::sample(source)
    }
}

impl<T: Value> Field for Option<T> {
    fn read_at(parent: Element<'_>, path: &str, reading: &mut Reading) -> Result<Option<T>, ReadError> {
        parent.get(path).map(|found| T::read(found, reading)).transpose()
    }

    fn write_at(&self, path: &'static str, writer: &mut Writer) {
        if let Some(value) = self {
            value.write_at(path, writer);
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    #[cfg(test)]
    fn sample_field(source: &mut dyn FnMut() -> u64) -> Option<T> {
        if source() % 3 == 0 { Some(T::sample(source)) } else { None }
    }
}

impl<T: Value> Field for Vec<T> {
    fn read_at(parent: Element<'_>, path: &str, reading: &mut Reading) -> Result<Vec<T>, ReadError> {
        parent.all(path).into_iter().map(|found| T::read(found, reading)).collect()
    }

    fn write_at(&self, path: &'static str, writer: &mut Writer) {
        self.iter().for_each(|value| value.write_at(path, writer));
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    // One at least, because some lists must not be empty, and no more than the shortest list may have.
    #[cfg(test)]
    fn sample_field(source: &mut dyn FnMut() -> u64) -> Vec<T> {
        (0..=source() % 2).map(|_| T::sample(source)).collect()
    }
}

/// A whole message.
pub trait Message: Value {
    /// Message definition identifier, such as `pacs.008.001.08`.
    const DEFINITION: &'static str;
    /// The element in `Document` that holds it; empty if it is the root itself.
    const ROOT: &'static str;
}
