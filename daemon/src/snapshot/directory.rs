// SPDX-License-Identifier: MIT

//! The directory with the snapshots of one store.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::{Snapshot, SnapshotError, file};

/// Its name in the store's directory.
const DIRECTORY: &str = "snapshots";
const SUFFIX: &str = ".snapshot";

/// The snapshots of one store, named after the sequence number of their last entry.
#[derive(Clone, Debug)]
pub struct Snapshots {
    directory: PathBuf,
}

/// What was found when a snapshot was looked for.
#[derive(Debug, Default)]
pub struct Found {
    /// The newest good one, if there is a good one.
    pub snapshot: Option<Snapshot>,
    /// Newer ones that are damaged.
    pub damaged: Vec<SnapshotError>,
}

impl Snapshots {
    /// Those of the store in `store`; their directory is made with the first one.
    pub fn of_store(store: &Path) -> Self {
        Snapshots { directory: store.join(DIRECTORY) }
    }

    /// Saves a snapshot: under another name first, so that one with the right name is always whole. Returns its file.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Io`].
    pub fn save(&self, snapshot: &Snapshot) -> Result<PathBuf, SnapshotError> {
        let directory = &self.directory;
        std::fs::create_dir_all(directory).map_err(SnapshotError::io(directory))?;
        let path = self.path(snapshot.state.sequence());
        let unfinished = path.with_extension("new");
        file::write(&unfinished, snapshot)?;
        std::fs::rename(&unfinished, &path).map_err(SnapshotError::io(&path))?;
        File::open(directory).and_then(|file| file.sync_all()).map_err(SnapshotError::io(directory))?;
        Ok(path)
    }

    /// The newest good snapshot up to entry `sequence`.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] if the directory cannot be read, or a snapshot is of a newer format: the ones before it may be
    /// good, but a newer qenexd has been here and must be asked.
    pub fn newest(&self, sequence: u64) -> Result<Found, SnapshotError> {
        let mut found = Found::default();
        for candidate in self.list()?.into_iter().rev().filter(|candidate| *candidate <= sequence) {
            match file::read(&self.path(candidate)) {
                Ok(snapshot) if snapshot.state.sequence() != candidate => {
                    let why = format!("it holds the state after entry {}", snapshot.state.sequence());
                    found.damaged.push(SnapshotError::Damaged { path: self.path(candidate), why });
                }
                Ok(snapshot) => {
                    found.snapshot = Some(snapshot);
                    break;
                }
                Err(error @ (SnapshotError::Damaged { .. } | SnapshotError::Invalid { .. })) => {
                    found.damaged.push(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Removes all but the newest `keep`, and what unfinished attempts have left. Returns how many snapshots went.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Io`].
    pub fn prune(&self, keep: usize) -> Result<usize, SnapshotError> {
        let list = self.list()?;
        let gone = &list[..list.len().saturating_sub(keep)];
        for sequence in gone {
            let path = self.path(*sequence);
            std::fs::remove_file(&path).map_err(SnapshotError::io(&path))?;
        }
        for path in self.files()? {
            if path.extension().is_some_and(|extension| extension == "new") {
                std::fs::remove_file(&path).map_err(SnapshotError::io(&path))?;
            }
        }
        Ok(gone.len())
    }

    /// Sequence numbers of all snapshots, ascending.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Io`].
    pub fn list(&self) -> Result<Vec<u64>, SnapshotError> {
        let number = |path: PathBuf| path.file_name()?.to_str()?.strip_suffix(SUFFIX)?.parse().ok();
        let mut list: Vec<u64> = self.files()?.into_iter().filter_map(number).collect();
        list.sort_unstable();
        Ok(list)
    }

    /// The file of the snapshot after entry `sequence`, whether or not it exists.
    pub fn path(&self, sequence: u64) -> PathBuf {
        self.directory.join(format!("{sequence:020}{SUFFIX}"))
    }

    fn files(&self) -> Result<Vec<PathBuf>, SnapshotError> {
        let directory = &self.directory;
        if !directory.exists() {
            return Ok(Vec::new());
        }
        let entries = std::fs::read_dir(directory).map_err(SnapshotError::io(directory))?;
        entries.map(|entry| Ok(entry.map_err(SnapshotError::io(directory))?.path())).collect()
    }
}
