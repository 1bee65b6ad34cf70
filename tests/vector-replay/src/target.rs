//! What a scenario is replayed against.

use std::error::Error;

use qenex_abi::{Account, Id, JournalEntry, Transfer, TransferResult};

/// A ledger.
pub(crate) trait Target {
    /// Opens an account with zero balance and returns its number.
    fn open_account(&mut self, currency: u32, limited: bool) -> Result<u64, Box<dyn Error>>;

    /// Submits a batch.
    fn submit(&mut self, items: &[Transfer]) -> Result<Vec<TransferResult>, Box<dyn Error>>;

    /// Reads accounts at one instant.
    fn accounts(&mut self, numbers: &[u64]) -> Result<Vec<Account>, Box<dyn Error>>;

    /// What is on record under an id.
    fn recorded(&mut self, id: Id) -> Result<Option<JournalEntry>, Box<dyn Error>>;
}
