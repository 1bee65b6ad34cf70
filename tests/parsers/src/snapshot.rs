// SPDX-License-Identifier: MIT

//! Files of snapshots: as they are, with any body behind a right checksum, and of any state.

use std::path::Path;
use std::sync::OnceLock;

use qenex_abi::{AccountNumber, Id, RestoreAccount, RestoreEnd, RestoreHold};
use qenexd::snapshot::{Snapshot, Snapshots};
use qenexd::state::State;
use qenexd::store::ChainHead;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::bytes::Bytes;

/// A directory in memory, where there is one: it is written to thousands of times a second.
fn directory() -> &'static Path {
    static DIRECTORY: OnceLock<TempDir> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| {
        let made = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory");
        std::fs::create_dir(made.path().join("snapshots")).expect("a directory in it");
        made
    });
    directory.path()
}

/// What is found when this is the only file, which is called after this entry.
fn found(sequence: u64, file: &[u8]) -> Option<Snapshot> {
    let snapshots = Snapshots::of_store(directory());
    let path = snapshots.path(sequence);
    std::fs::write(&path, file).expect("written");
    let found = snapshots.newest(u64::MAX);
    std::fs::remove_file(path).expect("removed");
    found.ok().and_then(|found| found.snapshot)
}

pub(crate) fn run(input: &[u8]) {
    if let Some(snapshot) = found(1, input) {
        assert_eq!(snapshot.state.sequence(), 1);
    }

    // The rest of it as a body.
    let mut file = b"QENEXSNP".to_vec();
    file.extend(1u32.to_le_bytes());
    file.extend([0; 4]);
    file.extend((input.len() as u64).to_le_bytes());
    file.extend(1u64.to_le_bytes());
    file.extend([0; 32]);
    let hash = Sha256::new().chain_update(&file).chain_update(input).finalize();
    file.extend(hash);
    file.extend(input);
    // Its digest cannot be right: that of what is in it is a hash.
    assert!(found(1, &file).is_none());

    of_any_state(input);
}

/// A state that is accepted is the same when it was saved and found.
fn of_any_state(input: &[u8]) {
    let mut input = Bytes(input);
    let (accounts, holds) = (input.below(8), input.below(4));
    let mut end = RestoreEnd { ledger_id: Id::from_u128(7), accounts, holds, ..input.next() };
    (end.accounts, end.holds) = (accounts, holds);
    let mut list: Vec<RestoreAccount> = (0..accounts).map(|_| input.next()).collect();
    for (index, account) in (1..).zip(&mut list) {
        account.account_number = AccountNumber::from_index(index).map_or(0, AccountNumber::get);
        account.currency %= 1001;
        account.sequence %= end.sequence.max(1);
    }
    // The last one has what is missing of it.
    if let [first, .., last] = &mut list[..] {
        last.currency = first.currency;
        (last.counters.debits_posted, last.counters.credits_posted) =
            (first.counters.credits_posted, first.counters.debits_posted);
    }
    let list_of_holds: Vec<RestoreHold> = (0..holds).map(|_| input.next()).collect();
    let Ok(state) = State::from_parts(end, list, list_of_holds) else { return };
    let snapshot = Snapshot { state, chain: ChainHead([9; 32]) };
    let snapshots = Snapshots::of_store(directory());
    let path = snapshots.save(&snapshot).expect("saved");
    let found = snapshots.newest(u64::MAX).expect("found").snapshot.expect("it is good");
    let bytes = std::fs::read(&path).expect("read");
    std::fs::remove_file(path).expect("removed");
    assert!(found.state.digest() == snapshot.state.digest() && found.chain == snapshot.chain);
    // With one byte changed it is not taken.
    let (at, change) = (usize::from(input.next::<u16>()) % bytes.len(), input.next::<u8>().max(1));
    let mut bytes = bytes;
    bytes[at] ^= change;
    assert!(self::found(snapshot.state.sequence(), &bytes).is_none(), "byte {at} ^ {change}");
}
