//! Replaying one scenario.

use std::collections::BTreeMap;
use std::error::Error;

use qenex_abi::{
    QENEX_ENTRY_HOLD, QENEX_ENTRY_ID_USED_UP, QENEX_ENTRY_POST_HOLD, QENEX_ENTRY_POSTING, QENEX_ENTRY_VOID_HOLD,
};

use crate::mapping;
use crate::scenario::{Balance, Scenario};
use crate::target::Target;

/// What a scenario came to.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Items submitted.
    pub(crate) items: u64,
    /// Each difference, in words.
    pub(crate) mismatches: Vec<String>,
}

/// Replays the `number`-th scenario.
pub(crate) fn replay(number: u64, scenario: &Scenario, target: &mut dyn Target) -> Result<Report, Box<dyn Error>> {
    let mut report = Report::default();
    let mut numbers = BTreeMap::new();
    for account in &scenario.accounts {
        numbers.insert(account.n, target.open_account(account.currency, account.limited)?);
    }
    let mut ids = BTreeMap::new();
    for (batch_number, batch) in scenario.batches.iter().enumerate() {
        let number_of = |n: u64| numbers.get(&n).copied();
        let items: Vec<_> = batch.events.iter().map(|event| mapping::item(number, event, number_of)).collect();
        let results = target.submit(&items)?;
        report.items += items.len() as u64;
        for (item_number, (event, (result, expected))) in
            batch.events.iter().zip(results.iter().zip(&batch.results)).enumerate()
        {
            ids.insert(event.id, mapping::id(number, event.id));
            let got = mapping::result_name(result.result);
            if got != *expected {
                report.mismatches.push(format!(
                    "batch {batch_number} item {item_number}: expected {expected}, got {got}: {event:?}"
                ));
            }
        }
        if results.len() != batch.results.len() {
            report.mismatches.push(format!(
                "batch {batch_number}: {} results, expected {}",
                results.len(),
                batch.results.len()
            ));
        }
    }
    compare_stored(scenario, target, &numbers, &ids, &mut report)?;
    compare_balances(scenario, target, &numbers, &mut report)?;
    Ok(report)
}

fn compare_stored(
    scenario: &Scenario,
    target: &mut dyn Target,
    numbers: &BTreeMap<u64, u64>,
    ids: &BTreeMap<u64, qenex_abi::Id>,
    report: &mut Report,
) -> Result<(), Box<dyn Error>> {
    let names: BTreeMap<u64, u64> = numbers.iter().map(|(n, number)| (*number, *n)).collect();
    let name = |number: u64| names.get(&number).copied().unwrap_or(u64::MAX);
    let mut stored = Vec::new();
    for (n, id) in ids {
        match target.recorded(*id)? {
            Some(entry) if entry.kind != QENEX_ENTRY_ID_USED_UP => {
                stored.push([*n, name(entry.from_account), name(entry.to_account), entry.amount]);
                let is_known = matches!(
                    entry.kind,
                    QENEX_ENTRY_POSTING | QENEX_ENTRY_HOLD | QENEX_ENTRY_POST_HOLD | QENEX_ENTRY_VOID_HOLD
                );
                if !is_known {
                    report.mismatches.push(format!("id {n}: recorded as kind {}", entry.kind));
                }
            }
            _ => {}
        }
    }
    let expected: BTreeMap<u64, _> = scenario.stored.iter().map(|row| (row[0], *row)).collect();
    let got: BTreeMap<u64, _> = stored.iter().map(|row| (row[0], *row)).collect();
    for id in expected.keys().chain(got.keys()).collect::<std::collections::BTreeSet<_>>() {
        if expected.get(id) != got.get(id) {
            report.mismatches.push(format!(
                "stored {id}: expected [id, from, to, amount] {:?}, got {:?}",
                expected.get(id),
                got.get(id)
            ));
        }
    }
    Ok(())
}

fn compare_balances(
    scenario: &Scenario,
    target: &mut dyn Target,
    numbers: &BTreeMap<u64, u64>,
    report: &mut Report,
) -> Result<(), Box<dyn Error>> {
    let wanted: Vec<u64> = scenario.r#final.iter().filter_map(|balance| numbers.get(&balance.n).copied()).collect();
    let accounts = target.accounts(&wanted)?;
    for (expected, account) in scenario.r#final.iter().zip(&accounts) {
        let got = Balance {
            n: expected.n,
            debits_posted: account.debits_posted,
            credits_posted: account.credits_posted,
            debits_pending: account.debits_held,
            credits_pending: account.credits_held,
        };
        if got != *expected {
            report.mismatches.push(format!("final: expected {expected:?}, got {got:?}"));
        }
    }
    if accounts.len() != scenario.r#final.len() {
        report.mismatches.push(format!("final: {} of {} accounts", accounts.len(), scenario.r#final.len()));
    }
    Ok(())
}
