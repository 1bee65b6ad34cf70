// SPDX-License-Identifier: MIT

//! ISO 20022: every profile judges, and a message that is read is the same when it is written and read again.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use qenex_messages::iso20022::message::{
    ApplicationHeader, BankStatusReport, BankTransfers, CreditTransferInitiation, CreditTransfers,
    CustomerStatusReport, DirectDebitInitiation, DirectDebits, Message, Notifications, PaymentReturns, RecallAnswers,
    Recalls, Statements, parse, write,
};
use qenex_messages::iso20022::validate::Options;
use qenex_messages::judge;
use qenex_messages::rules::Profile;

fuzz_target!(|input: &[u8]| {
    let schema = judge(input, Profile::Schema, &Options::default());
    for profile in Profile::ALL {
        let verdict = judge(input, profile, &Options::default());
        // Rules are added to the schema's; none of them makes a bad message good.
        assert!(schema.is_valid() || !verdict.is_valid(), "{profile:?} {:?}", schema.findings.list());
    }
    if !schema.is_valid() {
        return;
    }
    let Some(definition) = schema.messages.last() else { return };
    again::<CreditTransferInitiation>(definition, input);
    again::<CustomerStatusReport>(definition, input);
    again::<DirectDebitInitiation>(definition, input);
    again::<BankStatusReport>(definition, input);
    again::<DirectDebits>(definition, input);
    again::<PaymentReturns>(definition, input);
    again::<CreditTransfers>(definition, input);
    again::<BankTransfers>(definition, input);
    again::<RecallAnswers>(definition, input);
    again::<Statements>(definition, input);
    again::<Notifications>(definition, input);
    again::<Recalls>(definition, input);
    again::<ApplicationHeader>(definition, input);
});

/// Reads, writes and reads a message of this type.
fn again<M: Message + PartialEq + Debug>(definition: &str, input: &[u8]) {
    if definition != M::DEFINITION {
        return;
    }
    let Ok(first) = parse::<M>(input) else { return };
    for indent in [false, true] {
        let text = write(&first.message, indent);
        let second = parse::<M>(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(first.message, second.message);
    }
}
