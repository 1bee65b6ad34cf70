// SPDX-License-Identifier: MIT

//! How far long work has come, on a terminal; elsewhere nothing is shown.

use std::fs::File;
use std::io::Read;

use indicatif::{ProgressBar, ProgressStyle};
use qenexd::store::{Group, Head, Identity, Reader, StoreError};

/// A journal whose reading is shown.
pub(super) struct Shown<R> {
    reader: R,
    bar: ProgressBar,
}

impl<R: Reader> Shown<R> {
    /// `what` is done with the journal that `reader` reads.
    pub(super) fn new(what: &'static str, mut reader: R) -> Result<Self, StoreError> {
        let bar = bar(what, reader.head()?.sequence, "{human_pos} of {human_len} entries");
        Ok(Shown { reader, bar })
    }
}

impl<R: Reader> Reader for Shown<R> {
    fn identity(&self) -> Identity {
        self.reader.identity()
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        self.reader.head()
    }

    fn groups(&mut self, sequence: u64, bytes: usize) -> Result<Vec<Group>, StoreError> {
        let groups = self.reader.groups(sequence, bytes)?;
        if let Some(last) = groups.last() {
            self.bar.set_position(last.last());
        }
        Ok(groups)
    }
}

impl<R> Drop for Shown<R> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A file whose reading is shown.
pub(super) fn shown_file(what: &'static str, file: File) -> std::io::Result<impl Read> {
    let bar = bar(what, file.metadata()?.len(), "{decimal_bytes} of {decimal_total_bytes}");
    Ok(bar.wrap_read(file))
}

fn bar(what: &'static str, length: u64, unit: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(&format!("{{msg}} {{wide_bar}} {unit}, {{eta}} left"));
    let bar = ProgressBar::new(length).with_message(what);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
