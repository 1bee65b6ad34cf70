// SPDX-License-Identifier: MIT OR GPL-2.0

//! One function for each ioctl: copy in, let the ledger work, copy out.
//!
//! A call that fails as a whole returns the errno of its result code, which is also written to the struct. If the answer
//! cannot be written (EFAULT), what was accepted stays accepted; asking again with the same id tells.

use kernel::prelude::*;

use qenex_abi::{
    Account, AccountRequest, AccountsRequest, BatchRequest, Id, JournalEntry, ResultCode, Transfer, TransferRequest,
    TransferResult, TransfersRequest, UpdateRequest, QENEX_BATCH, QENEX_BATCH_MAX, QENEX_CREATE_ACCOUNT,
    QENEX_GET_ACCOUNTS, QENEX_GET_TRANSFERS, QENEX_INFO, QENEX_IOCTLS, QENEX_IOCTL_TYPE, QENEX_TRANSFER,
    QENEX_UPDATE_ACCOUNT,
};
use qenex_ledger::{Batch, Ledger};

use crate::{caller, expiry, log, user};

/// Answers an ioctl.
///
/// # Errors
///
/// ENOTTY for a call that does not exist, EINVAL for one of another size than this version has, EFAULT for an argument
/// that cannot be read or written, else the errno of the result code.
pub(crate) fn dispatch(ledger: &Ledger, cmd: u32, arg: usize) -> Result<isize> {
    match cmd {
        QENEX_INFO => user::write(arg, &ledger.info())?,
        QENEX_CREATE_ACCOUNT => create_account(ledger, arg)?,
        QENEX_GET_ACCOUNTS => get_accounts(ledger, arg)?,
        QENEX_TRANSFER => transfer(ledger, arg)?,
        QENEX_BATCH => batch(ledger, arg)?,
        QENEX_GET_TRANSFERS => get_transfers(ledger, arg)?,
        QENEX_UPDATE_ACCOUNT => update_account(ledger, arg)?,
        _ => return Err(refuse(cmd)),
    }
    Ok(0)
}

/// Why a number is none of ours.
fn refuse(cmd: u32) -> Error {
    let same = |known: u32| qenex_abi::ioctl_nr(known) == qenex_abi::ioctl_nr(cmd);
    let is_known =
        qenex_abi::ioctl_type(cmd) == QENEX_IOCTL_TYPE && QENEX_IOCTLS.iter().any(|(known, ..)| same(*known));
    if is_known {
        EINVAL
    } else {
        ENOTTY
    }
}

/// The errno of a result code, if the call fails with it.
fn to_result(code: ResultCode) -> Result {
    match code.errno() {
        0 => Ok(()),
        errno => Err(Error::from_errno(-errno)),
    }
}

fn create_account(ledger: &Ledger, arg: usize) -> Result {
    let mut request: AccountRequest = user::read(arg)?;
    let code = ledger.create_account(&mut request, &caller::current(), caller::now());
    keep_journal_going(ledger);
    if matches!(code, ResultCode::AccountsFull | ResultCode::OutOfMemory) {
        log::error!("account not opened: {}", code.name());
    }
    user::write(arg, &request)?;
    to_result(code)
}

fn update_account(ledger: &Ledger, arg: usize) -> Result {
    let mut request: UpdateRequest = user::read(arg)?;
    let code = ledger.update_account(&mut request, &caller::current(), caller::now());
    keep_journal_going(ledger);
    user::write(arg, &request)?;
    to_result(code)
}

