// SPDX-License-Identifier: MIT

//! What is written is valid, and reads as what was written; what would not is not written.

mod mt_common;

use mt_common::{FIELDS_103, FIELDS_202, FIELDS_940, FIELDS_COVER, examined, message, mt103};
use proptest::prelude::*;
use qenex_messages::amount::Decimal;
use qenex_messages::calendar::Date;
use qenex_messages::identifiers::{Bic, Iban, Uetr};
use qenex_messages::iso20022::message::CurrencyAmount;
use qenex_messages::iso20022::message::parts::CreditDebit;
use qenex_messages::mt::message::*;

fn read<M: Mt>(text: &str) -> M {
    let (messages, findings) = examined(text.as_bytes());
    assert_eq!(findings.errors(), 0, "{:?}", findings.list());
    parse::<M>(&messages[0]).expect("a valid message").message
}

#[test]
fn read_and_written() {
    let text = mt103(FIELDS_103);
    let payment: Mt103 = read(&text);
    assert_eq!(payment.settled.amount.to_string(), "1000.50 EUR");
    assert_eq!(payment.settled.date.to_string(), "2026-11-24");
    assert_eq!(payment.beneficiary.account(), Some("FR1420041010050500013M02606"));
    assert_eq!(payment.header.sender.as_str(), "DEUTDEFF");
    assert_eq!(write(&payment).as_deref(), Ok(text.as_str()));
    let text = message("202", "{119:COV}", &format!("{FIELDS_202}\n{FIELDS_COVER}"));
    assert_eq!(write(&read::<Mt202>(&text)).as_deref(), Ok(text.as_str()));
    let text = message("940", "", FIELDS_940);
    let statement: Mt940 = read(&text);
    assert_eq!(statement.entries.len(), 3);
    assert_eq!(statement.entries[0].information, Some(Lines(vec!["INVOICE 1".into(), "OF NOVEMBER".into()])));
    assert_eq!(statement.information, Some(Lines(vec!["END OF STATEMENT".into()])));
    assert!(statement.entries[2].line.reversal);
    assert_eq!(read::<Mt940>(&write(&statement).expect("valid")), statement);
    let confirmation = ":20:A\n:21:B\n:25P:1234\nCOBADEFF\n:13D:2611241530+0100\n:32A:261124EUR1,00";
    let text = message("900", "", confirmation);
    assert_eq!(write(&read::<Mt900>(&text)).as_deref(), Ok(text.as_str()));
    let text = message("910", "", &format!("{confirmation}\n:52A:COBADEFF"));
    assert_eq!(write(&read::<Mt910>(&text)).as_deref(), Ok(text.as_str()));
    let text = message(
        "950",
        "",
        ":20:A\n:25:1234\n:28C:1\n:60M:D261123JPY10,\n:61:261124C15,S202REF//BANK\n:62M:C261124JPY5,",
    );
    assert_eq!(write(&read::<Mt950>(&text)).as_deref(), Ok(text.as_str()));
}

#[test]
fn what_is_not_kept_is_told() {
    let text = message("103", "{108:REF}{165:/TPS/X}", FIELDS_103) + "{5:{CHK:123456789ABC}{PDE:}}";
    let (messages, _) = examined(text.as_bytes());
    let parsed = parse::<Mt103>(&messages[0]).expect("valid");
    assert_eq!(parsed.unread, ["/MT103[1]/3/165", "/MT103[1]/5/PDE"]);
    let urgent = message("103", "", FIELDS_103).replace("XXXXN}", "XXXXU}");
    assert_eq!(parse::<Mt103>(&examined(urgent.as_bytes()).0[0]).expect("valid").unread, ["/MT103[1]/2"]);
    assert!(matches!(parse::<Mt202>(&messages[0]), Err(MtReadError::Other(_))));
}

