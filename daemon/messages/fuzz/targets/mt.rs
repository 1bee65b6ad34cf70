// SPDX-License-Identifier: MIT

//! SWIFT MT: any bytes are judged; a message that is read is the same when it is written and read again, and what can be
//! made of it as ISO 20022 is valid by its schema.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use qenex_messages::finding::Findings;
use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::{self as iso20022, Message};
use qenex_messages::iso20022::validate::Options;
use qenex_messages::judge;
use qenex_messages::mt::message::{Mt, Mt103, Mt202, Mt900, Mt910, Mt940, Mt950, MtWriteError, parse, write};
use qenex_messages::mt::{MtMessage, examine};
use qenex_messages::rules::Profile;
use qenex_messages::translate::mt::{Notes, from_mt103, from_mt202, from_mt940};
use qenex_messages::translate::{Context, TranslateError};

fuzz_target!(|input: &[u8]| {
    let verdict = judge(input, Profile::Default, &Options::default());
    let mut findings = Findings::new(100);
    let Ok(messages) = examine(input, &mut findings) else { return };
    // Both look at the same, unless it is not taken for MT.
    assert!(!verdict.is_valid() || findings.errors() == 0, "{:?}", findings.list());
    for message in messages.iter().filter(|message| message.errors == 0) {
        if let Some(payment) = again::<Mt103>(message) {
            translated(|context, notes| from_mt103(&payment, context, notes));
        }
        if let Some(payment) = again::<Mt202>(message) {
            translated(|context, notes| from_mt202(&payment, context, notes));
        }
        if let Some(statement) = again::<Mt940>(message) {
            translated(|context, notes| from_mt940(&statement, context, notes));
        }
        again::<Mt900>(message);
        again::<Mt910>(message);
        again::<Mt950>(message);
    }
});

/// Reads, writes and reads a message of this type.
fn again<M: Mt + Debug>(message: &MtMessage) -> Option<M> {
    let first = parse::<M>(message).ok()?;
    match write(&first.message) {
        Ok(text) => {
            let read = examine(text.as_bytes(), &mut Findings::new(0)).expect("what was written is read");
            let second = parse::<M>(&read[0]).expect("what was written is read");
            assert_eq!(first.message, second.message);
        }
        // What the type has no place for may be what made it valid.
        Err(MtWriteError::Invalid(_)) if !first.unread.is_empty() => {}
        Err(error) => panic!("{error}: {:?}", first.message),
    }
    Some(first.message)
}

/// What is made of it is valid, or it is said why it cannot be made.
fn translated<M: Message>(make: impl FnOnce(&mut Context<'_>, &mut Notes) -> Result<M, TranslateError>) {
    let mut context = Context {
        message: "FUZZ-1".parse().expect("a text"),
        created: "2026-11-24T09:30:00Z".parse().expect("a time"),
        settlement_date: None,
        new_uetr: &mut || Uetr::from_random([7; 16]),
        reason: None,
        status: None,
    };
    let Ok(made) = make(&mut context, &mut Notes::new()) else { return };
    let text = iso20022::write(&made, true);
    let verdict = judge(text.as_bytes(), Profile::Schema, &Options::default());
    assert!(verdict.is_valid(), "{:?}\n{text}", verdict.findings.list());
}
