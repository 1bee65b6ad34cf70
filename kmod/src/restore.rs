// SPDX-License-Identifier: MIT OR GPL-2.0

//! The calls that give a saved state back to an empty ledger.

use core::mem::size_of;

use kernel::prelude::*;

use qenex_abi::{
    GoLiveRequest, JournalEntry, RestoreAccount, RestoreBeginRequest, RestoreHold, RestoreRequest, ResultCode,
};
use qenex_ledger::Ledger;
use zerocopy::{FromBytes, IntoBytes, KnownLayout};

use crate::bank::Bank;
use crate::calls::{check_count, to_result};
use crate::{caller, log, user};

extern "C" {
    fn qenex_digest_begin();
    fn qenex_digest_add(data: *const u8, len: usize);
    fn qenex_digest_end(digest: *mut u8);
}

/// Items copied in at once.
const PIECE: usize = 64;

/// `QENEX_RESTORE_BEGIN`.
pub(crate) fn begin(bank: &Bank, arg: usize) -> Result {
    let mut request: RestoreBeginRequest = user::read(arg)?;
    let code = match request {
        _ if request.flags != 0 || request.reserved != 0 => ResultCode::ReservedMustBeZero,
        _ if !caller::current().operator => ResultCode::OperatorRightRequired,
        _ => {
            let _turn = bank.consumer.turn();
            bank.ledger.restore_begin().err().unwrap_or(ResultCode::Ok)
        }
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

/// `QENEX_RESTORE_ACCOUNTS`.
pub(crate) fn accounts(bank: &Bank, arg: usize) -> Result {
    items::<RestoreAccount>(bank, arg, Ledger::restore_account)
}

/// `QENEX_RESTORE_HOLDS`.
pub(crate) fn holds(bank: &Bank, arg: usize) -> Result {
    items::<RestoreHold>(bank, arg, Ledger::restore_hold)
}

/// `QENEX_RESTORE_TRANSFERS`.
pub(crate) fn transfers(bank: &Bank, arg: usize) -> Result {
    items::<JournalEntry>(bank, arg, Ledger::restore_entry)
}

/// Copies items in piece by piece and hands them to `restore`, up to the first that is refused.
fn items<T: FromBytes + IntoBytes + KnownLayout>(
    bank: &Bank,
    arg: usize,
    restore: fn(&Ledger, &T) -> Result<(), ResultCode>,
) -> Result {
    let mut request: RestoreRequest = user::read(arg)?;
    request.taken = 0;
    let code = match check_count(request.count) {
        _ if request.reserved != 0 || request.reserved2 != 0 => ResultCode::ReservedMustBeZero,
        _ if !caller::current().operator => ResultCode::OperatorRightRequired,
        Err(code) => code,
        Ok(count) => {
            let _turn = bank.consumer.turn();
            let mut outcome = Ok(());
            while outcome.is_ok() && (request.taken as usize) < count {
                let at = request.taken as usize;
                let offset = at.saturating_mul(size_of::<T>()) as u64;
                let piece = user::read_array::<T>(request.items.saturating_add(offset), PIECE.min(count - at))?;
                for item in piece.iter() {
                    outcome = restore(&bank.ledger, item);
                    if outcome.is_err() {
                        break;
                    }
                    request.taken += 1;
                }
            }
            outcome.err().unwrap_or(ResultCode::Ok)
        }
    };
    request.result = code as u32;
    user::write(arg, &request)?;
    to_result(code)
}

/// `QENEX_GO_LIVE`.
pub(crate) fn go_live(bank: &Bank, arg: usize) -> Result {
    let mut request: GoLiveRequest = user::read(arg)?;
    let code = match request {
        _ if request.reserved != 0 => ResultCode::ReservedMustBeZero,
        _ if !caller::current().operator => ResultCode::OperatorRightRequired,
        _ => {
            let _turn = bank.consumer.turn();
            try_go_live(bank, &mut request).err().unwrap_or(ResultCode::Ok)
        }
    };
    request.result = code as u32;
    if code == ResultCode::Ok {
        let end = &request.end;
        log::info!("restored {} accounts and {} holds, last change {}", end.accounts, end.holds, end.sequence);
    }
    user::write(arg, &request)?;
    to_result(code)
}

fn try_go_live(bank: &Bank, request: &mut GoLiveRequest) -> Result<(), ResultCode> {
    let (end, wanted) = (request.end, request.digest);
    let found = &mut request.digest_found;
    // SAFETY: calls come one at a time, under the turn.
    unsafe { qenex_digest_begin() };
    bank.ledger.go_live(&end, |piece| match piece {
        Some(piece) => {
            // SAFETY: begun above; the slice is as long as it says.
            unsafe { qenex_digest_add(piece.as_ptr(), piece.len()) };
            true
        }
        None => {
            // SAFETY: begun above; there is room for the 32 bytes of a SHA-256.
            unsafe { qenex_digest_end(found.as_mut_ptr()) };
            *found == wanted
        }
    })
}
