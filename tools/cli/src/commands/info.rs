// SPDX-License-Identifier: MIT

//! `qenex info`.

use std::io;

use qenex_abi::Info;
use qenex_device::Ledger;
use serde_json::json;

use crate::cli::Cli;
use crate::error::Error;
use crate::names;
use crate::output::{print_facts, print_json};

/// Shows what the ledger is and how full it is.
pub(crate) fn run(cli: &Cli) -> Result<(), Error> {
    let info = Ledger::open(cli.device_path())?.info()?;
    let mut out = io::stdout().lock();
    if cli.json {
        return print_json(&mut out, &document(&info));
    }
    print_facts(&mut out, &facts(&info))?;
    Ok(())
}

fn version(info: &Info) -> String {
    format!("{}.{}", info.abi_version >> 16, info.abi_version & 0xffff)
}

/// When the last change was, if there was one.
fn last_change(info: &Info) -> Option<String> {
    (info.sequence != 0).then(|| names::time(info.timestamp))
}

fn facts(info: &Info) -> Vec<(&'static str, String)> {
    vec![
        ("State", names::ledger_state(info.state).to_string()),
        ("Ledger", names::id(info.ledger_id)),
        ("ABI version", version(info)),
        ("Accounts", format!("{} of {}", info.accounts, info.accounts_max)),
        ("Open holds", format!("{} of {}", info.holds, info.holds_max)),
        ("Sequence", info.sequence.to_string()),
        ("Durable up to", info.sequence_durable.to_string()),
        ("Last change", last_change(info).unwrap_or_else(|| "none yet".to_string())),
        ("Journal entries", info.journal_entries.to_string()),
        ("Transfers accepted", info.transfers_accepted.to_string()),
        ("Transfers refused", info.transfers_refused.to_string()),
        ("Transfers repeated", info.transfers_repeated.to_string()),
        ("Largest batch", info.batch_max.to_string()),
        ("Longest chain", info.chain_max.to_string()),
    ]
}

fn document(info: &Info) -> serde_json::Value {
    json!({
        "abi_version": version(info),
        "state": names::ledger_state(info.state),
        "ledger_id": names::id(info.ledger_id),
        "sequence": info.sequence,
        "sequence_durable": info.sequence_durable,
        "timestamp": last_change(info),
        "timestamp_ns": info.timestamp,
        "accounts": info.accounts,
        "accounts_max": info.accounts_max,
        "holds": info.holds,
        "holds_max": info.holds_max,
        "journal_entries": info.journal_entries,
        "batch_max": info.batch_max,
        "chain_max": info.chain_max,
        "transfers_accepted": info.transfers_accepted,
        "transfers_refused": info.transfers_refused,
        "transfers_repeated": info.transfers_repeated,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_ledgers_have_no_last_change() {
        let info = Info { abi_version: 0x0001_0002, state: qenex_abi::QENEX_STATE_LIVE, ..Info::default() };
        let document = document(&info);
        assert_eq!(document["abi_version"], "1.2");
        assert_eq!(document["state"], "live");
        assert!(document["timestamp"].is_null());
        assert!(facts(&info).contains(&("Last change", "none yet".to_string())));
    }
}
