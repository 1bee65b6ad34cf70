// SPDX-License-Identifier: MIT

//! The network's answer, which interfaces glue before the message that it is about.

use super::{Raw, Source, Tagged, blocks};
use crate::mt::report::{Place, Report};

/// Whether the network took a message (service 21: field 451 is 0 for an acknowledgement, 1 for a refusal).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Acknowledgement {
    /// Whether it was taken.
    pub accepted: bool,
    /// When, local time of the sender, `YYMMDDHHMM` (field 177).
    pub time: Option<String>,
    /// Why not (field 405): an error code, and often the line.
    pub error: Option<String>,
}

impl Acknowledgement {
    /// Reads the answer, if these blocks are one.
    pub(in crate::mt) fn read(
        raw: &Raw<'_>,
        source: &Source<'_>,
        place: &Place,
        report: &mut Report<'_>,
    ) -> Option<Acknowledgement> {
        let basic = raw.blocks.first().filter(|block| block.id == b'1')?;
        if basic.content.get(1..3) != Some(b"21") {
            return None;
        }
        let fields: Vec<Tagged> = match raw.blocks.iter().find(|block| block.id == b'4') {
            Some(block) => blocks::tagged(block, source, place, report),
            None => Vec::new(),
        };
        let value = |tag| fields.iter().find(|field| field.tag == tag).map(|field| field.value.clone());
        let answer = value("451");
        if !matches!(answer.as_deref(), Some("0" | "1")) {
            let place = place.within("4/451", source.position(raw.at));
            report.error("mt-acknowledgement", &place, "FIN service 21, field 451", || {
                "an acknowledgement says 0, a refusal 1".into()
            });
        }
        let accepted = answer.as_deref() == Some("0");
        Some(Acknowledgement { accepted, time: value("177"), error: value("405") })
    }
}
