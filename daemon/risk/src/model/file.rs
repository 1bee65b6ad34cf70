// SPDX-License-Identifier: MIT

//! The file that a model is.
//!
//! | bytes | what |
//! | --- | --- |
//! | 0..8 | `QENEXRSK` |
//! | 8..12 | format, little-endian like all numbers here |
//! | 12..16 | kind: 1 fraud, 2 credit |
//! | 16..24 | length of the body |
//! | 24..56 | SHA-256 of the feature schema |
//! | 56..88 | SHA-256 of the bytes before and of the body |
//! | 88.. | the body, in the encoding of postcard 1; the version of this crate that made it is inside |

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::ModelError;

/// Version of the file's format.
pub const FORMAT: u32 = 1;
const MAGIC: [u8; 8] = *b"QENEXRSK";
const CHECKSUM: usize = 56;
const HEADER: usize = 88;

/// What a file holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Fraud = 1,
    Credit = 2,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Fraud => "fraud",
            Kind::Credit => "credit",
        }
    }
}

/// The file for a body.
pub(crate) fn encode(kind: Kind, schema: [u8; 32], body: &impl Serialize) -> Result<Vec<u8>, ModelError> {
    let body = postcard::to_stdvec(body).map_err(|error| ModelError::Damaged(error.to_string()))?;
    let mut file = Vec::with_capacity(HEADER + body.len());
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&FORMAT.to_le_bytes());
    file.extend_from_slice(&(kind as u32).to_le_bytes());
    file.extend_from_slice(&(body.len() as u64).to_le_bytes());
    file.extend_from_slice(&schema);
    let checksum = checksum(&file, &body);
    file.extend_from_slice(&checksum);
    file.extend_from_slice(&body);
    Ok(file)
}

/// The body of a file, if everything about it is right.
pub(crate) fn decode<T: DeserializeOwned>(kind: Kind, schema: [u8; 32], file: &[u8]) -> Result<T, ModelError> {
    if file.get(..8) != Some(&MAGIC) {
        return Err(ModelError::Foreign);
    }
    let damaged = |why: &str| ModelError::Damaged(why.to_owned());
    let (header, body) = file.split_at_checked(HEADER).ok_or_else(|| damaged("it ends within its header"))?;
    let word = |at: usize| header[at..at + 4].iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
    if word(8) != FORMAT {
        return Err(ModelError::Format { found: word(8), known: FORMAT });
    }
    if u64::from(word(20)) << 32 | u64::from(word(16)) != body.len() as u64 {
        return Err(damaged("its length is not what it says"));
    }
    if checksum(&header[..CHECKSUM], body) != header[CHECKSUM..] {
        return Err(damaged("its checksum is wrong"));
    }
    if word(12) != kind as u32 {
        let found = match word(12) {
            1 => Kind::Fraud.name().to_owned(),
            2 => Kind::Credit.name().to_owned(),
            other => format!("something unknown ({other})"),
        };
        return Err(ModelError::Kind { found, wanted: kind.name() });
    }
    if header[24..CHECKSUM] != schema {
        return Err(ModelError::Schema);
    }
    postcard::from_bytes(body).map_err(|error| ModelError::Damaged(error.to_string()))
}

fn checksum(header: &[u8], body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(&header[..CHECKSUM]).chain_update(body).finalize().into()
}
