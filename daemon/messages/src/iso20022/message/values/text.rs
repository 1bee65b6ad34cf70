// SPDX-License-Identifier: MIT

//! Texts of bounded length.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use crate::iso20022::message::{ReadError, Reading, Value};
use crate::iso20022::record::Element;
use crate::iso20022::write::Writer;
use crate::xml::is_character;

/// A text of 1 to `MAX` characters, all of which XML allows.
#[derive(Clone, Debug, Eq, Hash, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MAX: usize>(String);

/// Why something is not such a text.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// It is empty or too long.
    #[error("has {length} characters, 1 to {max} are allowed")]
    Length {
        /// How many there are.
        length: usize,
        /// How many there may be.
        max: usize,
    },
    /// It has a character that XML forbids.
    #[error("has the character {0:?}, which XML does not allow")]
    Character(char),
}

impl<const MAX: usize> Text<MAX> {
    /// A text.
    ///
    /// # Errors
    ///
    /// [`TextError`].
    pub fn new(text: impl Into<String>) -> Result<Text<MAX>, TextError> {
        let text = text.into();
        let length = text.chars().count();
        if !(1..=MAX).contains(&length) {
            return Err(TextError::Length { length, max: MAX });
        }
        if let Some(character) = text.chars().find(|character| !is_character(*character)) {
            return Err(TextError::Character(character));
        }
        Ok(Text(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Text<MAX>, TextError> {
        Text::new(text)
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = TextError;

    fn try_from(text: String) -> Result<Text<MAX>, TextError> {
        Text::new(text)
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> String {
        text.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<const MAX: usize> Value for Text<MAX> {
    fn read(element: Element<'_>, _reading: &mut Reading) -> Result<Text<MAX>, ReadError> {
        Text::new(element.text()).map_err(|error| ReadError { path: element.path(), reason: error.to_string() })
    }

    fn write(&self, writer: &mut Writer) {
        writer.text(&self.0);
    }

    #[cfg(test)]
    fn sample(source: &mut dyn FnMut() -> u64) -> Text<MAX> {
        const CHARACTERS: [char; 12] = ['a', 'Z', '0', ' ', '&', '<', '>', '"', 'ü', '東', '\n', '\u{10000}'];
        let length = 1 + usize::try_from(source()).unwrap_or_default() % MAX.min(40);
        let pick = |number: u64| CHARACTERS[usize::try_from(number % 12).unwrap_or_default()];
        Text((0..length).map(|_| pick(source())).collect())
    }
}
