// SPDX-License-Identifier: MIT

//! Files of MT messages in all their forms; input that is none is refused within bounds.

mod mt_common;

use mt_common::{FIELDS_103, FIELDS_202, codes, examined, message, mt103, replaced};
use proptest::prelude::*;
use qenex_messages::finding::Findings;
use qenex_messages::mt::message::{Mt103, parse, write};
use qenex_messages::mt::{Reader, examine};

/// Codes of findings and of the refusal.
fn all(bytes: &[u8]) -> Vec<&'static str> {
    let mut findings = Findings::new(1_000);
    let refusal = examine(bytes, &mut findings).err();
    let mut codes: Vec<_> = findings.list().iter().map(|finding| finding.code).collect();
    codes.extend(refusal.map(|refusal| refusal.code));
    codes.dedup();
    codes
}

#[test]
fn files() {
    let (one, two) = (mt103(FIELDS_103), message("202", "", FIELDS_202));
    let ack = "{1:F21DEUTDEFFAXXX0000000001}{4:{177:2611241530}{451:0}}";
    let nak = "{1:F21DEUTDEFFAXXX0000000001}{4:{177:2611241530}{451:1}{405:T50003}}";
    for text in [
        format!("{one}${two}"),
        format!("{one}\r\n$\r\n{two}\r\n$\r\n"),
        format!("{one}{two}"),
        format!("\r\n{one}\r\n{two}\r\n"),
    ] {
        let (messages, findings) = examined(text.as_bytes());
        assert_eq!(findings.list(), [], "{text}");
        assert_eq!(messages.iter().map(|message| message.headers.kind.as_str()).collect::<Vec<_>>(), ["103", "202"]);
    }
    let (messages, findings) = examined(format!("{ack}{one}${nak}{two}").as_bytes());
    assert_eq!(findings.list().iter().map(|finding| finding.code).collect::<Vec<_>>(), ["mt-refused"]);
    let answers: Vec<_> = messages.iter().filter_map(|message| message.acknowledgement.as_ref()).collect();
    assert!(answers[0].accepted && !answers[1].accepted);
    assert_eq!((answers[0].time.as_deref(), answers[1].error.as_deref()), (Some("2611241530"), Some("T50003")));
    // An answer alone is a file without messages that is in order.
    assert_eq!(all(ack.as_bytes()), [] as [&str; 0]);
}

#[test]
fn forms() {
    let text = mt103(FIELDS_103);
    assert_eq!(codes(&text.replace("\r\n", "\n")), ["mt-line-end"]);
    assert_eq!(codes(&format!("{text}{{5:{{CHK:123456789ABC}}{{TNG:}}}}")), [] as [&str; 0]);
    assert_eq!(codes(&format!("{text}{{5:{{MAC:00000000}}{{CHK:123456789ABC}}{{PDE:}}}}")), [] as [&str; 0]);
    assert_eq!(codes(&format!("{text}{{5:{{CHK:123}}}}")), ["mt-format"]);
    assert_eq!(codes(&format!("{text}{{5:{{XYZ:123}}}}")), ["mt-tag-unknown"]);
    let user = "{103:TGT}{113:0070}{108:REF-1}{111:001}{115:1}{165:/TPS/X}{433:/AOK/NO HIT}";
    assert_eq!(codes(&message("103", user, FIELDS_103)), [] as [&str; 0]);
    assert_eq!(codes(&message("103", "{108:A}{108:B}", FIELDS_103)), ["mt-tag-repeated"]);
    assert_eq!(codes(&message("103", "{111:X}", FIELDS_103)), ["mt-format"]);
    assert_eq!(codes(&message("103", "{119:COV}", FIELDS_103)), ["mt-flag"]);
}

