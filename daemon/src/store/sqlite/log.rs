// SPDX-License-Identifier: MIT

//! The write-ahead log's file, made as large as it will be before it is used.
//!
//! SQLite lets the log grow until it is written back and then begins it anew at its start. As long as the file grows, each
//! sync has to make its new size durable too, which costs the file system a transaction of its own and the caller a second
//! wait for the disk. What follows the last frame counts for nothing: zeros are no frame.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

static ZEROS: [u8; 1 << 20] = [0; 1 << 20];

/// Makes the log's file at least `bytes` long and waits until it is so on the disk. If there is no room for that, the file is
/// left as it was.
pub(super) fn make_room(path: &Path, bytes: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    let before = file.metadata()?.len();
    let fill = || {
        let mut at = before;
        while at < bytes {
            let piece = usize::try_from(bytes - at).unwrap_or(usize::MAX).min(ZEROS.len());
            file.write_all_at(&ZEROS[..piece], at)?;
            at += piece as u64;
        }
        file.sync_all()
    };
    fill().inspect_err(|_| {
        // Nobody has written there yet.
        let _ = file.set_len(before);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("log");
        std::fs::write(&path, b"frames").expect("written");
        make_room(&path, 3 << 20).expect("room");
        let bytes = std::fs::read(&path).expect("read");
        assert_eq!((bytes.len(), &bytes[..6]), (3 << 20, b"frames".as_slice()));
        assert!(bytes[6..].iter().all(|byte| *byte == 0));
        make_room(&path, 10).expect("there is more already");
        assert_eq!(std::fs::metadata(&path).expect("a file").len(), 3 << 20);
        assert!(make_room(&directory.path().join("none"), 1).is_err());
    }
}
