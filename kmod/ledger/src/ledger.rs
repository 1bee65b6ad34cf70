// SPDX-License-Identifier: MIT OR GPL-2.0

//! The whole ledger.

use core::fmt;

use qenex_abi::{
    Id, Info, ResultCode, Transfer, TransferRequest, TransferResult, QENEX_ABI_VERSION, QENEX_BATCH_MAX,
    QENEX_CHAIN_MAX, QENEX_STATE_LIVE, QENEX_STATE_READ_ONLY, QENEX_TRANSFER_LINKED,
};

use crate::account::Caller;
use crate::accounts::AccountTable;
use crate::batch::Done;
use crate::group::Single as Group;
use crate::holds::HoldTable;
use crate::index::IdIndex;
use crate::journal::Journal;
use crate::post::{post, Found};
use crate::sync::{Array, AtomicU64, LockClass, OutOfMemory, SpinLock};

/// Numeric currency codes have three digits.
const CURRENCY_CODES: usize = 1000;

/// How large the ledger is, fixed when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Most accounts, 1 to [`Config::ACCOUNTS_MAX`]. Memory for them is taken as they are opened: 136 bytes each.
    pub accounts_max: u64,
    /// Most open holds, 0 to [`Config::HOLDS_MAX`]; 140 bytes each, taken at once.
    pub holds_max: u64,
    /// Entries of the journal ring, a power of two from [`Config::JOURNAL_MIN`] to [`Config::JOURNAL_MAX`]; 232 bytes
    /// each, taken at once. As many of the latest changes are remembered by id.
    pub journal_entries: u64,
    /// Which ledger this is; random.
    pub ledger_id: Id,
    /// Secret of the id index's hash; random.
    pub hash_key: [u64; 2],
}

impl Config {
    /// Most accounts that can be asked for.
    pub const ACCOUNTS_MAX: u64 = 1 << 30;
    /// Most open holds that can be asked for.
    pub const HOLDS_MAX: u64 = 1 << 28;
    /// Fewest journal entries: twice the largest batch. Under shuttle and miri so few that a test laps the ring.
    pub const JOURNAL_MIN: u64 = if cfg!(shuttle) {
        8
    } else if cfg!(miri) {
        64
    } else {
        2 * QENEX_BATCH_MAX as u64
    };
    /// Most journal entries that can be asked for.
    pub const JOURNAL_MAX: u64 = 1 << 30;

    fn check(&self) -> Result<(), ConfigError> {
        if self.accounts_max == 0 || self.accounts_max > Self::ACCOUNTS_MAX {
            return Err(ConfigError::AccountsMax);
        }
        if self.holds_max > Self::HOLDS_MAX {
            return Err(ConfigError::HoldsMax);
        }
        let in_range = (Self::JOURNAL_MIN..=Self::JOURNAL_MAX).contains(&self.journal_entries);
        if !in_range || !self.journal_entries.is_power_of_two() {
            return Err(ConfigError::JournalEntries);
        }
        Ok(())
    }
}

/// Why a ledger cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConfigError {
    /// `accounts_max` is out of range.
    AccountsMax,
    /// `holds_max` is out of range.
    HoldsMax,
    /// `journal_entries` is out of range or no power of two.
    JournalEntries,
    /// There is no memory for it.
    OutOfMemory,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::AccountsMax => write!(f, "max_accounts must be 1 to {}", Config::ACCOUNTS_MAX),
            ConfigError::HoldsMax => write!(f, "max_holds must be 0 to {}", Config::HOLDS_MAX),
            ConfigError::JournalEntries => write!(
                f,
                "journal_entries must be a power of two from {} to {}",
                Config::JOURNAL_MIN,
                Config::JOURNAL_MAX
            ),
            ConfigError::OutOfMemory => f.write_str("not enough memory for max_holds and journal_entries"),
        }
    }
}

impl From<OutOfMemory> for ConfigError {
    fn from(_: OutOfMemory) -> Self {
        ConfigError::OutOfMemory
    }
}

/// What has been counted since the ledger was made.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Transfers accepted.
    pub accepted: u64,
    /// Transfers refused.
    pub refused: u64,
    /// Transfers answered with `exists`.
    pub repeated: u64,
}

