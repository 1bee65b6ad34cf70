// SPDX-License-Identifier: MIT

//! MT messages made of ISO 20022 and the reverse keep the rules of both, and lose nothing silently.

mod common;
mod mt_common;

use mt_common::{FIELDS_103, FIELDS_202, FIELDS_940, FIELDS_COVER, examined, message, mt103, replaced};
use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::{self as iso, CreditTransfers, Message, Text};
use qenex_messages::mt::message::{Customer, Mt, Mt103, Mt202, Mt940, parse, write};
use qenex_messages::rules::Profile;
use qenex_messages::translate::Context;
use qenex_messages::translate::mt::{Notes, from_mt103, from_mt202, from_mt940, to_mt103, to_mt202, to_mt940};

fn context(new_uetr: &mut dyn FnMut() -> Uetr) -> Context<'_> {
    Context {
        message: Text::new("NEW-1").expect("a text"),
        created: "2026-11-24T12:00:00Z".parse().expect("a time"),
        settlement_date: None,
        new_uetr,
        reason: None,
        status: None,
    }
}

fn read<M: Mt>(text: &str) -> M {
    let (messages, findings) = examined(text.as_bytes());
    assert_eq!(findings.errors(), 0, "{:?}", findings.list());
    parse::<M>(&messages[0]).expect("a valid message").message
}

/// Valid as ISO 20022, and the same after it was written and read.
fn valid<M: Message + PartialEq + std::fmt::Debug>(message: &M) {
    let text = iso::write(message, true);
    let verdict = common::verdict(&text, Profile::Default);
    assert!(verdict.is_valid(), "{:?}\n{text}", verdict.findings.list());
    assert_eq!(&iso::parse::<M>(text.as_bytes()).expect("readable").message, message);
}

fn noted(notes: &Notes) -> Vec<(&str, &str)> {
    notes.findings().list().iter().map(|finding| (finding.code, finding.path.as_str())).collect()
}

/// A payment with numbered parties comes back as it was.
const NUMBERED: [(&str, &str); 2] = [
    (
        ":50K:/DE89370400440532013000\nBEISPIEL GMBH\nHAUPTSTRASSE 1\nBERLIN",
        ":50F:/DE89370400440532013000\n1/BEISPIEL GMBH\n2/HAUPTSTRASSE 1\n3/DE/10115 BERLIN",
    ),
    (
        ":59:/FR1420041010050500013M02606\nEXEMPLE SARL\n1 RUE DE LA PAIX\nPARIS",
        ":59F:/FR1420041010050500013M02606\n1/EXEMPLE SARL\n2/1 RUE DE LA PAIX\n3/FR/75002 PARIS",
    ),
];

#[test]
fn payment_there_and_back() {
    let mut uetr = || Uetr::from_random([7; 16]);
    let numbered = NUMBERED.iter().fold(FIELDS_103.to_string(), |fields, (from, to)| replaced(&fields, from, to));
    for fields in [
        numbered.clone(),
        replaced(&numbered, ":70:INVOICE 4711", ":70:/ROC/E2E-1\nINVOICE 4711"),
        replaced(&numbered, ":71A:SHA", ":71A:BEN\n:71F:EUR1,50\n:71F:EUR2,00"),
        replaced(&numbered, ":71A:SHA", ":71A:OUR\n:71G:EUR1,50"),
        replaced(&numbered, ":33B:EUR1000,50", ":33B:USD1100,55\n:36:0,9091"),
        replaced(&numbered, ":23B:CRED", ":23B:SPRI\n:23E:SDVA\n:23E:INTC"),
        replaced(&numbered, ":59F:", ":52A:COBADEFF\n:53A:COBADEFFXXX\n:54A:BOFAUS3N\n:59F:"),
        replaced(&numbered, ":59F:", ":53B:/C/12345\n:59F:"),
        replaced(&numbered, ":59F:", ":56A://BL37040044\nCOBADEFF\n:57A:BOFAUS3N\n:59F:"),
    ] {
        let original: Mt103 = read(&mt103(&fields));
        let mut notes = Notes::new();
        let translated = from_mt103(&original, &mut context(&mut uetr), &mut notes).expect("translates");
        valid(&translated);
        let payment = &translated.payments[0];
        assert_eq!(payment.id.uetr, original.header.uetr);
        let address = payment.creditor.address.as_ref().expect("an address");
        assert_eq!(
            (address.town.as_deref(), address.country.as_ref().map(|country| country.as_str())),
            (Some("75002 PARIS"), Some("FR"))
        );
        assert_eq!(notes.losses(), [] as [String; 0], "{fields}");
        let back = to_mt103(&translated, &mut context(&mut uetr), &mut notes).expect("translates");
        let [back] = back.as_slice() else { panic!("{back:?}") };
        write(back).unwrap_or_else(|error| panic!("{error} {back:?}"));
        assert_eq!(back, &original, "{fields}");
        let lost: Vec<String> = notes.losses().into_iter().filter(|path| !path.ends_with("ChrgsInf")).collect();
        assert_eq!(lost, [] as [String; 0], "{fields}");
    }
}

