// SPDX-License-Identifier: MIT

//! Files and standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::error::MsgError;

/// Most bytes of a message that is held in memory as a whole.
const WHOLE: u64 = 256 << 20;

/// Opens a file, or standard input for `-`.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") { Ok(Box::new(io::stdin())) } else { Ok(Box::new(File::open(path)?)) }
}

/// Reads a file, or standard input for `-`, as a whole.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, MsgError> {
    let wrong = |error| MsgError::File { path: path.to_path_buf(), error };
    let mut bytes = Vec::new();
    open(path).and_then(|input| input.take(WHOLE + 1).read_to_end(&mut bytes)).map_err(wrong)?;
    if bytes.len() as u64 > WHOLE {
        return Err(wrong(io::Error::other("larger than 256 MiB")));
    }
    Ok(bytes)
}
