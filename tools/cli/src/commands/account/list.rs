// SPDX-License-Identifier: MIT

//! `qenex account list`.

use std::io::{self, BufWriter, Write};

use qenex_abi::{Account, AccountNumber, Currency, QENEX_BATCH_MAX, ResultCode};
use qenex_device::Ledger;

use super::table::{self, AccountTable};
use crate::cli::Cli;
use crate::error::Error;
use crate::names::Users;
use crate::output::JsonList;
use crate::view::AccountView;

/// Which accounts to list.
pub(crate) struct Filter {
    /// Only those in this currency.
    pub(crate) currency: Option<&'static Currency>,
    /// Only those of this uid.
    pub(crate) owner: Option<u32>,
}

impl Filter {
    /// Whether to list `account`. One that may not be seen is not there.
    fn takes(&self, account: &Account) -> bool {
        account.result == ResultCode::Ok as u32
            && self.currency.is_none_or(|currency| u32::from(currency.numeric) == account.currency)
            && self.owner.is_none_or(|owner| owner == account.owner)
    }
}

/// Lists the accounts that the caller may see.
pub(crate) fn list(cli: &Cli, filter: &Filter) -> Result<(), Error> {
    let ledger = Ledger::open(cli.device_path())?;
    let info = ledger.info()?;
    let mut users = Users::default();
    let mut listing = Listing::begin(BufWriter::new(io::stdout().lock()), cli.json)?;
    for numbers in Numbers::new(info.accounts, info.batch_max) {
        let read = ledger.accounts(&numbers)?;
        let accounts = read.accounts.iter().filter(|account| filter.takes(account));
        let views: Vec<_> = accounts.map(|account| AccountView::new(account, &mut users)).collect();
        listing.print(&views)?;
    }
    listing.end()
}

/// All account numbers up to an index, in groups that one call takes: indices are dense.
struct Numbers {
    next: u64,
    last: u64,
    group: u64,
}

impl Numbers {
    fn new(accounts: u64, batch_max: u32) -> Numbers {
        Numbers {
            next: 1,
            last: accounts.min(AccountNumber::INDEX_MAX),
            group: u64::from(batch_max.clamp(1, QENEX_BATCH_MAX)),
        }
    }
}

impl Iterator for Numbers {
    type Item = Vec<u64>;

    fn next(&mut self) -> Option<Vec<u64>> {
        if self.next > self.last {
            return None;
        }
        // OVERFLOW: indices have at most 16 digits.
        let end = self.last.min(self.next + self.group - 1);
        let numbers = (self.next..=end).filter_map(AccountNumber::from_index).map(AccountNumber::get).collect();
        self.next = end + 1;
        Some(numbers)
    }
}

/// The output of a list of any length.
enum Listing<W: Write> {
    /// One document.
    Json(JsonList<W>),
    /// A table.
    Text(W, Box<AccountTable>),
}

impl<W: Write> Listing<W> {
    fn begin(out: W, json: bool) -> Result<Listing<W>, Error> {
        Ok(if json {
            Listing::Json(JsonList::begin(out, "accounts")?)
        } else {
            Listing::Text(out, Box::new(table::new()))
        })
    }

    fn print(&mut self, views: &[AccountView]) -> Result<(), Error> {
        match self {
            Listing::Json(list) => views.iter().try_for_each(|view| list.push(view)),
            Listing::Text(out, table) => {
                let rows: Vec<_> = views
                    .iter()
                    .filter_map(|view| match view {
                        AccountView::Shown(facts) => Some(table::row(facts)),
                        AccountView::Refused { .. } => None,
                    })
                    .collect();
                Ok(table.print(out, &rows)?)
            }
        }
    }

    fn end(self) -> Result<(), Error> {
        match self {
            Listing::Json(list) => list.end(),
            Listing::Text(mut out, table) => {
                out.flush()?;
                if table.is_empty() {
                    // Not on standard output, where a script would take it for an account.
                    eprintln!("qenex: there are no such accounts, or you may not see them");
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use qenex_abi::QENEX_ACCOUNT_UNLIMITED;

    use super::*;

    fn account(currency: u32, owner: u32, result: ResultCode) -> Account {
        Account { account_number: 195, currency, owner, result: result as u32, ..Account::default() }
    }

    #[test]
    fn numbers_come_in_groups() {
        let groups: Vec<_> = Numbers::new(5, 2).collect();
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(groups[0], [195, 292]);
        assert_eq!(Numbers::new(0, 8192).count(), 0);
        assert_eq!(Numbers::new(8192, 8192).count(), 1);
        // A module that reports nonsense must not make it loop.
        assert_eq!(Numbers::new(3, 0).count(), 3);
        assert_eq!(Numbers::new(20_000, u32::MAX).map(|group| group.len()).max(), Some(8192));
    }

    #[test]
    fn filters() {
        let all = Filter { currency: None, owner: None };
        assert!(all.takes(&account(840, 1, ResultCode::Ok)));
        assert!(!all.takes(&account(0, 0, ResultCode::NotAccountOwner)));
        let some = Filter { currency: Currency::from_numeric(840), owner: Some(1) };
        assert!(some.takes(&account(840, 1, ResultCode::Ok)));
        assert!(!some.takes(&account(978, 1, ResultCode::Ok)));
        assert!(!some.takes(&account(840, 2, ResultCode::Ok)));
    }

    #[test]
    fn listings() {
        let mut users = Users::default();
        let mut rich = account(840, 0, ResultCode::Ok);
        (rich.balance, rich.available) = (100_000, 100_000);
        let mut cash = account(392, 0, ResultCode::Ok);
        (cash.balance, cash.available, cash.flags) = (-100_000, -100_000, QENEX_ACCOUNT_UNLIMITED);
        let views = [AccountView::new(&rich, &mut users), AccountView::new(&cash, &mut users)];

        let mut out = Vec::new();
        let mut listing = Listing::begin(&mut out, false).expect("memory takes it");
        listing.print(&views).expect("memory takes it");
        listing.end().expect("memory takes it");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "ACCOUNT  TYPE      BALANCE  AVAILABLE  HELD  OVERDRAFT  CURRENCY  OWNER  STATE\n    \
                 195  checking  1000.00    1000.00  0.00       0.00  USD       root   open\n    \
                 195  checking  -100000  unlimited     0          0  JPY       root   open\n"
        );

        let mut out = Vec::new();
        let mut listing = Listing::begin(&mut out, true).expect("memory takes it");
        listing.print(&views).expect("memory takes it");
        listing.end().expect("memory takes it");
        let document: serde_json::Value = serde_json::from_slice(&out).expect("valid");
        assert_eq!(document["accounts"][1]["currency"], "JPY");
        assert_eq!(document["accounts"][1]["unlimited"], true);
    }
}
