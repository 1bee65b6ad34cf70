// SPDX-License-Identifier: MIT

//! Why something was rejected, returned or asked back.

use super::{Code, Party};
use crate::iso20022::message::Text;

element! {
    /// A reason.
    #[derive(Default)]
    pub struct Reason {
        /// Who says so.
        originator: Option<Party> = "Orgtr",
        /// The reason.
        code: Option<Code> = "Rsn",
        /// More.
        #[serde(default)]
        additional: Vec<Text<105>> = "AddtlInf",
    }
}
