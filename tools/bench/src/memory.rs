// SPDX-License-Identifier: MIT

//! What memory the ledger takes, as the system counts it for this process.

use qenex_abi::{AccountRequest, Id, QENEX_ACCOUNT_CHECKING};
use qenex_ledger::{Caller, Config, Ledger};
use serde::Serialize;

/// One thing that takes memory.
#[derive(Serialize)]
pub(crate) struct Taken {
    what: &'static str,
    count: u64,
    bytes_each: f64,
}

/// Memory of this process that is in use, in bytes.
fn resident() -> Result<u64, Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

fn config(accounts_max: u64, holds_max: u64, journal_entries: u64) -> Config {
    Config { accounts_max, holds_max, journal_entries, ledger_id: Id::from_u128(1), hash_key: [1, 2] }
}

/// Makes ledgers that differ in one respect each, and tells what that took.
pub(crate) fn measure() -> Result<Vec<Taken>, Box<dyn std::error::Error>> {
    const MANY: u64 = 1 << 20;
    let smallest = config(1, 0, Config::JOURNAL_MIN);
    let cost = |what, config: Config, count: u64| -> Result<Taken, Box<dyn std::error::Error>> {
        let before = resident()?;
        let ledger = Ledger::new(&config).map_err(|error| error.to_string())?;
        let after = resident()?;
        drop(ledger);
        Ok(Taken { what, count, bytes_each: (after - before) as f64 / count as f64 })
    };
    let mut taken = vec![
        cost("entry of the journal ring, its remembered id included", config(1, 0, MANY), MANY)?,
        cost("place for an open hold", Config { holds_max: MANY, ..smallest }, MANY)?,
    ];
    let ledger = Ledger::new(&config(MANY, 0, Config::JOURNAL_MIN)).map_err(|error| error.to_string())?;
    ledger.init();
    let before = resident()?;
    for _ in 1..MANY {
        let mut request =
            AccountRequest { currency: 840, account_type: QENEX_ACCOUNT_CHECKING, ..AccountRequest::default() };
        let caller = Caller { uid: 0, operator: true };
        if !ledger.create_account(&mut request, &caller, 1_700_000_000_000_000_000).is_success() {
            return Err(format!("an account was not opened: {request:?}").into());
        }
        ledger.release_journal();
    }
    taken.push(Taken { what: "account", count: MANY, bytes_each: (resident()? - before) as f64 / MANY as f64 });
    Ok(taken)
}
