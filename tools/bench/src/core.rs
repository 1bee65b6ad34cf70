// SPDX-License-Identifier: MIT

//! The ledger itself.

use std::sync::Barrier;
use std::time::Duration;

use qenex_abi::{AccountRequest, Id, QENEX_ACCOUNT_CHECKING, Transfer, TransferResult};
use qenex_ledger::{Batch, Caller, Config, Counts, Ledger};

use crate::clock;
use crate::workload::{Items, Workload};

const OPERATOR: Caller = Caller { uid: 0, operator: true };
const NOW: u64 = 1_700_000_000_000_000_000;
/// Entries in the ring, and so ids remembered.
const RING: u64 = 1 << 20;
/// Enough for all that a workload asks of one account.
const OPENING: u64 = 1 << 50;

/// A ledger with the workload's accounts and their money, as it is before the first item.
pub(crate) fn ledger(workload: &Workload) -> Ledger {
    let config = Config {
        accounts_max: workload.accounts + 1,
        holds_max: 1 << 20,
        journal_entries: match workload.whole {
            false => RING,
            // With the entries of the openings.
            true => (workload.items as u64 + 2 * workload.accounts + 2).next_power_of_two(),
        },
        ledger_id: Id::from_u128(1),
        hash_key: [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344],
    };
    let ledger = Ledger::new(&config).expect("memory");
    ledger.init();
    for _ in 0..workload.accounts {
        let mut request = AccountRequest {
            initial_balance: OPENING / workload.accounts,
            currency: 840,
            account_type: QENEX_ACCOUNT_CHECKING,
            ..AccountRequest::default()
        };
        assert!(ledger.create_account(&mut request, &OPERATOR, NOW).is_success());
        if !workload.whole {
            ledger.release_journal();
        }
    }
    ledger
}

/// Runs the workload once; how long its batches took, entries released by a consumer that keeps nothing.
pub(crate) fn run(workload: &Workload) -> Duration {
    let ledgers: Vec<Ledger> =
        (0..if workload.apart { workload.threads } else { 1 }).map(|_| ledger(workload)).collect();
    let elapsed = match workload.whole {
        false => alone(workload, &ledgers[0]),
        true => together(workload, &ledgers),
    };
    let counts: Vec<_> = ledgers.iter().map(Ledger::counts).collect();
    let sum = |of: fn(&Counts) -> u64| counts.iter().map(of).sum::<u64>();
    let refused = sum(|counts| counts.refused);
    let done = sum(|counts| counts.accepted) + refused + sum(|counts| counts.repeated);
    assert_eq!(done, workload.items as u64, "every item has been answered");
    assert!(refused <= (workload.items as u64 * (workload.failing + 1)) / 100, "{counts:?}");
    elapsed
}

fn alone(workload: &Workload, ledger: &Ledger) -> Duration {
    let mut batch = Batch::default();
    let mut source = Items::new(workload, 0);
    let mut results = vec![TransferResult::default(); workload.batch];
    let mut items: Vec<Transfer> = Vec::new();
    let (mut elapsed, mut left) = (Duration::ZERO, workload.items);
    while left > 0 {
        items.clear();
        items.extend(source.by_ref().take(left.min(8_192)));
        left -= items.len();
        let begun = clock::now();
        for piece in items.chunks(workload.batch) {
            batch.run(ledger, piece, &mut results[..piece.len()], &OPERATOR, NOW);
        }
        ledger.release_journal();
        elapsed += clock::now() - begun;
    }
    elapsed
}

fn together(workload: &Workload, ledgers: &[Ledger]) -> Duration {
    let share = workload.items / workload.threads;
    let start = Barrier::new(workload.threads + 1);
    std::thread::scope(|scope| {
        let run = |thread| {
            let (start, ledger) = (&start, &ledgers[thread % ledgers.len()]);
            scope.spawn(move || {
                let items: Vec<Transfer> = Items::new(workload, thread).take(share).collect();
                let mut batch = Batch::default();
                let mut results = vec![TransferResult::default(); workload.batch];
                start.wait();
                let begun = clock::now();
                for piece in items.chunks(workload.batch) {
                    batch.run(ledger, piece, &mut results[..piece.len()], &OPERATOR, NOW);
                }
                clock::now() - begun
            })
        };
        let threads: Vec<_> = (0..workload.threads).map(run).collect();
        // All have made their items and begin together.
        start.wait();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).max().unwrap_or_default()
    })
}
