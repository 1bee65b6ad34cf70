// SPDX-License-Identifier: MIT

//! The formats of fields (FIN handbook, field specifications; general field definitions).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::mt::notation::Notation;

/// An institution's account line, where it is optional.
macro_rules! party {
    ($rest:literal) => {
        concat!("[[/indicator=1!a]/account=34x$]", $rest)
    };
}

/// A business identifier code, whose letters and digits are checked as such.
const BIC: &str = party!("bic=11c");
const NAMED: &str = party!("line=4*35x");
const LOCATION: &str = "([/indicator=1!a]/account=34x[$line=35x]|line=35x)";
const CUSTOMER: &str = "[/account=34x$]line=4*35x";
const CUSTOMER_BIC: &str = "[/account=34x$]bic=11c";
const BALANCE: &str = "mark=1!a date=6!n currency=3!a amount=15d";

const FORMATS: &[(&str, &str)] = &[
    ("13C", "/code=8c/time=4!n sign=1!x offset=4!n"),
    ("13D", "date=6!n time=4!n sign=1!x offset=4!n"),
    ("20", "reference=16x"),
    ("21", "reference=16x"),
    ("23B", "code=4!c"),
    ("23E", "code=4!c[/information=30x]"),
    ("25", "account=35x"),
    ("25P", "account=35x$bic=11c"),
    ("26T", "code=3!c"),
    ("28C", "number=5n[/page=5n]"),
    ("32A", "date=6!n currency=3!a amount=15d"),
    ("33B", "currency=3!a amount=15d"),
    ("36", "rate=12d"),
    ("50A", CUSTOMER_BIC),
    ("50F", "party=35x$4*(number=1!n/details=33x)"),
    ("50K", CUSTOMER),
    ("51A", BIC),
    ("52A", BIC),
    ("52D", NAMED),
    ("53A", BIC),
    ("53B", LOCATION),
    ("53D", NAMED),
    ("54A", BIC),
    ("54B", LOCATION),
    ("54D", NAMED),
    ("55A", BIC),
    ("55B", LOCATION),
    ("55D", NAMED),
    ("56A", BIC),
    ("56C", "/account=34x"),
    ("56D", NAMED),
    ("57A", BIC),
    ("57B", LOCATION),
    ("57C", "/account=34x"),
    ("57D", NAMED),
    ("58A", BIC),
    ("58D", NAMED),
    ("59", CUSTOMER),
    ("59A", CUSTOMER_BIC),
    ("59F", "[/account=34x$]4*(number=1!n/details=33x)"),
    ("60F", BALANCE),
    ("60M", BALANCE),
    (
        "61",
        "date=6!n[entry=4!n]mark=3a amount=15d type=1!a identification=3!c reference=~16x[//servicer=16x][$details=34x]",
    ),
    ("62F", BALANCE),
    ("62M", BALANCE),
    ("64", BALANCE),
    ("65", BALANCE),
    ("70", "line=4*35x"),
    ("71A", "code=3!a"),
    ("71F", "currency=3!a amount=15d"),
    ("71G", "currency=3!a amount=15d"),
    ("72", "line=6*35x"),
    ("77B", "line=3*35x"),
    ("77T", "text=9000z"),
    ("86", "line=6*65x"),
];

/// A format as it is written, and ready to match.
pub(super) struct Format {
    pub(super) text: &'static str,
    pub(super) notation: Notation,
}

/// The format of a tag.
pub(super) fn format(tag: &str) -> Option<&'static Format> {
    static READY: LazyLock<HashMap<&str, Format>> = LazyLock::new(|| {
        let ready = |(tag, text)| Some((tag, Format { text, notation: Notation::new(text).ok()? }));
        FORMATS.iter().copied().filter_map(ready).collect()
    });
    READY.get(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_one() {
        for (tag, text) in FORMATS {
            assert!(Notation::new(text).is_ok(), "{tag}: {text}");
            assert!(format(tag).is_some(), "{tag}");
        }
    }

    /// Content that is of a format, and content that is not, from the lengths that the handbook gives.
    #[test]
    fn formats_match() {
        let long = "X".repeat(35);
        let right = [
            ("13C", "/SNDTIME/0915+0100".to_string()),
            ("32A", "261124EUR1000,50".to_string()),
            ("32A", "261124EUR12345678901234,".to_string()),
            ("50F", "/DE89370400440532013000\n1/BEISPIEL GMBH\n2/HAUPTSTRASSE 1\n3/DE/BERLIN".to_string()),
            ("50K", format!("{long}\n{long}\n{long}\n{long}")),
            ("52A", "//DE37040044\nCOBADEFF".to_string()),
            ("52A", "/C/12345\nCOBADEFFXXX".to_string()),
            ("53B", "/D/12345".to_string()),
            ("53B", "FRANKFURT".to_string()),
            ("61", "2611241124C1000,50NTRFREF1//BANK1\nDETAILS".to_string()),
            ("61", "261124RCR1,S103NONREF".to_string()),
        ];
        for (tag, content) in right {
            let format = format(tag).expect("a format");
            assert_eq!(format.notation.matches(content.as_bytes()).err(), None, "{tag} {content}");
        }
        let wrong = [
            ("13C", "/SNDTIME/0915+01000".to_string()),
            ("32A", "261124EUR123456789012345,".to_string()),
            ("50K", format!("{long}X")),
            ("50K", format!("A\n{long}\nA\nA\nA")),
            ("50K", "/1\n".to_string()),
            ("52A", "COBADEFFXXXX".to_string()),
            ("57C", "12345".to_string()),
            ("61", "261124C1000,50TRF".to_string()),
            ("70", String::new()),
        ];
        for (tag, content) in wrong {
            assert!(format(tag).expect("a format").notation.matches(content.as_bytes()).is_err(), "{tag} {content}");
        }
    }
}
