// SPDX-License-Identifier: MIT OR GPL-2.0

//! One function for each ioctl: copy in, let the ledger work, copy out.
//!
//! A call that fails as a whole returns the errno of its result code, which is also written to the struct. If the answer
//! cannot be written (EFAULT), what was accepted stays accepted; asking again with the same id tells.

use core::mem::offset_of;

use kernel::prelude::*;

use qenex_abi::{
    Account, AccountRequest, AccountsRequest, AckRequest, AttachRequest, BatchRequest, DurableRequest, Id,
    JournalEntry, ResultCode, TransferRequest, TransferResult, TransfersRequest, UpdateRequest, WaitRequest,
    QENEX_BATCH, QENEX_BATCH_MAX, QENEX_CREATE_ACCOUNT, QENEX_GET_ACCOUNTS, QENEX_GET_TRANSFERS, QENEX_GO_LIVE,
    QENEX_INFO, QENEX_IOCTLS, QENEX_IOCTL_TYPE, QENEX_JOURNAL_ACK, QENEX_JOURNAL_ATTACH, QENEX_JOURNAL_TAKE_OVER,
    QENEX_JOURNAL_WAIT, QENEX_RESTORE_ACCOUNTS, QENEX_RESTORE_BEGIN, QENEX_RESTORE_HOLDS, QENEX_RESTORE_TRANSFERS,
    QENEX_TRANSFER, QENEX_TRANSFER_DURABLE, QENEX_UPDATE_ACCOUNT, QENEX_WAIT_DURABLE,
};

use crate::bank::Bank;
use crate::device::Session;
use crate::{caller, expiry, log, restore, user};

