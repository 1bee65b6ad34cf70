// SPDX-License-Identifier: MIT OR GPL-2.0

//! Cutting a batch into single items and chains.

use qenex_abi::{ResultCode, Transfer, TransferResult, QENEX_TRANSFER_LINKED};

use crate::account::Caller;
use crate::group::{Chain, Single, CHAIN};
use crate::ledger::Ledger;
use crate::sync::OutOfMemory;

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
        let mut rest = items;
        let mut results = results.iter_mut();
        while !rest.is_empty() {
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
                    ledger.count(code as u32);
                }
            } else if group.len() > 1 {
                self.chain.run(ledger, group, open, caller, now);
                for ((_, outcome), result) in self.chain.outcomes().zip(results.by_ref()) {
                    *result = outcome;
                }
            } else {
                single.run(ledger, group, open, caller, now);
                for ((_, outcome), result) in single.outcomes().zip(results.by_ref()) {
                    *result = outcome;
                }
            }
        }
    }
}
