// SPDX-License-Identifier: MIT

//! The lock that keeps a second qenexd away from a store.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use super::StoreError;

/// Name of the lock's file. It holds the number of the process that has the lock, for people to read.
pub const FILE: &str = "qenexd.lock";

/// Held while somebody may append. The kernel lets it go when the process ends, however it ends.
pub struct Lock {
    _file: Flock<File>,
}

impl Lock {
    /// Takes the lock of the store in `directory`.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] if somebody else has it.
    pub fn take(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        let mut holder = String::new();
        // Only for the message.
        let _ = (&mut file).take(32).read_to_string(&mut holder);
        let mut file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(file) => file,
            Err((_, Errno::EWOULDBLOCK)) => {
                let holder = holder.trim();
                let by = if holder.is_empty() { String::new() } else { format!(" by process {holder}") };
                return Err(StoreError::InUse { directory: directory.into(), by });
            }
            Err((_, errno)) => return Err(StoreError::io(&path)(errno.into())),
        };
        // As above: the lock holds without it.
        let _ = file.rewind().and_then(|()| file.set_len(0)).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Lock { _file: file })
    }
}
