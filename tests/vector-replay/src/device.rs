//! The ledger in the kernel.

use std::error::Error;

use qenex_abi::{
    Account, AccountRequest, Id, JournalEntry, QENEX_ACCOUNT_UNLIMITED, QENEX_DEVICE_PATH, Transfer, TransferResult,
};
use qenex_device::Ledger;

use crate::target::Target;

/// The device of this machine.
pub(crate) struct Device(Ledger);

impl Device {
    /// Opens it.
    pub(crate) fn open() -> Result<Self, Box<dyn Error>> {
        Ok(Device(Ledger::open(QENEX_DEVICE_PATH)?))
    }
}

impl Target for Device {
    fn open_account(&mut self, currency: u32, limited: bool) -> Result<u64, Box<dyn Error>> {
        let request = AccountRequest {
            currency,
            flags: if limited { 0 } else { QENEX_ACCOUNT_UNLIMITED },
            ..AccountRequest::default()
        };
        Ok(self.0.create_account(&request)?.account_number)
    }

    fn submit(&mut self, items: &[Transfer]) -> Result<Vec<TransferResult>, Box<dyn Error>> {
        Ok(self.0.batch(items)?.results)
    }

    fn accounts(&mut self, numbers: &[u64]) -> Result<Vec<Account>, Box<dyn Error>> {
        Ok(self.0.accounts(numbers)?.accounts)
    }

    fn recorded(&mut self, id: Id) -> Result<Option<JournalEntry>, Box<dyn Error>> {
        Ok(self.0.transfers_by_id(&[id])?.into_iter().next().flatten())
    }
}