#[test]
fn broken() {
    let text = mt103(FIELDS_103);
    let with = |from: &str, to: &str| replaced(&text, from, to);
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("mt-none", b"".to_vec()),
        ("mt-none", b"$\r\n$".to_vec()),
        ("mt-block", b"no message".to_vec()),
        ("mt-block", b"\0\x01\x02\xFF".to_vec()),
        ("mt-block", format!("{text}rest").into_bytes()),
        ("mt-unfinished", b"{1".to_vec()),
        ("mt-unfinished", b"{1:F01".to_vec()),
        ("mt-unfinished", with("-}", "").into_bytes()),
        ("mt-too-large", format!("{{1:{}", "{".repeat(2 << 20)).into_bytes()),
        ("mt-too-large", with("INVOICE", &"X\r\n".repeat(1 << 20)).into_bytes()),
        ("mt-too-large", "{5:}".repeat(100).into_bytes()),
    ];
    for (code, bytes) in table {
        assert_eq!(all(&bytes).last(), Some(&code), "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(100)]));
    }
    let found: Vec<(&str, String)> = vec![
        ("mt-end", with("\r\n-}", "-}")),
        ("mt-block", with("{4:\r\n", "{4:")),
        ("mt-block", with("{2:I103BNPAFRPPXXXXN}", "")),
        (
            "mt-block",
            with(
                "{1:F01DEUTDEFFAXXX0000000000}{2:I103BNPAFRPPXXXXN}",
                "{2:I103BNPAFRPPXXXXN}{1:F01DEUTDEFFAXXX0000000000}",
            ),
        ),
        ("mt-unfinished", with("{3:", "{3:{3:")),
        ("mt-block", with("{3:", "{9:X}{3:")),
        ("mt-block", with("{3:", "{3:{108:{A}}")),
        ("mt-format", with("{1:F01", "{1:F1")),
        ("mt-format", with("I103", "X103")),
        ("T27", with("{1:F01DEUTDEFF", "{1:F01DEUTZZFF")),
        ("mt-type-unknown", with("I103", "I999")),
        ("mt-format", with("INVOICE", "IN\0VOICE")),
        ("mt-format", with("INVOICE", "IN\rVOICE")),
        ("mt-format", with("INVOICE", "IN{VOICE")),
        ("mt-format", with("INVOICE", "IN}VOICE")),
        ("mt-format", with("INVOICE", &"X".repeat(9_000))),
        ("mt-text-too-long", with("INVOICE", &"X".repeat(11_000))),
        ("mt-text-too-long", with("INVOICE", &":20:A\r\n".repeat(5_000))),
    ];
    for (code, text) in found {
        assert!(all(text.as_bytes()).contains(&code), "{code} {:?} {:.300}", all(text.as_bytes()), text);
    }
}

/// A file that was cut off is never taken for whole messages.
#[test]
fn truncated() {
    let text = mt103(FIELDS_103);
    for length in 0..text.len() {
        let mut findings = Findings::new(1_000);
        let wrong = examine(&text.as_bytes()[..length], &mut findings).is_err() || findings.errors() > 0;
        assert!(wrong, "{length} bytes");
    }
}

/// A file of many messages is read one by one; findings are counted beyond their limit.
#[test]
fn many() {
    let text = mt103(&replaced(FIELDS_103, "261124", "261324")).repeat(3_000);
    let mut findings = Findings::new(10);
    let mut reader = Reader::new(text.as_bytes());
    let mut count = 0;
    let mut last = 0;
    while let Some(message) = reader.message(&mut findings).expect("readable") {
        count += 1;
        assert!(message.place.at.line > last);
        last = message.place.at.line;
    }
    assert_eq!((count, findings.errors(), findings.list().len()), (3_000, 3_000, 10));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Any bytes at all come to an end without a panic.
    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(!all(&bytes).is_empty());
    }

    /// So do bytes that messages are made of.
    #[test]
    fn random_pieces(pieces in proptest::collection::vec(prop::sample::select(PIECES), 0..60)) {
        all(&pieces.concat());
    }

    /// So do messages with bytes changed, taken out and put in; what is still valid can be read and written.
    #[test]
    fn changed_bytes(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6)) {
        let mut bytes = mt103(FIELDS_103).into_bytes();
        for (index, byte, kind) in changes {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        let mut findings = Findings::new(1_000);
        if let Ok(messages) = examine(&bytes, &mut findings) {
            for message in messages.iter().filter(|message| message.errors == 0 && message.headers.kind == "103") {
                let parsed = parse::<Mt103>(message).expect("a message without errors");
                prop_assert!(write(&parsed.message).is_ok(), "{:?}", parsed.message);
            }
        }
    }
}

const PIECES: &[&[u8]] = &[
    b"{1:F01DEUTDEFFAXXX0000000000}",
    b"{2:I103BNPAFRPPXXXXN}",
    b"{2:I940BNPAFRPPXXXXN}",
    b"{3:{121:7d0b6c5e-3a1f-4c2d-9e8b-5f6a7b8c9d0e}}",
    b"{4:\r\n",
    b":20:A\r\n",
    b":32A:261124EUR1,\r\n",
    b":61:2611241124C250,25NTRFINV-1//BANK-1\r\n",
    b":86:",
    b":59:/",
    b":50F:",
    b"1/NAME\r\n",
    b"/////",
    b"3/DE\r\n",
    b"\n:",
    b"\r",
    b"-}",
    b"{5:{CHK:123456789ABC}}",
    b"{",
    b"}",
    b"$",
    b"\0",
    b"\xC3\xA4",
    b"{1:F21",
    b"{4:{451:0}}",
    b"0123456789",
    b",",
];
