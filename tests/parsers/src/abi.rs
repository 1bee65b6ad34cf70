// SPDX-License-Identifier: MIT

//! The structs, numbers and texts of the ABI.

use std::fmt::Debug;

use qenex_abi::*;
use zerocopy::{FromBytes, Immutable, IntoBytes};

pub(crate) fn run(input: &[u8]) {
    round::<Info>(input);
    round::<AccountRequest>(input);
    round::<AccountsRequest>(input);
    round::<Account>(input);
    round::<UpdateRequest>(input);
    round::<BatchRequest>(input);
    round::<TransfersRequest>(input);
    round::<DurableRequest>(input);
    round::<AttachRequest>(input);
    round::<WaitRequest>(input);
    round::<AckRequest>(input);
    round::<RestoreBeginRequest>(input);
    round::<RestoreRequest>(input);
    round::<RestoreAccount>(input);
    round::<RestoreHold>(input);
    round::<GoLiveRequest>(input);
    round::<JournalEntry>(input);
    round::<TransferResult>(input);
    if let Some(item) = round::<Transfer>(input) {
        assert_eq!(TransferRequest::new(item).item(), item);
    }
    if let Some(mut request) = round::<TransferRequest>(input) {
        let outcome = request.outcome();
        request.answer(&outcome);
        assert_eq!(request.outcome(), outcome);
    }
    for chunk in input.chunks_exact(8) {
        numbers(u64::from_le_bytes(chunk.try_into().expect("eight bytes")));
    }
    for line in String::from_utf8_lossy(input).lines() {
        texts(line);
    }
}

/// A struct is its bytes, all of them.
fn round<T: FromBytes + IntoBytes + Immutable + Debug>(input: &[u8]) -> Option<T> {
    let (value, _) = T::read_from_prefix(input).ok()?;
    assert_eq!(value.as_bytes(), &input[..size_of::<T>()]);
    assert!(!format!("{value:?}").is_empty());
    Some(value)
}

fn numbers(number: u64) {
    // CAST: the lower half is what such a number is in.
    let low = number as u32;
    if let Some(code) = ResultCode::from_u32(low) {
        assert_eq!(code as u32, low);
        assert!(!code.to_string().is_empty() && (0..4096).contains(&code.errno()));
    }
    if let Some(currency) = Currency::from_numeric(low) {
        assert_eq!(Currency::from_alpha(currency.alpha).map(|found| found.numeric), Some(currency.numeric));
    }
    if let Some(account) = AccountNumber::new(number) {
        assert_eq!(account.get(), number);
        assert_eq!(AccountNumber::from_index(account.index()), Some(account));
    }
    if let Some(account) = AccountNumber::from_index(number) {
        assert_eq!(account.index(), number);
        assert_eq!(AccountNumber::new(account.get()), Some(account));
    }
    // Of a call that has the type and number of one of ours, but for its size and direction.
    assert!(ioctl_type(low) < 256 && ioctl_nr(low) < 256);
}

/// What is read of a text is read again as the same of what is written of it.
fn texts(line: &str) {
    for currency in ["USD", "JPY", "BHD"].into_iter().filter_map(Currency::from_alpha) {
        if let Ok(minor) = parse_amount(line, currency) {
            assert_eq!(parse_amount(&format_amount(minor, currency).to_string(), currency), Ok(minor));
            if let Ok(balance) = i64::try_from(minor) {
                let (above, below) = (format_balance(balance, currency), format_balance(-balance, currency));
                assert_eq!(above.to_string(), below.to_string().trim_start_matches('-'));
            }
        }
    }
    if let Ok((minor, currency)) = parse_money(line) {
        let written = format!("{} {}", format_amount(minor, currency), currency.alpha);
        assert_eq!(parse_money(&written).map(|(minor, found)| (minor, found.numeric)), Ok((minor, currency.numeric)));
    }
}
