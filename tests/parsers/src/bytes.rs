// SPDX-License-Identifier: MIT

//! Input taken piece by piece. When there is no more, everything is zero.

use zerocopy::{FromBytes, IntoBytes};

/// The rest of an input.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next so many bytes, or all that are left.
    pub(crate) fn take(&mut self, most: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(most.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// The next struct.
    pub(crate) fn next<T: FromBytes + IntoBytes>(&mut self) -> T {
        let mut value = T::new_zeroed();
        let taken = self.take(size_of::<T>());
        value.as_mut_bytes()[..taken.len()].copy_from_slice(taken);
        value
    }

    /// A number below `end`, from one byte.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        u64::from(self.next::<u8>()) % end
    }

    /// An amount: small ones from two bytes, now and then any from nine.
    pub(crate) fn amount(&mut self) -> u64 {
        match self.next::<u8>() {
            255 => self.next(),
            254 => u64::MAX - self.below(4),
            small => u64::from(small) << (8 * self.below(4)),
        }
    }
}
