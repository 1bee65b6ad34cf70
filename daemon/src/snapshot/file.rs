// SPDX-License-Identifier: MIT

//! The file that a snapshot is: a header, then the state in bincode's encoding.
//!
//! bincode is unmaintained, so its use ends at this file: its version is pinned, it is given only bytes whose checksum
//! was verified before, and whoever wants another encoding changes this file and [`FORMAT`].
//!
//! | bytes | what |
//! | --- | --- |
//! | 0..8 | `QENEXSNP` |
//! | 8..12 | [`FORMAT`], little-endian like all numbers here |
//! | 12..16 | zero |
//! | 16..24 | length of the body |
//! | 24..32 | sequence number of the state's last entry |
//! | 32..64 | the state's digest |
//! | 64..96 | SHA-256 of the bytes before and of the body |
//! | 96.. | the body |

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use bincode::{BorrowDecode, Encode, config};
use qenex_abi::{Id, RestoreAccount, RestoreEnd, RestoreHold};
use sha2::{Digest, Sha256};
use zerocopy::{FromZeros, IntoBytes};

use super::{Snapshot, SnapshotError};
use crate::state::State;
use crate::store::ChainHead;

/// Version of the file's format.
pub(super) const FORMAT: u32 = 1;
const MAGIC: [u8; 8] = *b"QENEXSNP";
const HEADER: usize = 96;
/// Where the checksum begins, and what it covers of the header ends.
const CHECKSUM: usize = 64;

/// What bincode writes. Accounts and holds are the structs of `qenex-abi` as they lie in memory, whose layout never
/// changes; a million of them are read at the speed of memory. They are borrowed: bincode takes memory for as many bytes as a
/// list says that it has, whether or not they are there.
#[derive(Encode, BorrowDecode)]
struct Body<'a> {
    ledger_id: u128,
    sequence: u64,
    timestamp: u64,
    ids_made: u64,
    accounts: u64,
    holds: u64,
    chain: [u8; 32],
    account_bytes: &'a [u8],
    hold_bytes: &'a [u8],
}

fn encoding() -> impl config::Config {
    config::standard().with_fixed_int_encoding()
}

/// Writes a snapshot into a new file and waits until it is on the disk.
pub(super) fn write(path: &Path, snapshot: &Snapshot) -> Result<(), SnapshotError> {
    let (state, end) = (&snapshot.state, snapshot.state.end());
    let holds = state.holds();
    let body = Body {
        ledger_id: end.ledger_id.to_u128(),
        sequence: end.sequence,
        timestamp: end.timestamp,
        ids_made: end.ids_made,
        accounts: end.accounts,
        holds: end.holds,
        chain: snapshot.chain.0,
        account_bytes: state.accounts().as_bytes(),
        hold_bytes: holds.as_slice().as_bytes(),
    };
    let body = bincode::encode_to_vec(body, encoding())
        .map_err(|error| SnapshotError::Damaged { path: path.into(), why: error.to_string() })?;
    let mut header = [0; HEADER];
    header[..8].copy_from_slice(&MAGIC);
    header[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    header[16..24].copy_from_slice(&(body.len() as u64).to_le_bytes());
    header[24..32].copy_from_slice(&end.sequence.to_le_bytes());
    header[32..64].copy_from_slice(&state.digest().0);
    let checksum = checksum(&header, &body);
    header[CHECKSUM..].copy_from_slice(&checksum);
    let mut file = File::create(path).map_err(SnapshotError::io(path))?;
    file.write_all(&header)
        .and_then(|()| file.write_all(&body))
        .and_then(|()| file.sync_all())
        .map_err(SnapshotError::io(path))
}

/// Reads a snapshot. Nothing of it is believed before its checksum is right.
pub(super) fn read(path: &Path) -> Result<Snapshot, SnapshotError> {
    let damaged = |why: &str| SnapshotError::Damaged { path: path.into(), why: why.into() };
    let mut file = File::open(path).map_err(SnapshotError::io(path))?;
    let size = file.metadata().map_err(SnapshotError::io(path))?.len();
    let mut header = [0; HEADER];
    file.read_exact(&mut header).map_err(|_| damaged("it is shorter than its header"))?;
    let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| header[at + i]));
    if header[..8] != MAGIC {
        return Err(damaged("it does not begin as a snapshot does"));
    }
    // The length first: memory for the body is taken only when it is there.
    let length = number(16);
    if size != length.saturating_add(HEADER as u64) {
        return Err(damaged("it has not the length that its header names"));
    }
    // CAST: files of 2^63 bytes do not exist.
    let mut body = Vec::with_capacity(length as usize);
    file.read_to_end(&mut body).map_err(SnapshotError::io(path))?;
    if checksum(&header, &body) != header[CHECKSUM..] {
        return Err(damaged("its checksum does not fit"));
    }
    let format = u32::from_le_bytes(std::array::from_fn(|i| header[8 + i]));
    if format > FORMAT {
        return Err(SnapshotError::NewerFormat { path: path.into(), found: format, known: FORMAT });
    }
    let (decoded, used): (Body<'_>, usize) =
        bincode::borrow_decode_from_slice(&body, encoding()).map_err(|error| damaged(&error.to_string()))?;
    if used != body.len() {
        return Err(damaged("something follows its body"));
    }
    let end = RestoreEnd {
        ledger_id: Id::from_u128(decoded.ledger_id),
        sequence: decoded.sequence,
        timestamp: decoded.timestamp,
        ids_made: decoded.ids_made,
        accounts: decoded.accounts,
        holds: decoded.holds,
    };
    let accounts: Vec<RestoreAccount> =
        list(decoded.account_bytes).ok_or_else(|| damaged("its accounts are not whole"))?;
    let holds: Vec<RestoreHold> = list(decoded.hold_bytes).ok_or_else(|| damaged("its holds are not whole"))?;
    let state =
        State::from_parts(end, accounts, holds).map_err(|fault| SnapshotError::Invalid { path: path.into(), fault })?;
    if state.digest().0 != header[32..64] || state.sequence() != number(24) {
        return Err(damaged("its digest does not fit"));
    }
    Ok(Snapshot { state, chain: ChainHead(decoded.chain) })
}

fn checksum(header: &[u8; HEADER], body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(&header[..CHECKSUM]);
    hash.update(body);
    hash.finalize().into()
}

/// Bytes as a list of structs; `None` if they are no whole ones.
fn list<T: FromZeros + IntoBytes + zerocopy::FromBytes + Clone>(bytes: &[u8]) -> Option<Vec<T>> {
    if bytes.len() % size_of::<T>() != 0 {
        return None;
    }
    let mut list = T::new_vec_zeroed(bytes.len() / size_of::<T>()).ok()?;
    list.as_mut_slice().as_mut_bytes().copy_from_slice(bytes);
    Some(list)
}