/// Members that cannot be written as what they say.
#[test]
fn not_written() {
    let payment: Mt103 = read(&mt103(FIELDS_103));
    let change = |change: fn(&mut Mt103)| {
        let mut payment = payment.clone();
        change(&mut payment);
        write(&payment)
    };
    assert!(change(|_| ()).is_ok());
    let invalid: [fn(&mut Mt103); 7] = [
        |payment| payment.reference = "/A".into(),
        |payment| payment.charges = "ALL".into(),
        |payment| payment.instructed = None,
        |payment| payment.header.uetr = None,
        |payment| payment.remittance = Some(Lines(vec!["Ä".into()])),
        |payment| payment.settled.amount.amount = "1000000000000.00".parse::<Decimal>().expect("a number"),
        |payment| payment.settled.amount.amount = "0.001".parse().expect("a number"),
    ];
    for (index, wrong) in invalid.into_iter().enumerate() {
        let limit = change(wrong);
        // Thirteen digits, the comma and two decimals are more than fifteen characters.
        assert!(matches!(limit, Err(MtWriteError::Invalid(_))), "{index} {limit:?}");
    }
    let ambiguous: [fn(&mut Mt103); 3] = [
        |payment| payment.settled.date = Date::new(1970, 1, 1).expect("a day"),
        |payment| payment.remittance = Some(Lines(vec!["A\nB".into()])),
        |payment| payment.remittance = Some(Lines(vec!["A".into(), ":72:B".into()])),
    ];
    for (index, wrong) in ambiguous.into_iter().enumerate() {
        assert!(change(wrong).is_err(), "{index}");
    }
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[A-Za-z0-9][A-Za-z0-9/?:().,'+ -]{{0,{}}}", most - 1)).expect("a pattern")
}

fn reference() -> impl Strategy<Value = String> {
    "[A-Za-z0-9]([A-Za-z0-9./ -]{0,13}[A-Za-z0-9])?".prop_filter("two slashes", |text| !text.contains("//"))
}

fn lines(count: usize, width: usize) -> impl Strategy<Value = Lines> {
    proptest::collection::vec(text(width), 1..=count).prop_map(Lines)
}

fn date() -> impl Strategy<Value = Date> {
    (3_653_i64..40_176).prop_map(|days| Date::from_unix_days(days).expect("1980 to 2079"))
}

fn amount() -> impl Strategy<Value = CurrencyAmount> {
    (1_i128..999_999_999_999, prop::sample::select(&[("EUR", 2), ("JPY", 0), ("BHD", 3)][..])).prop_map(
        |(units, (currency, scale))| CurrencyAmount::new(Decimal::new(units, scale), currency).expect("an amount"),
    )
}

fn bank() -> impl Strategy<Value = Bic> {
    prop::sample::select(&["DEUTDEFF", "BNPAFRPPXXX", "BOFAUS3N", "COBADEFF123"][..])
        .prop_map(|code| code.parse().expect("a code"))
}

/// As headers have it: the head office is not written there.
fn office() -> impl Strategy<Value = Bic> {
    bank().prop_map(|bic| bic.as_str().strip_suffix("XXX").unwrap_or(bic.as_str()).parse().expect("a code"))
}

fn account() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u64>().prop_map(|number| Iban::from_bban("DE", &format!("{:018}", number % 1_000_000_000))
            .expect("an IBAN")
            .to_string()),
        "[0-9]{1,34}",
    ]
}

fn customer() -> impl Strategy<Value = Customer> {
    let details = |number| move |details: String| DetailLine { number, details };
    prop_oneof![
        (proptest::option::of(account()), bank()).prop_map(|(account, bic)| Customer::Bic { account, bic }),
        (proptest::option::of(account()), lines(4, 35))
            .prop_map(|(account, lines)| Customer::Lines { account, lines: lines.0 }),
        (account(), text(33).prop_map(details(1)), text(33).prop_map(details(2)), text(30)).prop_map(
            |(account, name, street, town)| Customer::Numbered {
                account: Some(account),
                identifier: None,
                lines: vec![name, street, DetailLine { number: 3, details: format!("DE/{town}") }],
            }
        ),
    ]
}

fn party() -> impl Strategy<Value = PartyLine> {
    (proptest::option::of(prop::sample::select(&['C', 'D'][..])), "/?[0-9A-Z]{2,20}")
        .prop_map(|(indicator, account)| PartyLine { indicator, account })
}

fn institution() -> impl Strategy<Value = Institution> {
    prop_oneof![
        (proptest::option::of(party()), bank()).prop_map(|(party, bic)| Institution::Bic { party, bic }),
        (proptest::option::of(party()), lines(4, 35))
            .prop_map(|(party, lines)| Institution::Named { party, lines: lines.0 }),
    ]
}

fn correspondent() -> impl Strategy<Value = Institution> {
    prop_oneof![
        institution(),
        (party(), proptest::option::of(text(35)))
            .prop_map(|(party, location)| Institution::Account { party: Some(party), location }),
        text(35).prop_map(|location| Institution::Account { party: None, location: Some(location) }),
    ]
}

fn header() -> impl Strategy<Value = Header> {
    (office(), office(), proptest::option::of(reference()), any::<[u8; 16]>()).prop_map(
        |(sender, receiver, message_reference, bytes)| Header {
            sender,
            receiver,
            message_reference,
            banking_priority: None,
            service: Some("001".into()),
            uetr: Some(Uetr::from_random(bytes)),
        },
    )
}

