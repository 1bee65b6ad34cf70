// SPDX-License-Identifier: MIT OR GPL-2.0

//! Loads and stores of words that threads share.
//!
//! On x86-64 they are the kernel's own, `READ_ONCE` and `WRITE_ONCE`, with `barrier()` for acquire and release, written out
//! here: the kernel crate calls a C function for each, and a transfer makes fifty of them.

use kernel::sync::atomic::Atomic;

#[cfg(target_arch = "x86_64")]
mod plain {
    use super::Atomic;

    /// The compiler moves no access to memory across this. Nor does the processor, in the order in which it is used here.
    #[inline(always)]
    pub(crate) fn barrier() {
        // SAFETY: no instruction at all.
        unsafe { core::arch::asm!("", options(nostack, preserves_flags)) };
    }

    #[inline(always)]
    pub(crate) fn load(word: &Atomic<u64>) -> u64 {
        // SAFETY: valid and aligned; volatile accesses of a whole word are what the kernel's memory model calls marked.
        unsafe { word.as_ptr().read_volatile() }
    }

    #[inline(always)]
    pub(crate) fn load_acquire(word: &Atomic<u64>) -> u64 {
        let value = load(word);
        barrier();
        value
    }

    #[inline(always)]
    pub(crate) fn store(word: &Atomic<u64>, value: u64) {
        // SAFETY: as in `load`; an `Atomic` may be written through a shared reference.
        unsafe { word.as_ptr().write_volatile(value) };
    }

    #[inline(always)]
    pub(crate) fn store_release(word: &Atomic<u64>, value: u64) {
        barrier();
        store(word, value);
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use plain::{load, load_acquire, store, store_release};

#[cfg(not(target_arch = "x86_64"))]
mod called {
    use kernel::sync::atomic::{Acquire, Relaxed, Release};

    use super::Atomic;

    #[inline]
    pub(crate) fn load(word: &Atomic<u64>) -> u64 {
        word.load(Relaxed)
    }

    #[inline]
    pub(crate) fn load_acquire(word: &Atomic<u64>) -> u64 {
        word.load(Acquire)
    }

    #[inline]
    pub(crate) fn store(word: &Atomic<u64>, value: u64) {
        word.store(value, Relaxed);
    }

    #[inline]
    pub(crate) fn store_release(word: &Atomic<u64>, value: u64) {
        word.store(value, Release);
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use called::{load, load_acquire, store, store_release};
