// SPDX-License-Identifier: MIT

//! Basic header and application header.

use super::{Raw, RawBlock, Source};
use crate::calendar::Date;
use crate::identifiers::Bic;
use crate::mt::field::short_date;
use crate::mt::notation::Notation;
use crate::mt::report::{Place, Report, quoted};

/// An address on the network: the bank's code, a terminal of it, and the branch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Terminal {
    /// The bank; without branch if the address ends with `XXX`.
    pub bic: Bic,
    /// The terminal's letter; `X` as a receiver that is no terminal.
    pub letter: char,
}

/// What both headers say.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Headers {
    /// The type of the message, such as `103`.
    pub kind: String,
    /// Whether the network delivers it (`O`), not a bank sends it (`I`).
    pub delivered: bool,
    /// Who sends it.
    pub sender: Option<Terminal>,
    /// Who receives it.
    pub receiver: Option<Terminal>,
    /// The day on which it was sent, in delivered messages.
    pub sent: Option<Date>,
    /// `N` normal, `U` urgent, `S` system.
    pub priority: Option<char>,
}

const BASIC: &str = "application=1!a service=2!n terminal=12!c session=4!n sequence=6!n";
const INPUT: &str = "direction=1!a type=3!n terminal=12!c[priority=1!a[monitoring=1!n[obsolescence=3!n]]]";
const OUTPUT: &str = "direction=1!a type=3!n time=4!n date=6!n terminal=12!c session=4!n sequence=6!n \
    delivery=6!n delivered=4!n[priority=1!a]";

/// Reads both headers. What cannot be read is a finding.
pub(in crate::mt) fn read_headers(
    raw: &Raw<'_>,
    source: &Source<'_>,
    place: &Place,
    report: &mut Report<'_>,
) -> Option<Headers> {
    let mut headers = Headers::default();
    let find = |id| raw.blocks.iter().find(|block| block.id == id);
    let (basic, application) = (find(b'1'), find(b'2'));
    for (block, number) in [(basic, "1"), (application, "2")] {
        if block.is_none() {
            report.error("mt-block", &place.within(number, place.at), "FIN message structure", || {
                format!("block {number} is missing")
            });
        }
    }
    let (basic, application) = (basic?, application?);
    let mut header = Header { source, place, report };
    let own = header.parts(basic, "1", BASIC, "FIN basic header")?;
    let own = header.terminal(basic, "1", &own);
    headers.delivered = application.content.first() == Some(&b'O');
    let format = if headers.delivered { OUTPUT } else { INPUT };
    let parts = header.parts(application, "2", format, "FIN application header")?;
    let other = header.terminal(application, "2", &parts);
    let part = |name: &str| parts.iter().find(|(part, _)| *part == name).map(|(_, value)| value.as_str());
    headers.kind = part("type").unwrap_or_default().to_string();
    headers.priority = part("priority").and_then(|priority| priority.chars().next());
    headers.sent = part("date").and_then(short_date);
    (headers.sender, headers.receiver) = if headers.delivered { (other, own) } else { (own, other) };
    if !headers.delivered && application.content.first() != Some(&b'I') {
        header.wrong("mt-format", application, "2", "FIN application header", || "it begins with I or O".into());
    }
    Some(headers)
}

struct Header<'h, 'r> {
    source: &'h Source<'h>,
    place: &'h Place,
    report: &'h mut Report<'r>,
}

impl Header<'_, '_> {
    fn parts(
        &mut self,
        block: &RawBlock<'_>,
        number: &str,
        format: &'static str,
        rule: &'static str,
    ) -> Option<Vec<(&'static str, String)>> {
        let notation = Notation::new(format).ok()?;
        match notation.matches(block.content) {
            Ok(parts) => Some(
                parts
                    .iter()
                    .map(|part| {
                        let bytes = block.content.get(part.from..part.to).unwrap_or_default();
                        (part.name, String::from_utf8_lossy(bytes).into_owned())
                    })
                    .collect(),
            ),
            Err(mismatch) => {
                self.wrong("mt-format", block, number, rule, || {
                    let content = quoted(block.content);
                    format!("{content}: at character {} there must be {}", mismatch.at + 1, mismatch.expected)
                });
                None
            }
        }
    }

    fn terminal(&mut self, block: &RawBlock<'_>, number: &str, parts: &[(&'static str, String)]) -> Option<Terminal> {
        let (_, address) = parts.iter().find(|(name, _)| *name == "terminal")?;
        let (party, rest) = address.split_at_checked(8)?;
        let branch = rest.get(1..)?;
        let bic = if branch == "XXX" { party.to_string() } else { format!("{party}{branch}") };
        match bic.parse() {
            Ok(bic) => Some(Terminal { bic, letter: rest.chars().next()? }),
            Err(error) => {
                self.wrong("T27", block, number, "FIN logical terminal address", || format!("{bic} {error}"));
                None
            }
        }
    }

    fn wrong(
        &mut self,
        code: &'static str,
        block: &RawBlock<'_>,
        number: &str,
        rule: &'static str,
        text: impl FnOnce() -> String,
    ) {
        let place = self.place.within(number, self.source.position(block.content_at));
        self.report.error(code, &place, rule, text);
    }
}
