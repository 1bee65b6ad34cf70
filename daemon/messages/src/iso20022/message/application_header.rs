// SPDX-License-Identifier: MIT

//! The business application header (head.001), which goes before a message.

use super::parts::{Agent, Party};
use super::{DateTime, Message, Text};

element! {
    /// `head.001.001.02`, BusinessApplicationHeader.
    pub struct ApplicationHeader {
        /// Who sends the message.
        from: Correspondent = "Fr",
        /// Who receives it.
        to: Correspondent = "To",
        /// Identifies the message; the same as the identifier in it.
        message: Text<35> = "BizMsgIdr",
        /// Its definition, such as `pacs.008.001.08`.
        definition: Text<35> = "MsgDefIdr",
        /// The service, such as `swift.cbprplus.04`.
        service: Option<Text<35>> = "BizSvc",
        /// When it was made.
        created: DateTime = "CreDt",
        /// Whether it is a copy or a duplicate.
        copy: Option<CopyDuplicate> = "CpyDplct",
        /// Whether it may have been sent before.
        possible_duplicate: Option<bool> = "PssblDplct",
        /// How urgent.
        priority: Option<Text<35>> = "Prty",
    }
}

impl Message for ApplicationHeader {
    const DEFINITION: &'static str = "head.001.001.02";
    const ROOT: &'static str = "";
}

choice! {
    /// Who sends or receives a message.
    pub enum Correspondent {
        /// A company.
        Organisation(Party) = "OrgId",
        /// A bank.
        Agent(Agent) = "FIId",
    }
}

codes! {
    /// What a message is of another one.
    pub enum CopyDuplicate {
        /// A duplicate of a copy.
        CopyDuplicate = "CODU",
        /// A copy, for information.
        Copy = "COPY",
        /// A duplicate.
        Duplicate = "DUPL",
    }
}
