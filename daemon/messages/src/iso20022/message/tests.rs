// SPDX-License-Identifier: MIT

//! Every message, with random content: what is written is valid, and reads as what was written.

use super::*;
use crate::judge;
use crate::rules::Profile;

/// A small generator of random numbers (splitmix64), so that a failing seed can be run again.
fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

fn round_trips<M>()
where
    M: Message + PartialEq + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    for seed in 0..200 {
        let message = M::sample(&mut numbers(seed));
        for indent in [false, true] {
            let text = write(&message, indent);
            let verdict = judge(text.as_bytes(), Profile::Schema, &Default::default());
            let errors = verdict.findings.list();
            assert!(verdict.refusal.is_none() && errors.is_empty(), "{} {seed}: {errors:#?}\n{text}", M::DEFINITION);
            let parsed = parse::<M>(text.as_bytes()).unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
            assert_eq!(parsed.message, message, "{seed}: {text}");
            assert!(parsed.unread.is_empty(), "{:?}", parsed.unread);
        }
        let json = serde_json::to_string(&message).expect("serialises");
        assert_eq!(serde_json::from_str::<M>(&json).expect("deserialises"), message, "{seed}: {json}");
    }
}

macro_rules! round_trip_tests {
    ($($name:ident: $ty:ty),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                round_trips::<$ty>();
            }
        )*
    };
}

round_trip_tests! {
    pain_001: CreditTransferInitiation,
    pain_002: CustomerStatusReport,
    pain_008: DirectDebitInitiation,
    pacs_002: BankStatusReport,
    pacs_003: DirectDebits,
    pacs_004: PaymentReturns,
    pacs_008: CreditTransfers,
    pacs_009: BankTransfers,
    camt_029: RecallAnswers,
    camt_053: Statements,
    camt_054: Notifications,
    camt_056: Recalls,
    head_001: ApplicationHeader,
}
