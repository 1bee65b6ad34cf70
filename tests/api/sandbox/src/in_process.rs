// SPDX-License-Identifier: MIT

//! The ledger as a bank and as the source of its own journal.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use qenex_abi::{Account, AccountRequest, Id, Info, JournalEntry, ResultCode, Transfer, TransferResult, UpdateRequest};
use qenex_ledger::{Batch, Caller, Config, Ledger};
use qenexd::bank::{AccountsRead, Bank, BankError};
use qenexd::drain::{JournalSource, SourceError};
use qenexd::state::State;
use qenexd::store::Reader;

use crate::Error;

const OPERATOR: Caller = Caller { uid: 0, operator: true };
/// How often it is looked for new entries and holds to expire.
const TICK: Duration = Duration::from_millis(1);

/// The ledger.
pub struct InProcess {
    ledger: Box<Ledger>,
    /// Rooms to run batches in, as many as were ever needed at once.
    rooms: Mutex<Vec<Batch>>,
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn refused(code: ResultCode) -> Error {
    format!("the ledger cannot be restored: {code}").into()
}

impl InProcess {
    /// An id for a new ledger.
    ///
    /// # Errors
    ///
    /// If the system has no randomness.
    pub fn random_id() -> Result<Id, Error> {
        Ok(qenexd::bank::random_id()?)
    }

    /// A ledger with this state that remembers the latest entries of `reader`.
    ///
    /// # Errors
    ///
    /// If the state is none that the ledger could have.
    pub fn restore(journal_entries: u64, state: &State, reader: &mut dyn Reader) -> Result<Self, Error> {
        let config = Config {
            accounts_max: 1 << 20,
            holds_max: 1 << 14,
            journal_entries,
            ledger_id: state.ledger_id(),
            hash_key: [Self::random_id()?.low, Self::random_id()?.low],
        };
        let ledger = Box::new(Ledger::new(&config).map_err(|error| error.to_string())?);
        ledger.init();
        if state.sequence() > 0 {
            ledger.restore_begin().map_err(refused)?;
            for account in state.accounts() {
                ledger.restore_account(account).map_err(refused)?;
            }
            for hold in state.holds() {
                ledger.restore_hold(&hold).map_err(refused)?;
            }
            let mut next = state.sequence().saturating_sub(journal_entries) + 1;
            while next <= state.sequence() {
                for group in reader.groups(next, 1 << 20)? {
                    for entry in group.entries().iter().filter(|entry| entry.sequence >= next) {
                        ledger.restore_entry(entry).map_err(refused)?;
                    }
                    next = group.last() + 1;
                }
            }
            // The state is the daemon's own, verified when it was made.
            ledger.go_live(&state.end(), |_| true).map_err(refused)?;
        }
        Ok(InProcess { ledger, rooms: Mutex::new(Vec::new()) })
    }
}

impl Bank for InProcess {
    fn info(&self) -> Result<Info, BankError> {
        Ok(self.ledger.info())
    }

    fn open_account(&self, request: &AccountRequest) -> Result<AccountRequest, BankError> {
        let mut request = *request;
        self.ledger.create_account(&mut request, &OPERATOR, now());
        Ok(request)
    }

    fn update_account(&self, request: &UpdateRequest) -> Result<UpdateRequest, BankError> {
        let mut request = *request;
        self.ledger.update_account(&mut request, &OPERATOR, now());
        Ok(request)
    }

    fn accounts(&self, numbers: &[u64]) -> Result<AccountsRead, BankError> {
        let mut accounts = vec![Account::default(); numbers.len()];
        let sequence = self.ledger.read_accounts(numbers, &mut accounts, &OPERATOR);
        let sequence = sequence.map_err(|code| BankError::Refused(code as u32))?;
        Ok(AccountsRead { sequence, accounts })
    }

    fn batch(&self, items: &[Transfer]) -> Result<Vec<TransferResult>, BankError> {
        let rooms = || self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let mut room: Batch = rooms().pop().unwrap_or_default();
        let mut results = vec![TransferResult::default(); items.len()];
        room.run(&self.ledger, items, &mut results, &OPERATOR, now());
        rooms().push(room);
        Ok(results)
    }

    fn recorded(&self, ids: &[Id]) -> Result<Vec<Option<JournalEntry>>, BankError> {
        Ok(ids.iter().map(|id| self.ledger.recorded(*id, &OPERATOR)).collect())
    }

    fn recorded_from(&self, first: u64, count: usize) -> Result<Vec<JournalEntry>, BankError> {
        let mut entries = vec![JournalEntry::default(); count];
        let (found, _) = self.ledger.recorded_from(first, &mut entries, &OPERATOR);
        entries.truncate(found);
        Ok(entries)
    }
}

impl JournalSource for InProcess {
    fn wait(
        &self,
        after: u64,
        max: usize,
        timeout: Duration,
        entries: &mut Vec<JournalEntry>,
    ) -> Result<(), SourceError> {
        let begun = Instant::now();
        loop {
            self.ledger.expire_holds(now(), 64);
            let written = self.ledger.journal_written();
            if written > after {
                let count = usize::try_from(written - after).unwrap_or(max).min(max);
                entries.resize(count, JournalEntry::default());
                let (found, _) = self.ledger.recorded_from(after + 1, entries, &OPERATOR);
                entries.truncate(found);
                return Ok(());
            }
            if begun.elapsed() >= timeout {
                return Ok(());
            }
            std::thread::sleep(TICK);
        }
    }

    fn acknowledge(&self, sequence: u64) -> Result<(), SourceError> {
        self.ledger.acknowledge(sequence).map_err(|code| SourceError(code.to_string()))
    }
}
