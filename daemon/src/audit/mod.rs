// SPDX-License-Identifier: MIT

//! The audit: a walk over the whole journal that believes nothing, no snapshot and no earlier audit.
//!
//! It checks the chain from the first entry, does every entry again on an empty ledger, adds up all balances of each
//! currency after every group, and checks what needs all of history: that no posting is reversed by more than it moved.

mod error;
mod live;
mod reversals;

use std::time::{Duration, Instant};

pub use error::{AuditError, LiveError};
pub use live::{Agreed, compare, compare_accounts};

use self::reversals::Reversals;
use crate::state::{Digest, State};
use crate::store::{ChainHead, Reader, Walk};

/// What an audit that found nothing wrong has seen.
#[derive(Clone, Debug)]
pub struct Audited {
    /// The last entry; 0 in an empty store.
    pub sequence: u64,
    /// Head of the audit chain.
    pub chain: ChainHead,
    /// Digest of the state after the last entry: that of the live ledger at the same sequence number.
    pub digest: Digest,
    /// Groups in the store.
    pub groups: u64,
    /// Accounts.
    pub accounts: u64,
    /// Open holds.
    pub holds: u64,
    /// Reversals, each compared with its original.
    pub reversals: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// The state after the last entry.
    pub state: State,
}

/// Verifies everything in the store from the first entry on.
///
/// # Errors
///
/// [`AuditError`] names the first entry that is wrong.
pub fn verify(reader: &mut dyn Reader) -> Result<Audited, AuditError> {
    verify_with_head(reader, None)
}

/// The same, and that the chain passes through a head that was kept elsewhere: proof that what was there when it was
/// taken has not been changed since.
///
/// # Errors
///
/// [`AuditError`] names the first entry that is wrong.
pub fn verify_with_head(reader: &mut dyn Reader, kept: Option<(u64, ChainHead)>) -> Result<Audited, AuditError> {
    let begun = Instant::now();
    let identity = reader.identity();
    let mut reversals = Reversals::collect(reader)?;
    let mut state = State::new(identity.ledger_id);
    let mut groups = 0;
    let mut passed =
        kept.is_none_or(|(sequence, head)| sequence == 0 && head == ChainHead::genesis(identity.ledger_id));
    let mut walk = Walk::from_start(reader);
    for group in walk.by_ref() {
        let group = group?;
        for entry in group.entries() {
            state.apply(entry)?;
            reversals.check(entry)?;
        }
        if let Some((currency, sum)) = state.unbalanced() {
            return Err(AuditError::Unbalanced { sequence: group.last(), currency, sum });
        }
        if let Some((sequence, head)) = kept.filter(|(sequence, _)| *sequence == group.last()) {
            if head != group.head() {
                return Err(AuditError::OtherHead { sequence, kept: head, found: group.head() });
            }
            passed = true;
        }
        groups += 1;
    }
    if let Some((sequence, _)) = kept.filter(|_| !passed) {
        return Err(AuditError::NoSuchHead { sequence, end: state.sequence() });
    }
    if let Some((currency, sum)) = state.unbalanced_anew() {
        return Err(AuditError::Unbalanced { sequence: state.sequence(), currency, sum });
    }
    Ok(Audited {
        sequence: state.sequence(),
        chain: walk.chain_head(),
        digest: state.digest(),
        groups,
        accounts: state.accounts().len() as u64,
        holds: state.end().holds,
        reversals: reversals.count(),
        elapsed: begun.elapsed(),
        state,
    })
}