/// What a field has that the new message has no place for.
#[test]
fn payment_losses() {
    let table = [
        (":23B:CRED", ":13C:/SNDTIME/0915+0100\n:23B:CRED", "/4/13C"),
        (":23B:CRED", ":23B:CRED\n:23E:HOLD/PASSPORT", "/4/23E"),
        (":32A:", ":26T:K90\n:32A:", "/4/26T"),
        (":59:", ":51A:COBADEFF\n:59:", "/4/51A"),
        (":59:", ":53A:COBADEFF\n:54A:COBADEFF\n:55A:COBADEFF\n:59:", "/4/55a"),
        (":59:", ":57A:/12345\nCOBADEFF\n:59:", "/4/57a"),
        (":71A:SHA", ":71A:SHA\n:72:/ACC/CALL", "/4/72"),
        (":71A:SHA", ":71A:SHA\n:77B:/ORDERRES/DE//X", "/4/77B"),
    ];
    for (from, to, path) in table {
        let original: Mt103 = read(&mt103(&replaced(FIELDS_103, from, to)));
        let mut notes = Notes::new();
        let mut uetr = || Uetr::from_random([7; 16]);
        valid(&from_mt103(&original, &mut context(&mut uetr), &mut notes).expect("translates"));
        let losses = notes.losses();
        assert!(!losses.is_empty() && losses.iter().all(|lost| lost == path), "{path} {losses:?}");
    }
    // Lines without country: what is concluded is told.
    let mut notes = Notes::new();
    let mut uetr = || Uetr::from_random([7; 16]);
    let translated = from_mt103(&read(&mt103(FIELDS_103)), &mut context(&mut uetr), &mut notes).expect("translates");
    valid(&translated);
    assert_eq!(noted(&notes), [("mt-guessed", "/4/50a"), ("mt-guessed", "/4/59a"), ("mt-guessed", "/4/53a")]);
}

/// A payment of ISO 20022, with what MT103 cannot say.
#[test]
fn payment_of_iso_20022() {
    let translate = |text: &str| {
        let payments = iso::parse::<CreditTransfers>(text.as_bytes()).expect("readable").message;
        let mut notes = Notes::new();
        let mut uetr = || Uetr::from_random([7; 16]);
        let made = to_mt103(&payments, &mut context(&mut uetr), &mut notes).expect("translates");
        let text = write(&made[0]).unwrap_or_else(|error| panic!("{error} {made:?}"));
        (made, text, notes)
    };
    let (made, text, _) = translate(common::PAYMENT);
    assert_eq!(made.len(), 1);
    assert!(text.contains("FR1420041010050500013M02606"), "{text}");
    let name = common::PAYMENT.split_once("<Cdtr><Nm>").or(common::PAYMENT.split_once("<Cdtr>"));
    let name = name.expect("a creditor").1.trim_start().trim_start_matches("<Nm>").split_once('<').expect("a name").0;
    let long = "Société Générale de Transports Internationaux et de Logistique de la Méditerranée ".to_string()
        + &"x".repeat(58);
    let (_, text, notes) =
        translate(&replaced(common::PAYMENT, &format!("<Nm>{name}</Nm>"), &format!("<Nm>{long}</Nm>")));
    assert!(text.is_ascii());
    assert!(noted(&notes).contains(&("mt-characters", "CdtTrfTxInf[1]/Cdtr/Nm")), "{:?}", noted(&notes));
}

