// SPDX-License-Identifier: MIT

//! Cross-border payments and reporting plus: the usage guidelines for ISO 20022 on Swift's network, SR2026. The names of
//! rules are those of the guidelines.

mod charges;
mod header;
mod instructions;
mod parties;
mod payment;

use super::report::Report;
use crate::iso20022::record::{Element, Part};

/// What is remembered of a business message: its application header.
#[derive(Debug, Default)]
pub(super) struct State {
    header: Option<header::Header>,
}

/// Checks a part.
pub(super) fn check(state: &mut State, message: &str, part: &Part<'_>, element: Element<'_>, report: &mut Report<'_>) {
    parties::check(message, element, report);
    instructions::check(element, report);
    match element.name() {
        "AppHdr" => state.header = Some(header::Header::read(element)),
        "Document" => header::check(state.header.take().as_ref(), message, element, report),
        "CdtTrfTxInf" | "TxInf" | "TxInfAndSts" => {
            header::check_agents(state.header.as_ref(), message, element, report);
            payment::check(message, part, element, report);
            charges::check(message, element, report);
        }
        _ => {}
    }
}
