// SPDX-License-Identifier: MIT OR GPL-2.0

//! Tables of items and their results, see `table/language.rs` for the language.
//!
//! Goals: every result code is covered; the codes of one action are met in the order of the enum, each with everything
//! wrong that comes after it, so that no two checks can change places unnoticed.

#[path = "table/language.rs"]
mod language;

use std::collections::BTreeSet;

use qenex_abi::ResultCode;

use language::run::{run, Way};

macro_rules! tables {
    ($($name:ident),+ $(,)?) => {
        const TABLES: &[(&str, &str)] = &[$((
            concat!(stringify!($name), ".table"),
            include_str!(concat!("table/", stringify!($name), ".table")),
        ),)+];

        $(#[test]
        fn $name() {
            seen(concat!(stringify!($name), ".table"));
        })+
    };
}

tables!(account, chain, hold, id, post, reverse, transfer, update, void);

fn seen(name: &str) -> BTreeSet<ResultCode> {
    let (_, text) = TABLES.iter().find(|(file, _)| *file == name).expect("a table of that name");
    let lines = language::parse(name, text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut codes = run(name, &lines, Way::Call);
    codes.extend(run(name, &lines, Way::Batch));
    codes
}

/// Codes that no table can meet, and why.
const NOT_HERE: &[(ResultCode, &str)] = &[
    (ResultCode::NotLive, "the ledger is always live"),
    (ResultCode::ReadOnly, "the ledger always takes changes"),
    (ResultCode::CountMustNotBeZero, "checked by the device"),
    (ResultCode::CountTooLarge, "checked by the device"),
    (ResultCode::ReadContended, "nobody disturbs the reads"),
    (ResultCode::OutOfMemory, "there is enough"),
    (ResultCode::DurabilityUnavailable, "told by the device"),
    (ResultCode::JournalAttached, "told by the device"),
    (ResultCode::JournalNotAttached, "told by the device"),
    (ResultCode::JournalFenced, "told by the device"),
    (ResultCode::AcknowledgedTooMuch, "an answer to an acknowledgement"),
    (ResultCode::AcknowledgedAlready, "an answer to an acknowledgement"),
    (ResultCode::TimedOut, "told by the device"),
    (ResultCode::LedgerNotEmpty, "nothing is restored here"),
    (ResultCode::NotRestoring, "nothing is restored here"),
    (ResultCode::RestoreOutOfOrder, "nothing is restored here"),
    (ResultCode::RestoreInconsistent, "nothing is restored here"),
    (ResultCode::DigestMismatch, "nothing is restored here"),
];

/// The tables meet every code but those that cannot be met here, and none of those.
#[test]
fn every_code_is_in_a_table() {
    let met: BTreeSet<ResultCode> = TABLES.iter().flat_map(|(name, _)| seen(name)).collect();
    for code in ResultCode::ALL {
        let excuse = NOT_HERE.iter().find(|(other, _)| other == code);
        match (met.contains(code), excuse) {
            (false, None) => panic!("no table meets {code}"),
            (true, Some((_, why))) => panic!("{code} is met, although {why}"),
            _ => {}
        }
    }
}
