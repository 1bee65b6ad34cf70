// SPDX-License-Identifier: MIT OR GPL-2.0

//! Cutting a batch into single items and chains.

use qenex_abi::{Id, ResultCode, Transfer, TransferResult, QENEX_TRANSFER_LINKED};

use crate::account::Caller;
use crate::group::{Chain, Single, CHAIN};
use crate::ledger::{Ledger, Tally};
use crate::post;
use crate::sync::OutOfMemory;

/// So many items before its turn an item's memory is brought near: enough to hide a miss behind the work on others, few
/// enough that it is still near by then.
const AHEAD: usize = 12;

/// Room to run batches in, made once and used for any number of them, one at a time.
pub struct Batch {
    chain: Chain,
}

impl Batch {
    /// Makes the room. In process context.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`].
    pub fn new() -> Result<Self, OutOfMemory> {
        Ok(Batch { chain: Chain::new()? })
    }

    /// Runs `items` in order and writes what became of each to `results`, which is as long.
    pub fn run(
        &mut self,
        ledger: &Ledger,
        items: &[Transfer],
        results: &mut [TransferResult],
        caller: &Caller,
        now: u64,
    ) {
        if let Some(code) = ledger.closed_for_changes() {
            results.fill(TransferResult { result: code as u32, ..TransferResult::default() });
            return;
        }
        let mut single = Single::single();
        let mut tally = Tally::default();
        let mut rest = items;
        let mut results = results.iter_mut();
        for item in rest.iter().take(AHEAD) {
            post::prefetch(ledger, item, 0);
        }
        while let Some(first) = rest.first() {
            if let Some(coming) = rest.get(AHEAD) {
                post::prefetch(ledger, coming, AHEAD as u64);
            }
            if let Some(coming) = rest.get(AHEAD / 2) {
                post::prefetch_chain(ledger, coming);
            }
            if let Some((_, outcome)) = post::post(ledger, first, caller, now) {
                rest = rest.get(1..).unwrap_or(&[]);
                if let Some(result) = results.next() {
                    *result = outcome;
                }
                tally.count(outcome.result);
                continue;
            }
            let linked = rest.iter().take_while(|item| item.flags & QENEX_TRANSFER_LINKED != 0).count();
            // The item after the last linked one ends the chain; without it the chain is open.
            let open = linked == rest.len();
            let (group, tail) = rest.split_at(if open { linked } else { linked + 1 });
            rest = tail;
            if group.len() > CHAIN {
                for (place, result) in results.by_ref().take(group.len()).enumerate() {
                    let code = match place {
                        _ if open && place + 1 == group.len() => ResultCode::LinkedChainOpen,
                        0 => ResultCode::ChainTooLong,
                        _ => ResultCode::LinkedItemFailed,
                    };
                    *result = TransferResult { result: code as u32, ..TransferResult::default() };
                    tally.count(code as u32);
                }
            } else if group.len() > 1 {
                self.chain.run(ledger, group, open, caller, now);
                tell(self.chain.outcomes(), &mut results, &mut tally);
            } else {
                single.run(ledger, group, open, caller, now);
                tell(single.outcomes(), &mut results, &mut tally);
            }
        }
        ledger.count(&tally);
    }
}

fn tell<'a>(
    outcomes: impl Iterator<Item = (Id, TransferResult)>,
    results: &mut impl Iterator<Item = &'a mut TransferResult>,
    tally: &mut Tally,
) {
    for ((_, outcome), result) in outcomes.zip(results) {
        *result = outcome;
        tally.count(outcome.result);
    }
}
