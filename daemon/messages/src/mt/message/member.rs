// SPDX-License-Identifier: MIT

//! Members of messages: a field that must be there, may be there, or may be there several times.

use super::MtReadError;
use crate::mt::field::Field;

/// What a field holds.
pub(super) trait Value: Sized {
    /// Reads a field that is of its format; `None` if a part is missing or no value of its type.
    fn read(field: &Field) -> Option<Self>;

    /// The content of the field.
    fn content(&self) -> String;

    /// The option of the tag, where several are possible; `number` is that of the tag.
    fn option(&self, _number: &str) -> &'static str {
        ""
    }
}

/// One member of a message.
pub(super) trait Member: Sized {
    fn read(fields: &[Field], key: &'static str) -> Result<Self, MtReadError>;
    fn write(&self, key: &'static str, out: &mut Vec<(String, String)>);
}

/// Reads one field.
pub(super) fn read<T: Value>(field: &Field) -> Result<T, MtReadError> {
    T::read(field).ok_or_else(|| MtReadError::Field { path: field.place.path.clone(), tag: field.tag.clone() })
}

impl<T: Value> Member for T {
    fn read(fields: &[Field], key: &'static str) -> Result<T, MtReadError> {
        fields.iter().find(|field| field.key == key).map(read).ok_or(MtReadError::Missing(key))?
    }

    fn write(&self, key: &'static str, out: &mut Vec<(String, String)>) {
        let key = key.trim_start_matches("B.");
        let tag = match key.strip_suffix('a') {
            Some(number) => format!("{number}{}", self.option(number)),
            None => key.to_string(),
        };
        out.push((tag, self.content()));
    }
}

impl<T: Value> Member for Option<T> {
    fn read(fields: &[Field], key: &'static str) -> Result<Option<T>, MtReadError> {
        fields.iter().find(|field| field.key == key).map(read).transpose()
    }

    fn write(&self, key: &'static str, out: &mut Vec<(String, String)>) {
        if let Some(value) = self {
            value.write(key, out);
        }
    }
}

impl<T: Value> Member for Vec<T> {
    fn read(fields: &[Field], key: &'static str) -> Result<Vec<T>, MtReadError> {
        fields.iter().filter(|field| field.key == key).map(read).collect()
    }

    fn write(&self, key: &'static str, out: &mut Vec<(String, String)>) {
        for value in self {
            value.write(key, out);
        }
    }
}
