// SPDX-License-Identifier: MIT

//! Messages made of others keep the rules and the references.

mod common;

use common::{COLLECTION, INITIATION, PAYMENT, replaced, verdict};
use qenex_messages::calendar::Date;
use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::{
    CreditTransferInitiation, CreditTransfers, DirectDebitInitiation, Message, Text, parse, write,
};
use qenex_messages::rules::Profile;
use qenex_messages::translate::{
    Context, TranslateError, to_answers, to_bank_status, to_credit_transfers, to_customer_status, to_direct_debits,
    to_recalls, to_returns,
};

fn read<M: Message>(text: &str) -> M {
    parse::<M>(text.as_bytes()).unwrap_or_else(|error| panic!("{error}")).message
}

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

/// References that count from 1.
fn counter() -> impl FnMut() -> Uetr {
    let mut count = 0_u8;
    move || {
        count += 1;
        Uetr::from_random([count; 16])
    }
}

fn valid<M: Message>(message: &M, profile: Profile) -> String {
    let text = write(message, true);
    let verdict = verdict(&text, profile);
    assert!(verdict.is_valid(), "{:?}\n{text}", verdict.findings.list());
    text
}

#[test]
fn instruction_to_payments() {
    let with_agents =
        INITIATION.replace("<Cdtr>", "<CdtrAgt><FinInstnId><BICFI>BNPAFRPPXXX</BICFI></FinInstnId></CdtrAgt><Cdtr>");
    let mut uetrs = counter();
    let mut context = context(&mut uetrs);
    let payments =
        to_credit_transfers(&read::<CreditTransferInitiation>(&with_agents), &mut context).expect("translates");
    valid(&payments, Profile::SepaSct);
    assert_eq!(payments.header.count, 2);
    assert_eq!(payments.header.total.as_ref().map(ToString::to_string), Some("30.50 EUR".into()));
    assert_eq!(payments.header.settlement_date, "2026-11-24".parse().ok());
    let references: Vec<_> = payments.payments.iter().map(|payment| payment.id.end_to_end.to_string()).collect();
    assert_eq!(references, ["E-1", "E-2"]);
    assert_ne!(payments.payments[0].id.uetr, payments.payments[1].id.uetr);
    // Asked for on a Saturday, settled on Monday.
    let saturday = replaced(&with_agents, "2026-11-24", "2026-11-28");
    let payments = to_credit_transfers(&read::<CreditTransferInitiation>(&saturday), &mut context).expect("translates");
    assert_eq!(payments.header.settlement_date, "2026-11-30".parse().ok());
}

#[test]
fn several_days_are_several_messages() {
    let group =
        INITIATION.split_once("<PmtInf>").and_then(|(_, rest)| rest.rsplit_once("</PmtInf>")).expect("a group").0;
    let other = group.replace("2026-11-24", "2026-11-25").replace("G-1", "G-2");
    let text = replaced(INITIATION, "</PmtInf>", &format!("</PmtInf><PmtInf>{other}</PmtInf>"));
    let mut uetrs = counter();
    let mut context = context(&mut uetrs);
    let day = |text: &str| text.parse::<Date>().expect("a day");
    let result = to_credit_transfers(&read::<CreditTransferInitiation>(&text), &mut context);
    assert_eq!(result.err(), Some(TranslateError::SeveralDays(day("2026-11-24"), day("2026-11-25"))));
}

#[test]
fn instruction_to_collections() {
    let mut uetrs = counter();
    let collections =
        to_direct_debits(&read::<DirectDebitInitiation>(COLLECTION), &mut context(&mut uetrs)).expect("translates");
    valid(&collections, Profile::SepaSddCore);
}

#[test]
fn payment_and_back() {
    let payments: CreditTransfers = read(PAYMENT);
    let mut uetrs = counter();
    let mut context = context(&mut uetrs);
    assert_eq!(to_bank_status(&payments, &context).err(), Some(TranslateError::Missing("the status")));
    context.status = Text::new("RJCT").ok();
    context.reason = Text::new("AC04").ok();
    let status = to_bank_status(&payments, &context).expect("translates");
    valid(&status, Profile::SepaSct);
    assert_eq!(status.payments[0].uetr, payments.payments[0].id.uetr);
    assert!(to_returns(&payments, &context).is_err());
    context.settlement_date = "2026-11-26".parse().ok();
    let returns = to_returns(&payments, &context).expect("translates");
    valid(&returns, Profile::SepaSct);
    assert_eq!(returns.payments[0].uetr, payments.payments[0].id.uetr);
    context.reason = Text::new("DUPL").ok();
    let recalls = to_recalls(&payments, &context).expect("translates");
    valid(&recalls, Profile::SepaSct);
    context.reason = Text::new("CUST").ok();
    let answers = to_answers(&recalls, &context).expect("translates");
    valid(&answers, Profile::Default);
    assert_eq!(answers.details[0].payments[0].uetr, payments.payments[0].id.uetr);
    let customer = to_customer_status(&read::<CreditTransferInitiation>(INITIATION), &context).expect("translates");
    valid(&customer, Profile::Default);
}

/// What a type has no field for is told.
#[test]
fn nothing_is_dropped_silently() {
    let text = replaced(PAYMENT, "<RmtInf>", "<RltdRmtInf><RmtId>R</RmtId></RltdRmtInf><RmtInf>");
    let parsed = parse::<CreditTransfers>(text.as_bytes()).expect("valid");
    assert_eq!(parsed.unread, ["/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/RltdRmtInf[1]"]);
}
