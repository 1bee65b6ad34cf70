// SPDX-License-Identifier: MIT

//! `qenex account show`.

use std::io::{self, BufWriter, Write as _};

use qenex_device::{AccountsRead, Ledger};
use serde_json::json;

use super::table;
use crate::cli::Cli;
use crate::error::Error;
use crate::names::Users;
use crate::output::{print_facts, print_json};
use crate::view::{AccountFacts, AccountView};

/// Shows some accounts.
pub(crate) fn show(cli: &Cli, numbers: &[u64]) -> Result<(), Error> {
    let AccountsRead { sequence, accounts } = Ledger::open(cli.device_path())?.accounts(numbers)?;
    let mut users = Users::default();
    let views: Vec<_> = accounts.iter().map(|account| AccountView::new(account, &mut users)).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    if cli.json {
        print_json(&mut out, &json!({ "sequence": sequence, "accounts": views }))?;
    } else {
        let shown: Vec<&AccountFacts> = views
            .iter()
            .filter_map(|view| match view {
                AccountView::Shown(facts) => Some(&**facts),
                AccountView::Refused { .. } => None,
            })
            .collect();
        match (numbers, shown.as_slice()) {
            ([_], [facts]) => print_facts(&mut out, &details(facts))?,
            (_, shown) => {
                table::new().print(&mut out, &shown.iter().map(|facts| table::row(facts)).collect::<Vec<_>>())?
            }
        }
    }
    out.flush()?;
    let refused: Vec<_> = views
        .into_iter()
        .filter_map(|view| match view {
            AccountView::Refused { account_number, result, meaning } => {
                Some((account_number, format!("{result}: {meaning}")))
            }
            AccountView::Shown(_) => None,
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { Err(Error::Accounts(refused)) }
}

fn details(facts: &AccountFacts) -> Vec<(&'static str, String)> {
    let with_currency = |amount: &str| format!("{amount} {}", facts.currency);
    let available = if facts.unlimited { "unlimited".to_string() } else { with_currency(&facts.available) };
    let mut lines = vec![
        ("Account", facts.account_number.to_string()),
        ("Type", facts.account_type.to_string()),
        ("State", facts.state.to_string()),
        ("Owner", facts.owner_text()),
        ("Balance", with_currency(&facts.balance)),
        ("Available", available),
        ("Overdraft limit", with_currency(&facts.overdraft_limit)),
        ("Debits posted", with_currency(&facts.debits_posted)),
        ("Credits posted", with_currency(&facts.credits_posted)),
        ("Debits held", with_currency(&facts.debits_held)),
        ("Credits held", with_currency(&facts.credits_held)),
        ("Opened", facts.opened.clone()),
        ("Last change", format!("sequence {}", facts.sequence)),
    ];
    lines.extend(facts.reference.clone().map(|reference| ("Reference", reference)));
    if facts.code != 0 {
        lines.push(("Code", facts.code.to_string()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use qenex_abi::Account;

    use super::*;

    #[test]
    fn details_of_one_account() {
        let AccountView::Shown(facts) =
            AccountView::new(&Account { currency: 840, ..Account::default() }, &mut Users::default())
        else {
            panic!("it is shown");
        };
        let lines = details(&facts);
        assert!(lines.contains(&("Balance", "0.00 USD".to_string())));
        assert!(!lines.iter().any(|(name, _)| *name == "Reference" || *name == "Code"));
    }
}