/// The ledger.
///
/// All calls take `&self` and may come from any number of threads at once. [`Ledger::init`] comes before all of them.
pub struct Ledger {
    pub(crate) accounts: AccountTable,
    pub(crate) index: IdIndex,
    pub(crate) journal: Journal,
    pub(crate) holds: HoldTable,
    /// Held while an account is opened.
    pub(crate) opening: SpinLock,
    /// For each numeric currency code the index of its cash account; 0 while there is none. Written under `opening`.
    pub(crate) cash: Array<AtomicU64>,
    /// `QENEX_STATE_*`.
    state: AtomicU64,
    /// The halves of the ledger's id; changed only when it is restored.
    id: [AtomicU64; 2],
    ids_made: AtomicU64,
    accepted: AtomicU64,
    refused: AtomicU64,
    repeated: AtomicU64,
}

impl Ledger {
    /// An empty ledger. In process context.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the parameter that is out of range.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        config.check()?;
        // CAST: checked to be far below the range of usize.
        let (holds, entries) = (config.holds_max as usize, config.journal_entries as usize);
        Ok(Ledger {
            accounts: AccountTable::new(config.accounts_max)?,
            index: IdIndex::new(entries, config.hash_key)?,
            journal: Journal::new(entries)?,
            holds: HoldTable::new(holds)?,
            opening: SpinLock::new(),
            cash: Array::new(CURRENCY_CODES, |_| AtomicU64::new(0))?,
            state: AtomicU64::new(u64::from(QENEX_STATE_LIVE)),
            id: [AtomicU64::new(config.ledger_id.low), AtomicU64::new(config.ledger_id.high)],
            ids_made: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
        })
    }

    /// Makes the locks ready. Once, when the ledger is where it will stay, before anything else.
    pub fn init(&self) {
        self.opening.init(LockClass::Opening);
        self.index.init();
        self.journal.init();
        self.holds.init();
    }

    /// Moves money once: fills in the request's id and outcome.
    ///
    /// `now` is the time, nanoseconds since 1970-01-01 UTC.
    pub fn transfer(&self, request: &mut TransferRequest, caller: &Caller, now: u64) -> ResultCode {
        let code = match self.closed_for_changes() {
            Some(code) => code,
            // An open end is told whatever else is wrong.
            None if request.reserved2 != 0 && request.flags & QENEX_TRANSFER_LINKED == 0 => {
                ResultCode::ReservedMustBeZero
            }
            None => {
                let item: Transfer = request.item();
                let (id, outcome) = post(self, &item, Found::of(self, &item), caller, now)
                    .unwrap_or_else(|| self.transfer_as_group(&item, caller, now));
                request.id = id;
                request.answer(&outcome);
                self.count(&Tally::of(outcome.result));
                return ResultCode::from_u32(outcome.result).unwrap_or(ResultCode::Ok);
            }
        };
        self.count(&Tally::of(code as u32));
        request.answer(&qenex_abi::TransferResult { result: code as u32, ..Default::default() });
        code
    }

    /// What [`post`] leaves to the group. Not inlined: it needs much more of the stack.
    #[inline(never)]
    fn transfer_as_group(&self, item: &Transfer, caller: &Caller, now: u64) -> (Id, TransferResult) {
        let mut group = Group::single();
        let open = item.flags & QENEX_TRANSFER_LINKED != 0;
        group.run(self, core::slice::from_ref(item), open, caller, now);
        let outcome = group.outcomes().next();
        outcome.unwrap_or_default()
    }

    /// What the ledger is and how full.
    pub fn info(&self) -> Info {
        let counts = self.counts();
        Info {
            abi_version: QENEX_ABI_VERSION,
            state: self.state(),
            ledger_id: Id { low: self.id[0].load(), high: self.id[1].load() },
            sequence: self.journal.sequence(),
            sequence_durable: 0,
            timestamp: self.journal.timestamp(),
            accounts: self.accounts.count(),
            accounts_max: self.accounts.max(),
            holds: self.holds.count(),
            holds_max: self.holds.max(),
            journal_entries: self.journal.capacity(),
            batch_max: QENEX_BATCH_MAX,
            chain_max: QENEX_CHAIN_MAX,
            transfers_accepted: counts.accepted,
            transfers_refused: counts.refused,
            transfers_repeated: counts.repeated,
            reserved: [0; 17],
        }
    }

    /// What has been counted.
    pub fn counts(&self) -> Counts {
        Counts { accepted: self.accepted.load(), refused: self.refused.load(), repeated: self.repeated.load() }
    }

    /// The last sequence number given out.
    pub fn sequence(&self) -> u64 {
        self.journal.sequence()
    }

    /// The last sequence number such that it and all before it are written.
    pub fn journal_written(&self) -> u64 {
        self.journal.written()
    }

    /// Everything up to this sequence number is acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.journal.released()
    }

    /// Notes that everything up to `sequence` is stored, so that its slots may be overwritten. Calls are made one at a time.
    ///
    /// # Errors
    ///
    /// [`ResultCode::AcknowledgedAlready`] below an earlier one, [`ResultCode::AcknowledgedTooMuch`] beyond what is written.
    pub fn acknowledge(&self, sequence: u64) -> Result<(), ResultCode> {
        let acknowledged = self.journal.released();
        if sequence < acknowledged {
            return Err(ResultCode::AcknowledgedAlready);
        }
        if sequence > self.journal.written() {
            return Err(ResultCode::AcknowledgedTooMuch);
        }
        self.journal.release(sequence);
        Ok(())
    }

    /// Acknowledges all that is written, as a consumer does that keeps nothing. Calls are made one at a time.
    pub fn release_journal(&self) {
        self.journal.release(self.journal.written());
    }

    /// How many entries the journal ring takes.
    pub fn journal_entries(&self) -> u64 {
        self.journal.capacity()
    }

    /// Where the ring of entries is, for mapping it, and how many bytes it has. Only to be read, with the journal's own
    /// protocol: an entry is there when its sequence number is.
    pub fn journal_ring(&self) -> (*const u8, usize) {
        self.journal.memory()
    }

    /// Why nothing may be changed now, if so.
    pub(crate) fn closed_for_changes(&self) -> Option<ResultCode> {
        match self.state() {
            QENEX_STATE_LIVE => None,
            QENEX_STATE_READ_ONLY => Some(ResultCode::ReadOnly),
            _ => Some(ResultCode::NotLive),
        }
    }

    /// `QENEX_STATE_*`.
    pub(crate) fn state(&self) -> u32 {
        // CAST: what `set_state` stored.
        self.state.load_acquire() as u32
    }

    /// Changes the state.
    pub(crate) fn set_state(&self, state: u32) {
        self.state.store_release(u64::from(state));
    }

    /// Takes over which ledger this is, and how many ids it has made.
    pub(crate) fn set_identity(&self, id: Id, ids_made: u64) {
        self.id[0].store(id.low);
        self.id[1].store(id.high);
        self.ids_made.store(ids_made);
    }

    /// An id that no caller can choose, never the same twice.
    pub(crate) fn make_id(&self) -> Id {
        // OVERFLOW: wraps after 2^64 ids.
        Id::reserved(self.ids_made.fetch_add(1).wrapping_add(1))
    }

    /// Adds to what has been counted.
    pub(crate) fn count(&self, tally: &Tally) {
        for (counter, more) in
            [(&self.accepted, tally.accepted), (&self.refused, tally.refused), (&self.repeated, tally.repeated)]
        {
            if more != 0 {
                counter.fetch_add(more);
            }
        }
    }
}

