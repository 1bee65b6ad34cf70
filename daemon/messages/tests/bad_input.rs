// SPDX-License-Identifier: MIT

//! Input that is no message, or tries to do harm, is refused within bounds; harmless variations are accepted.

mod common;

use common::{HEADER, PAYMENT, codes, replaced, verdict};
use proptest::prelude::*;
use qenex_messages::iso20022::message::{CreditTransfers, parse};
use qenex_messages::iso20022::validate::Options;
use qenex_messages::judge;
use qenex_messages::rules::Profile;

/// What is refused, and as what.
#[test]
fn refused() {
    let with = |from: &str, to: &str| replaced(PAYMENT, from, to).into_bytes();
    let bomb = "<!DOCTYPE b [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("xml-doctype", with("<Document", "<!DOCTYPE Document><Document")),
        ("xml-doctype", with("<Document", &format!("{bomb}<Document"))),
        ("xml-entity", with("Invoice", "&file;")),
        ("xml-limit", format!("<a>{}", "<a>".repeat(100_000)).into_bytes()),
        ("xml-limit", with("Invoice", &"x".repeat(2 << 20))),
        ("xml-limit", with("<Dbtr>", &format!("<Dbtr a=\"{}\">", "x".repeat(2 << 20)))),
        (
            "xml-limit",
            with("<Dbtr>", &format!("<Dbtr {}>", (0..100).map(|n| format!("a{n}=\"\" ")).collect::<String>())),
        ),
        ("xml-limit", with("<Dbtr>", &format!("<!--{}--><Dbtr>", "x".repeat(2 << 20)))),
        ("message-part-too-large", with("Invoice", &"x<!-- -->".repeat(2 << 20))),
        ("xml-encoding", with("UTF-8", "ISO-8859-1")),
        // Without a byte order mark every second byte is a character that XML forbids.
        ("xml-ill-formed", PAYMENT.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (
            "xml-encoding",
            [&[0xFF, 0xFE][..], &PAYMENT.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat(),
        ),
        ("xml-encoding", [PAYMENT.as_bytes(), b"<!-- \xE9 -->"].concat()),
        ("xml-ill-formed", b"".to_vec()),
        ("xml-ill-formed", b"no message".to_vec()),
        ("xml-ill-formed", with("</Dbtr>", "</Cdtr>")),
        ("xml-ill-formed", with("Invoice", "a ]]> b")),
        ("xml-ill-formed", with("Invoice", "a & b")),
        ("xml-ill-formed", with("Invoice", "&#0;")),
        ("xml-ill-formed", with("Invoice", "\u{1}")),
        ("xml-ill-formed", with("<Dbtr>", "<!-- a -- b --><Dbtr>")),
        ("xml-ill-formed", with("Ccy=\"EUR\"", "Ccy=\"EUR\" Ccy=\"EUR\"")),
        ("xml-ill-formed", with("Ccy=\"EUR\"", "Ccy=EUR")),
        ("xml-ill-formed", with("Ccy=\"EUR\"", "Ccy=\"<\"")),
        ("xml-ill-formed", format!("{PAYMENT}<again/>").into_bytes()),
        ("xml-ill-formed", format!("\n{PAYMENT}").into_bytes()),
        ("xml-namespace", with("<Dbtr>", "<p:Dbtr>")),
        ("message-unknown", b"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.99\"/>".to_vec()),
        ("message-unknown", b"<Document/>".to_vec()),
    ];
    for (code, bytes) in table {
        let verdict = judge(bytes.as_slice(), Profile::Default, &Options::default());
        let refusal = verdict.refusal.unwrap_or_else(|| panic!("{code} is not refused"));
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        assert_eq!(refusal.code(), code, "{refusal} {shown}");
    }
}

/// Variations of form that change nothing.
#[test]
fn accepted() {
    let namespace = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08";
    let bare = PAYMENT.split_once('\n').expect("a declaration").1;
    let prefixed =
        bare.replace("</", "</p:").replace('<', "<p:").replace("<p:/p:", "</p:").replace("xmlns=", "xmlns:p=");
    for text in [
        PAYMENT.to_string(),
        format!("\u{FEFF}{PAYMENT}"),
        PAYMENT.replace('\n', "\r\n"),
        PAYMENT.replacen('\n', "\r\n", 7),
        PAYMENT.replace("Invoice 4711", "<![CDATA[Invoice 4711]]>"),
        PAYMENT.replace("Invoice 4711", "Inv<!-- 1 -->oice<?p 2?> 4&#55;11"),
        PAYMENT.replace("<Dbtr>", "<!-- & < --><?target data?><Dbtr>"),
        PAYMENT.replace(
            "<Document ",
            "<Document xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\" ",
        ),
        prefixed,
        format!("<Envelope>{HEADER}{bare}</Envelope>"),
        format!(
            "<x:Envelope xmlns:x=\"urn:x\"><x:Header a=\"1\">text</x:Header><x:Body>{HEADER}{bare}</x:Body></x:Envelope>"
        ),
        bare.replace(&format!("xmlns=\"{namespace}\""), &format!("xmlns='{namespace}'")),
    ] {
        let verdict = verdict(&text, Profile::Default);
        assert!(verdict.is_valid(), "{:?} {:?}\n{text}", verdict.findings.list(), verdict.refusal);
        parse::<CreditTransfers>(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
}

/// A file that was cut off is never taken for a message.
#[test]
fn truncated() {
    let end = PAYMENT.trim_end().len();
    for length in 0..end {
        let verdict = judge(&PAYMENT.as_bytes()[..length], Profile::Schema, &Options::default());
        assert!(verdict.refusal.is_some(), "{length} bytes");
    }
}

/// Findings say where they are.
#[test]
fn places() {
    let text = replaced(PAYMENT, "<BICFI>COBADEFFXXX</BICFI>", "<BICFI>COBA</BICFI>");
    let verdict = verdict(&text, Profile::Schema);
    let finding = verdict.findings.list().first().expect("a finding");
    assert_eq!(finding.path, "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/DbtrAgt/FinInstnId/BICFI");
    let line = text.lines().position(|line| line.contains("<BICFI>COBA<")).expect("the line") + 1;
    assert_eq!((finding.at.line as usize, finding.at.column), (line, 11));
    assert_eq!(finding.rule, "pacs.008.001.08 BICFIDec2014Identifier");
}

/// A message with a mistake in every payment does not fill the memory.
#[test]
fn many_findings() {
    let payment =
        PAYMENT.split_once("<CdtTrfTxInf>").and_then(|(_, rest)| rest.split_once("</CdtTrfTxInf>")).expect("one").0;
    let many = format!("<CdtTrfTxInf>{payment}<Bad/></CdtTrfTxInf>").repeat(3_000);
    let text = replaced(PAYMENT, "<CdtTrfTxInf>", &format!("{many}<CdtTrfTxInf>"));
    let verdict = verdict(&text, Profile::Schema);
    assert_eq!(verdict.findings.errors(), 3_000);
    assert_eq!((verdict.findings.list().len(), verdict.findings.omitted()), (1_000, 2_000));
}

#[test]
fn foreign_content() {
    let extra = |content: &str| {
        let data = format!("<SplmtryData><Envlp>{content}</Envlp></SplmtryData></CdtTrfTxInf>");
        codes(&replaced(PAYMENT, "</CdtTrfTxInf>", &data), Profile::Schema)
    };
    assert!(extra("<x xmlns=\"urn:x\" a=\"1\">text<y/></x>").is_empty());
    assert_eq!(extra(""), ["schema-element-missing"]);
    assert_eq!(extra("<x/><y/>"), ["schema-element-repeated"]);
    // What the schema knows must be valid wherever it stands.
    assert_eq!(extra("<Document/>"), ["schema-element-missing"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Any bytes at all come to an end without a panic.
    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        for profile in Profile::ALL {
            prop_assert!(!judge(bytes.as_slice(), profile, &Options::default()).is_valid());
        }
    }

    /// So do messages with bytes changed, taken out and put in.
    #[test]
    fn changed_bytes(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6)) {
        let mut bytes = common::INITIATION.as_bytes().to_vec();
        for (index, byte, kind) in changes {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        for profile in Profile::ALL {
            let verdict = judge(bytes.as_slice(), profile, &Options::default());
            // What no profile can accept, the schema alone may: then it can be read into its type, or says why not.
            if profile == Profile::Schema && verdict.is_valid() {
                let _ = parse::<qenex_messages::iso20022::message::CreditTransferInitiation>(bytes.as_slice());
            }
        }
    }
}
