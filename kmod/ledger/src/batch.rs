// SPDX-License-Identifier: MIT OR GPL-2.0

//! Cutting a batch into single items and chains.

use qenex_abi::{Id, ResultCode, Transfer, TransferResult, QENEX_TRANSFER_LINKED};

use crate::account::Caller;
use crate::group::{Chain, Single, CHAIN};
use crate::ledger::{Ledger, Tally};
use crate::post::{post, Lookahead};
use crate::sync::OutOfMemory;

/// Room to run batches in, used for any number of them, one at a time. It grows with the longest chain.
#[derive(Default)]
pub struct Batch {
    chain: Option<Chain>,
}

/// What became of a batch as a whole.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Done {
    /// How many items were accepted.
    pub accepted: u64,
    /// The highest sequence number of all results; of a repeated item it is the original's.
    pub sequence: u64,
}

impl Batch {
    /// Runs `items` in order and writes what became of each to `results`, which is as long. In process context. Without
    /// memory for its chains nothing of the batch happens, and `out_of_memory` is all that is said.
    pub fn run(
        &mut self,
        ledger: &Ledger,
        items: &[Transfer],
        results: &mut [TransferResult],
        caller: &Caller,
        now: u64,
    ) -> Done {
        let flags = items.iter().fold(0, |flags, item| flags | item.flags);
        let room = if flags & QENEX_TRANSFER_LINKED != 0 { self.room_for(items) } else { Ok(()) };
        let refused = ledger.closed_for_changes().or(room.is_err().then_some(ResultCode::OutOfMemory));
        if let Some(code) = refused {
            results.fill(TransferResult { result: code as u32, ..TransferResult::default() });
            return Done::default();
        }
        let mut tally = Tally::default();
        let mut lookahead = Lookahead::new(ledger, items);
        let mut place = 0;
        let mut results = results.iter_mut();
        while let Some(first) = items.get(place) {
            let found = lookahead.turn(ledger, items, place);
            if let Some((_, outcome)) = post(ledger, first, found, caller, now) {
                place += 1;
                if let Some(result) = results.next() {
                    *result = outcome;
                }
                tally.count(outcome.result);
                tally.note(outcome.sequence);
                lookahead.note(outcome.sequence);
                continue;
            }
            let rest = items.get(place..).unwrap_or(&[]);
            let linked = rest.iter().take_while(|item| item.flags & QENEX_TRANSFER_LINKED != 0).count();
            // The item after the last linked one ends the chain; without it the chain is open.
            let open = linked == rest.len();
            let group = rest.get(..if open { linked } else { linked + 1 }).unwrap_or(&[]);
            for passed in 1..group.len() {
                lookahead.turn(ledger, items, place + passed);
            }
            place += group.len();
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
            } else if let (2.., Some(chain)) = (group.len(), &mut self.chain) {
                chain.run(ledger, group, open, caller, now);
                tell(chain.outcomes(), &mut results, &mut tally);
            } else {
                alone(ledger, group, open, caller, now, &mut results, &mut tally);
            }
        }
        ledger.count(&tally);
        tally.done()
    }

    /// Makes room for the longest chain among `items`, if there is a chain and not enough room.
    fn room_for(&mut self, items: &[Transfer]) -> Result<(), OutOfMemory> {
        let (mut longest, mut length) = (0, 0);
        for item in items {
            length = if item.flags & QENEX_TRANSFER_LINKED != 0 { length + 1 } else { 0 };
            longest = longest.max(length);
        }
        // With the item that ends it; longer ones are refused and need no room.
        let wanted = (longest + 1).min(CHAIN);
        if longest > 0 && self.chain.as_ref().is_none_or(|chain| chain.room() < wanted) {
            self.chain = None;
            self.chain = Some(Chain::new(wanted)?);
        }
        Ok(())
    }
}

/// Runs an item that is no immediate transfer. Not inlined: its room is large.
#[inline(never)]
fn alone<'a>(
    ledger: &Ledger,
    item: &[Transfer],
    open: bool,
    caller: &Caller,
    now: u64,
    results: &mut impl Iterator<Item = &'a mut TransferResult>,
    tally: &mut Tally,
) {
    let mut single = Single::single();
    single.run(ledger, item, open, caller, now);
    tell(single.outcomes(), results, tally);
}

fn tell<'a>(
    outcomes: impl Iterator<Item = (Id, TransferResult)>,
    results: &mut impl Iterator<Item = &'a mut TransferResult>,
    tally: &mut Tally,
) {
    for ((_, outcome), result) in outcomes.zip(results) {
        *result = outcome;
        tally.count(outcome.result);
        tally.note(outcome.sequence);
    }
}