/// Outcomes of some transfers, to be counted at once.
#[derive(Default)]
pub(crate) struct Tally {
    accepted: u64,
    refused: u64,
    repeated: u64,
    /// The highest sequence number told.
    sequence: u64,
}

impl Tally {
    /// One transfer's outcome.
    pub(crate) fn of(result: u32) -> Self {
        let mut tally = Tally::default();
        tally.count(result);
        tally
    }

    /// All of them together.
    pub(crate) fn done(&self) -> Done {
        Done { accepted: self.accepted, sequence: self.sequence }
    }

    /// Notes the sequence number of an outcome; of a repeated item it is the original's.
    #[inline(always)]
    pub(crate) fn note(&mut self, sequence: u64) {
        self.sequence = self.sequence.max(sequence);
    }

    /// Counts the outcome of one transfer.
    #[inline(always)]
    pub(crate) fn count(&mut self, result: u32) {
        let counter = if result == ResultCode::Ok as u32 {
            &mut self.accepted
        } else if result == ResultCode::Exists as u32 {
            &mut self.repeated
        } else {
            &mut self.refused
        };
        // OVERFLOW: no batch is as long.
        *counter = counter.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use core::mem::size_of;

    use crate::account::{AccountMore, AccountSlot};
    use crate::checksum::ENTRY_WORDS;
    use crate::{holds, index};

    /// What [`super::Config`] and the README say that memory costs.
    #[test]
    fn memory_is_as_documented() {
        assert_eq!(size_of::<AccountSlot>() + size_of::<AccountMore>(), 136);
        assert_eq!(holds::BYTES_PER_HOLD, 140);
        assert_eq!(8 * ENTRY_WORDS + index::BYTES_PER_ENTRY, 232);
    }
}