fn get_accounts(ledger: &Ledger, arg: usize) -> Result {
    let mut request: AccountsRequest = user::read(arg)?;
    (request.sequence, request.found) = (0, 0);
    let code = match try_get_accounts(ledger, &mut request)? {
        Ok(()) => ResultCode::Ok,
        Err(code) => code,
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

fn try_get_accounts(ledger: &Ledger, request: &mut AccountsRequest) -> Result<Result<(), ResultCode>> {
    if request.flags != 0 || request.reserved != [0; 3] {
        return Ok(Err(ResultCode::ReservedMustBeZero));
    }
    let count = match check_count(request.count) {
        Ok(count) => count,
        Err(code) => return Ok(Err(code)),
    };
    let numbers = user::read_array::<u64>(request.numbers, count)?;
    let mut accounts = user::new_array::<Account>(count)?;
    match ledger.read_accounts(&numbers, &mut accounts, &caller::current()) {
        Err(code) => return Ok(Err(code)),
        Ok(sequence) => request.sequence = sequence,
    }
    let found = accounts.iter().filter(|account| account.result == ResultCode::Ok as u32).count();
    // CAST: at most QENEX_BATCH_MAX.
    request.found = found as u32;
    user::write_array(request.accounts, &accounts)?;
    Ok(Ok(()))
}

fn transfer(ledger: &Ledger, arg: usize) -> Result {
    let mut request: TransferRequest = user::read(arg)?;
    let code = ledger.transfer(&mut request, &caller::current(), caller::now());
    keep_journal_going(ledger);
    expiry::note(ledger);
    user::write(arg, &request)?;
    to_result(code)
}

fn batch(ledger: &Ledger, arg: usize) -> Result {
    let mut request: BatchRequest = user::read(arg)?;
    (request.accepted, request.sequence) = (0, 0);
    let code = match try_batch(ledger, &mut request)? {
        Ok(()) => ResultCode::Ok,
        Err(code) => code,
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

fn try_batch(ledger: &Ledger, request: &mut BatchRequest) -> Result<Result<(), ResultCode>> {
    if request.flags != 0 || request.reserved != [0; 3] {
        return Ok(Err(ResultCode::ReservedMustBeZero));
    }
    let count = match check_count(request.count) {
        Ok(count) => count,
        Err(code) => return Ok(Err(code)),
    };
    let items = user::read_array::<Transfer>(request.items, count)?;
    let mut results = user::new_array::<TransferResult>(count)?;
    let Ok(mut room) = Batch::new() else { return Ok(Err(ResultCode::OutOfMemory)) };
    room.run(ledger, &items, &mut results, &caller::current(), caller::now());
    keep_journal_going(ledger);
    expiry::note(ledger);
    for result in results.iter().filter(|result| result.result == ResultCode::Ok as u32) {
        // OVERFLOW: at most QENEX_BATCH_MAX.
        request.accepted += 1;
        request.sequence = request.sequence.max(result.sequence);
    }
    user::write_array(request.results, &results)?;
    Ok(Ok(()))
}

fn get_transfers(ledger: &Ledger, arg: usize) -> Result {
    let mut request: TransfersRequest = user::read(arg)?;
    (request.found, request.next_sequence) = (0, 0);
    let code = match try_get_transfers(ledger, &mut request)? {
        Ok(()) => ResultCode::Ok,
        Err(code) => code,
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

fn try_get_transfers(ledger: &Ledger, request: &mut TransfersRequest) -> Result<Result<(), ResultCode>> {
    let mixed = request.ids != 0 && request.first_sequence != 0;
    if request.flags != 0 || request.reserved != [0; 2] || mixed {
        return Ok(Err(ResultCode::ReservedMustBeZero));
    }
    let count = match check_count(request.count) {
        Ok(count) => count,
        Err(code) => return Ok(Err(code)),
    };
    let caller = caller::current();
    let mut entries = user::new_array::<JournalEntry>(count)?;
    let found = if request.ids == 0 {
        let (found, next) = ledger.recorded_from(request.first_sequence, &mut entries, &caller);
        request.next_sequence = next;
        user::write_array(request.entries, entries.get(..found).unwrap_or(&[]))?;
        found
    } else {
        let ids = user::read_array::<Id>(request.ids, count)?;
        let mut found = 0;
        for (id, place) in ids.iter().zip(entries.iter_mut()) {
            if let Some(entry) = ledger.recorded(*id, &caller) {
                *place = entry;
                found += 1;
            }
        }
        user::write_array(request.entries, &entries)?;
        found
    };
    // CAST: at most QENEX_BATCH_MAX.
    request.found = found as u32;
    Ok(Ok(()))
}

fn check_count(count: u32) -> Result<usize, ResultCode> {
    match count {
        0 => Err(ResultCode::CountMustNotBeZero),
        // CAST: u32 fits in usize on the 64-bit machines that the module runs on.
        1..=QENEX_BATCH_MAX => Ok(count as usize),
        _ => Err(ResultCode::CountTooLarge),
    }
}

/// Nothing consumes the journal yet, so that its slots are free again as soon as they are written.
pub(crate) fn keep_journal_going(ledger: &Ledger) {
    ledger.release_journal();
}
