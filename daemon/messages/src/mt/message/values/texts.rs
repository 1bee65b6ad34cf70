// SPDX-License-Identifier: MIT

//! References, codes and free text.

use serde::{Deserialize, Serialize};

use crate::mt::field::Field;
use crate::mt::message::member::Value;

/// Lines of free text.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Lines(pub Vec<String>);

/// What a bank is to do (field 23E).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Instruction {
    /// The code, such as `SDVA` or `INTC`.
    pub code: String,
    /// More, after codes that allow it.
    pub information: Option<String>,
}

/// The whole content: references and codes.
impl Value for String {
    fn read(field: &Field) -> Option<String> {
        Some(field.content.clone())
    }

    fn content(&self) -> String {
        self.clone()
    }
}

impl Value for Lines {
    fn read(field: &Field) -> Option<Lines> {
        Some(Lines(field.parts("line")))
    }

    fn content(&self) -> String {
        self.0.join("\n")
    }
}

impl Value for Instruction {
    fn read(field: &Field) -> Option<Instruction> {
        let information = field.part("information").map(str::to_string);
        Some(Instruction { code: field.part("code")?.to_string(), information })
    }

    fn content(&self) -> String {
        let information = self.information.as_ref().map(|information| format!("/{information}"));
        format!("{}{}", self.code, information.unwrap_or_default())
    }
}