/// Answers an ioctl.
///
/// # Errors
///
/// ENOTTY for a call that does not exist, EINVAL for one of another size than this version has, EFAULT for an argument
/// that cannot be read or written, else the errno of the result code.
pub(crate) fn dispatch(session: &Session, cmd: u32, arg: usize) -> Result<isize> {
    let bank = session.bank();
    match cmd {
        QENEX_INFO => info(bank, arg)?,
        QENEX_CREATE_ACCOUNT => create_account(bank, arg)?,
        QENEX_GET_ACCOUNTS => get_accounts(bank, arg)?,
        QENEX_TRANSFER => transfer(bank, arg)?,
        QENEX_BATCH => batch(bank, arg)?,
        QENEX_GET_TRANSFERS => get_transfers(bank, arg)?,
        QENEX_UPDATE_ACCOUNT => update_account(bank, arg)?,
        QENEX_WAIT_DURABLE => wait_durable(bank, arg)?,
        QENEX_JOURNAL_ATTACH => attach(session, arg)?,
        QENEX_JOURNAL_WAIT => wait_written(session, arg)?,
        QENEX_JOURNAL_ACK => acknowledge(session, arg)?,
        QENEX_RESTORE_BEGIN => restore::begin(bank, arg)?,
        QENEX_RESTORE_ACCOUNTS => restore::accounts(bank, arg)?,
        QENEX_RESTORE_HOLDS => restore::holds(bank, arg)?,
        QENEX_RESTORE_TRANSFERS => restore::transfers(bank, arg)?,
        QENEX_GO_LIVE => restore::go_live(bank, arg)?,
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
pub(crate) fn to_result(code: ResultCode) -> Result {
    match code.errno() {
        0 => Ok(()),
        errno => Err(Error::from_errno(-errno)),
    }
}

fn info(bank: &Bank, arg: usize) -> Result {
    let mut info = bank.ledger.info();
    info.sequence_durable = bank.durable();
    user::write(arg, &info)
}

fn create_account(bank: &Bank, arg: usize) -> Result {
    let mut request: AccountRequest = user::read(arg)?;
    let code = bank.ledger.create_account(&mut request, &caller::current(), caller::now());
    bank.note_change();
    if matches!(code, ResultCode::AccountsFull | ResultCode::OutOfMemory) {
        log::error!("account not opened: {}", code.name());
    }
    user::write(arg, &request)?;
    to_result(code)
}

fn update_account(bank: &Bank, arg: usize) -> Result {
    let mut request: UpdateRequest = user::read(arg)?;
    let code = bank.ledger.update_account(&mut request, &caller::current(), caller::now());
    bank.note_change();
    user::write(arg, &request)?;
    to_result(code)
}

fn get_accounts(bank: &Bank, arg: usize) -> Result {
    let mut request: AccountsRequest = user::read(arg)?;
    (request.sequence, request.found) = (0, 0);
    let code = match try_get_accounts(bank, &mut request)? {
        Ok(()) => ResultCode::Ok,
        Err(code) => code,
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

fn try_get_accounts(bank: &Bank, request: &mut AccountsRequest) -> Result<Result<(), ResultCode>> {
    if request.flags != 0 || request.reserved != [0; 3] {
        return Ok(Err(ResultCode::ReservedMustBeZero));
    }
    let count = match check_count(request.count) {
        Ok(count) => count,
        Err(code) => return Ok(Err(code)),
    };
    let numbers = user::read_array::<u64>(request.numbers, count)?;
    let mut accounts = user::new_array::<Account>(count)?;
    match bank.ledger.read_accounts(&numbers, &mut accounts, &caller::current()) {
        Err(code) => return Ok(Err(code)),
        Ok(sequence) => request.sequence = sequence,
    }
    let found = accounts.iter().filter(|account| account.result == ResultCode::Ok as u32).count();
    // CAST: at most QENEX_BATCH_MAX.
    request.found = found as u32;
    user::write_array(request.accounts, &accounts)?;
    Ok(Ok(()))
}

fn transfer(bank: &Bank, arg: usize) -> Result {
    let mut request: TransferRequest = user::read(arg)?;
    let durable = request.flags & QENEX_TRANSFER_DURABLE != 0;
    if durable && !bank.consumer.has_been() {
        let code = ResultCode::DurabilityUnavailable;
        request.answer(&TransferResult { result: code as u32, ..TransferResult::default() });
        user::write(arg, &request)?;
        return to_result(code);
    }
    let was_named = !request.id.is_none();
    let code = bank.ledger.transfer(&mut request, &caller::current(), caller::now());
    bank.note_change();
    expiry::note(&bank.ledger);
    // The answer is there before the wait, so that a caller whom a signal interrupts has it. Of what was asked only the id
    // may have changed.
    user::write_from(arg, &request, if was_named { offset_of!(TransferRequest, sequence) } else { 0 })?;
    to_result(code)?;
    if durable {
        bank.wait_durable(request.sequence, None)?.or_else(to_result)?;
    }
    Ok(())
}

fn batch(bank: &Bank, arg: usize) -> Result {
    let mut request: BatchRequest = user::read(arg)?;
    (request.accepted, request.sequence) = (0, 0);
    let mut durable = false;
    let code = match try_batch(bank, &mut request, &mut durable)? {
        Ok(()) => ResultCode::Ok,
        Err(code) => code,
    };
    request.result = code as u32;
    // The answer is there before the wait, so that a caller whom a signal interrupts has it.
    user::write(arg, &request)?;
    to_result(code)?;
    if durable {
        bank.wait_durable(request.sequence, None)?.or_else(to_result)?;
    }
    Ok(())
}

fn try_batch(bank: &Bank, request: &mut BatchRequest, durable: &mut bool) -> Result<Result<(), ResultCode>> {
    if request.flags != 0 || request.reserved != [0; 3] {
        return Ok(Err(ResultCode::ReservedMustBeZero));
    }
    let count = match check_count(request.count) {
        Ok(count) => count,
        Err(code) => return Ok(Err(code)),
    };
    bank.rooms.with(|room| {
        user::read_into(&mut room.items, request.items, count)?;
        let flags = room.items.iter().fold(0, |flags, item| flags | item.flags);
        *durable = flags & QENEX_TRANSFER_DURABLE != 0;
        if *durable && !bank.consumer.has_been() {
            return Ok(Err(ResultCode::DurabilityUnavailable));
        }
        let results = room.results.get_mut(..count).ok_or(EINVAL)?;
        let done = room.batch.run(&bank.ledger, &room.items, results, &caller::current(), caller::now());
        bank.note_change();
        expiry::note(&bank.ledger);
        // CAST: at most QENEX_BATCH_MAX.
        request.accepted = done.accepted as u32;
        // Of a repeated item the original's: to be durable is asked for that, too.
        request.sequence = done.sequence;
        user::write_array(request.results, results)?;
        Ok(Ok(()))
    })
}

fn get_transfers(bank: &Bank, arg: usize) -> Result {
    let mut request: TransfersRequest = user::read(arg)?;
    (request.found, request.next_sequence) = (0, 0);
    let code = match try_get_transfers(bank, &mut request)? {
        Ok(()) => ResultCode::Ok,
        Err(code) => code,
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

fn try_get_transfers(bank: &Bank, request: &mut TransfersRequest) -> Result<Result<(), ResultCode>> {
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
        let (found, next) = bank.ledger.recorded_from(request.first_sequence, &mut entries, &caller);
        request.next_sequence = next;
        user::write_array(request.entries, entries.get(..found).unwrap_or(&[]))?;
        found
    } else {
        let ids = user::read_array::<Id>(request.ids, count)?;
        let mut found = 0;
        for (id, place) in ids.iter().zip(entries.iter_mut()) {
            if let Some(entry) = bank.ledger.recorded(*id, &caller) {
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

/// The number of items of a call, if it is in range.
pub(crate) fn check_count(count: u32) -> Result<usize, ResultCode> {
    match count {
        0 => Err(ResultCode::CountMustNotBeZero),
        // CAST: u32 fits in usize on the 64-bit machines that the module runs on.
        1..=QENEX_BATCH_MAX => Ok(count as usize),
        _ => Err(ResultCode::CountTooLarge),
    }
}

fn wait_durable(bank: &Bank, arg: usize) -> Result {
    let mut request: DurableRequest = user::read(arg)?;
    let code = if request.reserved != 0 {
        ResultCode::ReservedMustBeZero
    } else {
        bank.wait_durable(request.sequence, Some(request.timeout_ms))?.err().unwrap_or(ResultCode::Ok)
    };
    request.result = code as u32;
    request.durable = bank.durable();
    user::write(arg, &request)?;
    to_result(code)
}

fn attach(session: &Session, arg: usize) -> Result {
    let mut request: AttachRequest = user::read(arg)?;
    let code = match try_attach(session, &mut request) {
        Ok(()) => ResultCode::Ok,
        Err(code) => code,
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

fn try_attach(session: &Session, request: &mut AttachRequest) -> Result<(), ResultCode> {
    if request.reserved != [0; 3] {
        return Err(ResultCode::ReservedMustBeZero);
    }
    if request.flags & !QENEX_JOURNAL_TAKE_OVER != 0 {
        return Err(ResultCode::FlagsMustBeKnown);
    }
    if !caller::current().operator {
        return Err(ResultCode::OperatorRightRequired);
    }
    let (epoch, acknowledged) = session.attach(request.flags & QENEX_JOURNAL_TAKE_OVER != 0)?;
    let (_, size) = session.bank().ledger.journal_ring();
    request.epoch = epoch;
    request.acknowledged = acknowledged;
    request.entries = session.bank().ledger.journal_entries();
    request.ring_size = size as u64;
    Ok(())
}

fn wait_written(session: &Session, arg: usize) -> Result {
    let mut request: WaitRequest = user::read(arg)?;
    let waited = if request.reserved != 0 {
        Err(ResultCode::ReservedMustBeZero)
    } else if !caller::current().operator {
        // The consumer's open file may have come to somebody else, and it carries no right.
        Err(ResultCode::OperatorRightRequired)
    } else {
        session.bank().wait_written(session.epoch(), request.after, request.timeout_ms)?
    };
    let code = waited.err().unwrap_or(ResultCode::Ok);
    request.written = waited.unwrap_or_else(|_| session.bank().ledger.journal_written());
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

fn acknowledge(session: &Session, arg: usize) -> Result {
    let mut request: AckRequest = user::read(arg)?;
    let code = if request.reserved != 0 {
        ResultCode::ReservedMustBeZero
    } else if !caller::current().operator {
        // As for waiting: or a customer could have it taken for stored what is not.
        ResultCode::OperatorRightRequired
    } else {
        session.bank().acknowledge(session.epoch(), request.sequence).err().unwrap_or(ResultCode::Ok)
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}