#[test]
fn transfers_there_and_back() {
    let numbered = ":50F:/DE89370400440532013000\n1/BEISPIEL GMBH\n3/DE/BERLIN";
    let cover = replaced(FIELDS_COVER, ":50K:/DE89370400440532013000\nBEISPIEL GMBH", numbered);
    for text in [
        message("202", "", FIELDS_202),
        message(
            "202",
            "",
            &replaced(FIELDS_202, ":58A:", ":52A:COBADEFF\n:53B:/C/12345\n:56A:COBADEFF\n:57A:BOFAUS3N\n:58A:/12345\n"),
        ),
        message("202", "{119:COV}", &format!("{FIELDS_202}\n{cover}")),
        message(
            "202",
            "{119:COV}",
            &format!("{FIELDS_202}\n{}", replaced(&cover, ":59:", ":52A:COBADEFF\n:56A:COBADEFF\n:57A:BOFAUS3N\n:59:")),
        ),
    ] {
        let original: Mt202 = read(&text);
        let mut notes = Notes::new();
        let mut uetr = || Uetr::from_random([7; 16]);
        let translated = from_mt202(&original, &mut context(&mut uetr), &mut notes).expect("translates");
        valid(&translated);
        assert_eq!(translated.payments[0].underlying.is_some(), text.contains("COV"));
        let back = to_mt202(&translated, &mut context(&mut uetr), &mut notes).expect("translates");
        assert_eq!(back, [original]);
        assert!(write(&back[0]).is_ok());
        assert_eq!(notes.losses(), [] as [String; 0]);
    }
    let with = replaced(FIELDS_202, ":58A:", ":13C:/SNDTIME/0915+0100\n:58A:");
    let with = replaced(&with, ":13C:/SNDTIME/0915+0100\n:58A:", ":53A:COBADEFF\n:58A:") + "\n:72:/BNF/X";
    let mut notes = Notes::new();
    let mut uetr = || Uetr::from_random([7; 16]);
    valid(&from_mt202(&read(&message("202", "", &with)), &mut context(&mut uetr), &mut notes).expect("translates"));
    assert_eq!(notes.losses(), ["/4/72", "/4/53a"]);
}

#[test]
fn statement_there_and_back() {
    let original: Mt940 = read(&message("940", "", FIELDS_940));
    let mut notes = Notes::new();
    let mut uetr = || Uetr::from_random([7; 16]);
    let translated = from_mt940(&original, &context(&mut uetr), &mut notes).expect("translates");
    valid(&translated);
    assert_eq!(notes.losses(), ["/3/121", "/4/28C"]);
    let mut notes = Notes::new();
    let back = to_mt940(&translated, &mut notes).expect("translates");
    assert!(write(&back[0]).is_ok());
    assert_eq!(notes.losses(), [] as [String; 0]);
    let mut expected = original;
    expected.header.uetr = None;
    expected.number.page = None;
    expected.entries[2].line.booked = None;
    if let Some(information) = &mut expected.entries[0].information {
        information.0 = vec!["INVOICE 1 OF NOVEMBER".into()];
    }
    assert_eq!(back, [expected]);
}

/// Names that are too long for their lines are cut, and that is told.
#[test]
fn cut() {
    let payment: Mt103 = read(&mt103(FIELDS_103));
    let mut uetr = || Uetr::from_random([7; 16]);
    let mut translated = from_mt103(&payment, &mut context(&mut uetr), &mut Notes::new()).expect("translates");
    let changed = &mut translated.payments[0];
    changed.creditor.name = Some(Text::new("Ä".repeat(140)).expect("a name"));
    changed.id.instruction = Some(Text::new("/A//VERY-LONG-REFERENCE/").expect("a reference"));
    let mut notes = Notes::new();
    let back = to_mt103(&translated, &mut context(&mut uetr), &mut notes).expect("translates");
    assert!(write(&back[0]).is_ok(), "{back:?}");
    assert_eq!(back[0].reference, "A/VERY-LONG-REFE");
    assert!(matches!(&back[0].beneficiary, Customer::Numbered { lines, .. } if lines.len() == 4), "{back:?}");
    let noted = noted(&notes);
    for expected in [
        ("mt-characters", "CdtTrfTxInf[1]/PmtId/InstrId"),
        ("mt-cut", "CdtTrfTxInf[1]/PmtId/InstrId"),
        ("mt-characters", "CdtTrfTxInf[1]/Cdtr/Nm"),
        ("mt-cut", "CdtTrfTxInf[1]/Cdtr/Nm"),
    ] {
        assert!(noted.contains(&expected), "{expected:?} {noted:?}");
    }
}
