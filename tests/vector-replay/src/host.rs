//! The ledger in this process.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use qenex_abi::{
    Account, AccountRequest, Id, JournalEntry, QENEX_ACCOUNT_UNLIMITED, ResultCode, Transfer, TransferResult,
};
use qenex_ledger::{Batch, Caller, Config, Ledger};

use crate::target::Target;

const OPERATOR: Caller = Caller { uid: 0, operator: true };

/// A ledger of its own.
pub(crate) struct Host {
    ledger: Ledger,
    batch: Batch,
}

impl Host {
    /// An empty ledger.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let ledger = Ledger::new(&Config {
            accounts_max: 1 << 20,
            holds_max: 1 << 16,
            journal_entries: 1 << 17,
            ledger_id: Id::NONE,
            hash_key: [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344],
        })
        .map_err(|error| error.to_string())?;
        ledger.init();
        Ok(Host { ledger, batch: Batch::default() })
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

impl Target for Host {
    fn open_account(&mut self, currency: u32, limited: bool) -> Result<u64, Box<dyn Error>> {
        let mut request = AccountRequest {
            currency,
            flags: if limited { 0 } else { QENEX_ACCOUNT_UNLIMITED },
            ..AccountRequest::default()
        };
        match self.ledger.create_account(&mut request, &OPERATOR, now()) {
            ResultCode::Ok => Ok(request.account_number),
            code => Err(format!("cannot open an account: {code}").into()),
        }
    }

    fn submit(&mut self, items: &[Transfer]) -> Result<Vec<TransferResult>, Box<dyn Error>> {
        let mut results = vec![TransferResult::default(); items.len()];
        self.batch.run(&self.ledger, items, &mut results, &OPERATOR, now());
        self.ledger.release_journal();
        Ok(results)
    }

    fn accounts(&mut self, numbers: &[u64]) -> Result<Vec<Account>, Box<dyn Error>> {
        let mut accounts = vec![Account::default(); numbers.len()];
        self.ledger.read_accounts(numbers, &mut accounts, &OPERATOR).map_err(ResultCode::name)?;
        Ok(accounts)
    }

    fn recorded(&mut self, id: Id) -> Result<Option<JournalEntry>, Box<dyn Error>> {
        Ok(self.ledger.recorded(id, &OPERATOR))
    }
}
