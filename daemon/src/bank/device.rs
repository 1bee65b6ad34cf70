// SPDX-License-Identifier: MIT

//! The kernel's ledger as a bank.

use qenex_abi::{AccountRequest, Id, Info, JournalEntry, Transfer, TransferResult, UpdateRequest};
use qenex_device::{Error, Ledger};

use super::{AccountsRead, Bank, BankError};

impl From<Error> for BankError {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => BankError::Refused(refusal.result),
            other => BankError::System(other.to_string()),
        }
    }
}

impl Bank for Ledger {
    fn info(&self) -> Result<Info, BankError> {
        Ok(Ledger::info(self)?)
    }

    fn open_account(&self, request: &AccountRequest) -> Result<AccountRequest, BankError> {
        match self.create_account(request) {
            Err(Error::Refused(refusal)) => Ok(AccountRequest { result: refusal.result, ..*request }),
            answer => Ok(answer?),
        }
    }

    fn update_account(&self, request: &UpdateRequest) -> Result<UpdateRequest, BankError> {
        match Ledger::update_account(self, request) {
            Err(Error::Refused(refusal)) => Ok(UpdateRequest { result: refusal.result, ..*request }),
            answer => Ok(answer?),
        }
    }

    fn accounts(&self, numbers: &[u64]) -> Result<AccountsRead, BankError> {
        Ok(Ledger::accounts(self, numbers)?)
    }

    fn batch(&self, items: &[Transfer]) -> Result<Vec<TransferResult>, BankError> {
        Ok(Ledger::batch(self, items)?.results)
    }

    fn recorded(&self, ids: &[Id]) -> Result<Vec<Option<JournalEntry>>, BankError> {
        Ok(self.transfers_by_id(ids)?)
    }

    fn recorded_from(&self, first: u64, count: usize) -> Result<Vec<JournalEntry>, BankError> {
        Ok(self.transfers_from(first, count)?.0)
    }
}
