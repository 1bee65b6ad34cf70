// SPDX-License-Identifier: MIT

//! MT messages that tests begin with, and what is found in them.

#![allow(dead_code)]

use qenex_messages::finding::Findings;
use qenex_messages::mt::{MtMessage, examine};

const UETR: &str = "{121:7d0b6c5e-3a1f-4c2d-9e8b-5f6a7b8c9d0e}";

/// A message of a type with fields one to a line, and more values of block 3.
pub(crate) fn message(kind: &str, user: &str, fields: &str) -> String {
    let fields = fields.replace('\n', "\r\n");
    format!("{{1:F01DEUTDEFFAXXX0000000000}}{{2:I{kind}BNPAFRPPXXXXN}}{{3:{user}{UETR}}}{{4:\r\n{fields}\r\n-}}")
}

/// The fields of a customer's credit transfer.
pub(crate) const FIELDS_103: &str = ":20:QENEX-1
:23B:CRED
:32A:261124EUR1000,50
:33B:EUR1000,50
:50K:/DE89370400440532013000
BEISPIEL GMBH
HAUPTSTRASSE 1
BERLIN
:59:/FR1420041010050500013M02606
EXEMPLE SARL
1 RUE DE LA PAIX
PARIS
:70:INVOICE 4711
:71A:SHA";

/// The fields of a transfer between banks.
pub(crate) const FIELDS_202: &str = ":20:QENEX-2
:21:QENEX-1
:32A:261124EUR1000,50
:58A:BNPAFRPP";

/// The fields of the customer's transfer that a cover is for.
pub(crate) const FIELDS_COVER: &str = ":50K:/DE89370400440532013000
BEISPIEL GMBH
:59:/FR1420041010050500013M02606
EXEMPLE SARL
:33B:EUR1000,50";

/// The fields of a statement: 1000.50 + 250.25 - 100.00 + 10.00 (a debit taken back) = 1160.75.
pub(crate) const FIELDS_940: &str = ":20:STMT-1
:25:DE89370400440532013000
:28C:12/1
:60F:C261123EUR1000,50
:61:2611241124C250,25NTRFINV-1//BANK-1
FROM BEISPIEL
:86:INVOICE 1
OF NOVEMBER
:61:2611241124D100,S103QENEX-1
:61:261124RD10,NCHGNONREF
:62F:C261124EUR1160,75
:64:C261124EUR1160,75
:65:C261125EUR1160,75
:86:END OF STATEMENT";

pub(crate) fn mt103(fields: &str) -> String {
    message("103", "", fields)
}

/// What is found, and the messages.
pub(crate) fn examined(text: &[u8]) -> (Vec<MtMessage>, Findings) {
    let mut findings = Findings::new(1_000);
    let messages = examine(text, &mut findings).unwrap_or_else(|refusal| panic!("{}: {refusal}", refusal.at));
    (messages, findings)
}

/// Codes of what is found, warnings included, without repetitions in a row.
pub(crate) fn codes(text: &str) -> Vec<&'static str> {
    let (_, findings) = examined(text.as_bytes());
    let mut codes: Vec<_> = findings.list().iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

/// Replaces what must be there.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in the message");
    text.replacen(from, to, 1)
}