fn payment() -> impl Strategy<Value = Mt103> {
    let parties = (
        customer(),
        proptest::option::of(institution()),
        proptest::option::of(correspondent()),
        proptest::option::of(correspondent()),
        customer(),
    );
    let banks = (
        proptest::option::of(institution()),
        proptest::option::of(lines(4, 35)),
        proptest::option::of(lines(6, 35)),
        proptest::option::of(lines(3, 35)),
    );
    (header(), reference(), date(), amount(), amount(), parties, banks).prop_map(
        |(header, reference, date, settled, instructed, parties, banks)| {
            let (ordering, ordering_institution, senders_correspondent, receivers_correspondent, beneficiary) = parties;
            let (account_with, remittance, bank_information, regulatory) = banks;
            let other = settled.currency() != instructed.currency();
            Mt103 {
                header,
                form: Form::General,
                reference,
                times: vec![TimeIndication {
                    code: "SNDTIME".into(),
                    time: "0915".into(),
                    sign: Sign::Plus,
                    offset: "0100".into(),
                }],
                operation: "CRED".into(),
                instructions: vec![Instruction { code: "REPA".into(), information: Some("X".into()) }],
                transaction_type: None,
                settled: ValueAmount { date, amount: settled },
                instructed: Some(instructed.clone()),
                rate: other.then(|| ExchangeRate("1.2345".parse().expect("a rate"))),
                ordering,
                sending_institution: None,
                ordering_institution,
                senders_correspondent,
                receivers_correspondent,
                third_institution: None,
                intermediary: None,
                account_with,
                beneficiary,
                remittance,
                charges: "BEN".into(),
                sender_charges: vec![instructed.clone(), instructed],
                receiver_charges: None,
                bank_information,
                regulatory,
                envelope: None,
            }
        },
    )
}

fn line() -> impl Strategy<Value = Entry> {
    (
        date(),
        any::<bool>(),
        any::<bool>(),
        1_i128..1_000_000_000,
        reference(),
        proptest::option::of(reference()),
        proptest::option::of(text(34)),
        proptest::option::of(lines(6, 65)),
    )
        .prop_map(|(value_date, credit, reversal, units, reference, servicer_reference, details, information)| {
            Entry {
                line: StatementLine {
                    value_date,
                    booked: Some(format!("{:02}{:02}", value_date.month(), value_date.day())),
                    direction: if credit { CreditDebit::Credit } else { CreditDebit::Debit },
                    reversal,
                    funds: None,
                    amount: Decimal::new(units, 2),
                    kind: "NTRF".into(),
                    reference,
                    servicer_reference,
                    details,
                },
                information,
            }
        })
}

fn statement() -> impl Strategy<Value = Mt940> {
    (header(), reference(), date(), proptest::collection::vec(line(), 0..5), 0_i128..1_000_000).prop_map(
        |(header, reference, date, entries, opening)| {
            let balance = |amount: Decimal| Balance {
                intermediate: false,
                direction: if amount.is_negative() { CreditDebit::Debit } else { CreditDebit::Credit },
                date,
                amount: CurrencyAmount::new(if amount.is_negative() { amount.negated() } else { amount }, "EUR")
                    .expect("an amount"),
            };
            let opening = Decimal::new(opening, 2);
            let closing = entries.iter().fold(opening, |sum, entry| {
                let adds = (entry.line.direction == CreditDebit::Credit) != entry.line.reversal;
                let change = if adds { entry.line.amount } else { entry.line.amount.negated() };
                sum.checked_add(change).expect("fits")
            });
            Mt940 {
                header,
                reference,
                related: None,
                account: AccountIdentification { account: "DE89370400440532013000".into(), owner: None },
                number: StatementNumber { number: 7, page: Some(1) },
                opening: balance(opening),
                entries,
                closing: balance(closing),
                available: None,
                forward: vec![balance(closing)],
                information: None,
            }
        },
    )
}

fn round_trips<M: Mt + Clone + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned>(message: &M) {
    let text = write(message).unwrap_or_else(|error| panic!("{error}\n{message:#?}"));
    assert_eq!(&read::<M>(&text), message, "{text}");
    let json = serde_json::to_string(message).expect("serialises");
    assert_eq!(&serde_json::from_str::<M>(&json).expect("deserialises"), message);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn payments(payment in payment()) {
        round_trips(&payment);
    }

    #[test]
    fn transfers(payment in payment(), covers in any::<bool>(), bank in institution()) {
        let cover = covers.then(|| Cover {
            ordering: payment.ordering,
            ordering_institution: payment.ordering_institution.clone(),
            intermediary: None,
            account_with: payment.account_with.clone(),
            beneficiary: payment.beneficiary,
            remittance: payment.remittance,
            bank_information: payment.bank_information.clone(),
            instructed: payment.instructed,
        });
        round_trips(&Mt202 {
            header: payment.header,
            related: payment.reference.clone(),
            reference: payment.reference,
            times: payment.times,
            settled: payment.settled,
            ordering_institution: payment.ordering_institution,
            senders_correspondent: payment.senders_correspondent,
            receivers_correspondent: payment.receivers_correspondent,
            intermediary: None,
            account_with: payment.account_with,
            beneficiary: bank,
            bank_information: payment.bank_information,
            cover,
        });
    }

    /// A text of 2 000 characters is the most, which the longest of these would not keep.
    #[test]
    fn statements(statement in statement()) {
        let length: usize = statement.entries.iter().map(|entry| {
            90 + entry.information.as_ref().map_or(0, |lines| lines.0.iter().map(|line| line.len() + 2).sum())
        }).sum();
        prop_assume!(length < 1_500);
        round_trips(&statement);
    }
}
