// SPDX-License-Identifier: MIT

//! Identifiers, amounts and dates: whatever is accepted is written as it was read, and read again as the same.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use qenex_messages::amount::Decimal;
use qenex_messages::calendar::Date;
use qenex_messages::identifiers::{AccountIbans, Bic, CreditorIdentifier, CreditorReference, Iban, Lei, Uetr};
use qenex_messages::iso20022::message::{CurrencyAmount, DateTime, Text};

fuzz_target!(|input: &str| {
    for line in input.lines() {
        again::<Iban>(line);
        again::<Bic>(line);
        again::<CreditorIdentifier>(line);
        again::<CreditorReference>(line);
        again::<Lei>(line);
        again::<Uetr>(line);
        again::<Date>(line);
        again::<DateTime>(line);
        again::<Decimal>(line);
        again::<CurrencyAmount>(line);
        again::<Text<35>>(line);
        if let Ok(iban) = Iban::from_written(line) {
            assert_eq!(Iban::from_bban(iban.country(), iban.bban()).as_ref(), Ok(&iban));
            assert!(iban.bban().contains(iban.bank_code()));
        }
        if let Some((country, code)) = line.split_once(' ') {
            accounts(country, code);
        }
    }
});

/// What is accepted can be written and read.
fn again<T: FromStr<Err: Debug> + Display + PartialEq + Debug>(text: &str) {
    let Ok(first) = text.parse::<T>() else { return };
    let written = first.to_string();
    assert_eq!(written.parse::<T>().expect("what was written is accepted"), first, "{text:?} {written:?}");
}

/// The IBAN of an account leads back to it, whatever the country and the bank.
fn accounts(country: &str, code: &str) {
    let Ok(ibans) = AccountIbans::new(country, code) else { return };
    for index in [0, 1, 99_999_999] {
        let account = qenex_abi::AccountNumber::from_index(index);
        let Some((account, iban)) = account.and_then(|account| Some((account, ibans.iban(account).ok()?))) else {
            continue;
        };
        assert_eq!(ibans.account(&iban), Some(account), "{iban}");
    }
}
