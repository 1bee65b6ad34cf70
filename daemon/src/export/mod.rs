// SPDX-License-Identifier: MIT

//! The journal as one file that needs no database to be read: for safekeeping, for moving to another machine or another
//! backend, and for whoever wants to check the books with a program of their own.
//!
//! All numbers are little-endian. The file is written and read in one pass, group by group.
//!
//! | part | bytes | what |
//! | --- | --- | --- |
//! | header | 8 | `QENEXJNL` |
//! | | 4 | format, [`FORMAT`] |
//! | | 4 | zero |
//! | | 16 | id of the ledger |
//! | | 32 | chain head before the first group: that of an empty journal |
//! | each group | 4 | `GRP ` |
//! | | 4 | number of entries, 1 to 8,192 |
//! | | 8 | sequence number of the first one |
//! | | 4 | CRC-32C of the entries |
//! | | 4 | CRC-32C of the 20 bytes before |
//! | | 32 | chain head after the group |
//! | | 192 each | the entries as the kernel wrote them |
//! | trailer | 4 | `END ` |
//! | | 4 | zero |
//! | | 8 | sequence number of the last entry |
//! | | 32 | chain head after it |
//! | | 32 | SHA-256 of everything before |
//!
//! A file without its trailer is cut off and refused.

mod error;
mod read;
mod write;

pub use error::ExportError;
pub use read::{Import, import};
pub use write::export;

/// Version of the file's format.
pub const FORMAT: u32 = 1;

const MAGIC: [u8; 8] = *b"QENEXJNL";
const GROUP: [u8; 4] = *b"GRP ";
const END: [u8; 4] = *b"END ";
const HEADER: usize = 64;
const GROUP_HEADER: usize = 56;
const TRAILER: usize = 80;
