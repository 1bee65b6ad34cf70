// SPDX-License-Identifier: MIT

//! What the blocks around the text say.

use serde::{Deserialize, Serialize};

use super::MtReadError;
use crate::identifiers::{Bic, Uetr};
use crate::mt::judge::MtMessage;
use crate::mt::layout::Kind;

/// Who sends a message to whom, and its references.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Header {
    /// Who sends it.
    pub sender: Bic,
    /// Who receives it.
    pub receiver: Bic,
    /// The sender's reference of the message itself (field 108).
    #[serde(default)]
    pub message_reference: Option<String>,
    /// Priority that banks agreed on (field 113).
    #[serde(default)]
    pub banking_priority: Option<String>,
    /// Which service of payments tracking it belongs to (field 111), such as `001`.
    #[serde(default)]
    pub service: Option<String>,
    /// Unique end-to-end transaction reference (field 121).
    #[serde(default)]
    pub uetr: Option<Uetr>,
}

impl Header {
    /// A header of nothing but sender and receiver. A head office is written without branch, as headers are read.
    pub fn between(sender: &Bic, receiver: &Bic) -> Header {
        let office = |bic: &Bic| match bic.as_str().strip_suffix("XXX").map(str::parse) {
            Some(Ok(short)) => short,
            _ => bic.clone(),
        };
        Header {
            sender: office(sender),
            receiver: office(receiver),
            message_reference: None,
            banking_priority: None,
            service: None,
            uetr: None,
        }
    }

    /// Reads blocks 1 to 3; what is not kept is told by its path.
    pub(super) fn read(message: &MtMessage) -> Result<(Header, Vec<String>), MtReadError> {
        let bic = |terminal: &Option<crate::mt::envelope::Terminal>| {
            terminal.as_ref().map(|terminal| terminal.bic.clone()).ok_or(MtReadError::Missing("sender and receiver"))
        };
        let text = |tag| message.user(tag).map(str::to_string);
        let header = Header {
            sender: bic(&message.headers.sender)?,
            receiver: bic(&message.headers.receiver)?,
            message_reference: text("108"),
            banking_priority: text("113"),
            service: text("111"),
            uetr: message.uetr(),
        };
        let kept = ["108", "111", "113", "119", "121"];
        let user = message.user.iter().filter(|field| !kept.contains(&field.tag.as_str()));
        // Checksums and test marks are of the transport; a possible duplicate is not.
        let trailers = message.trailers.iter().filter(|trailer| matches!(trailer.tag.as_str(), "PDE" | "PDM"));
        let urgent =
            message.headers.priority.filter(|priority| *priority != 'N').map(|_| format!("{}/2", message.place.path));
        Ok((header, urgent.into_iter().chain(user.chain(trailers).map(|field| field.place.path.clone())).collect()))
    }

    /// Blocks 1 to 3 of a message that goes to the network.
    pub(super) fn text(&self, kind: Kind) -> String {
        let address = |bic: &Bic, letter| format!("{}{letter}{}", bic.party(), bic.branch());
        let mut text = format!("{{1:F01{}0000000000}}", address(&self.sender, 'A'));
        text += &format!("{{2:I{}{}N}}", kind.message_type(), address(&self.receiver, 'X'));
        let uetr = self.uetr.map(|uetr| uetr.to_string());
        let flag = kind.flag().map(str::to_string);
        let values = [
            ("113", &self.banking_priority),
            ("108", &self.message_reference),
            ("119", &flag),
            ("111", &self.service),
            ("121", &uetr),
        ];
        let user: String =
            values.iter().filter_map(|(tag, value)| Some(format!("{{{tag}:{}}}", value.as_ref()?))).collect();
        if !user.is_empty() {
            text += &format!("{{3:{user}}}");
        }
        text
    }
}
