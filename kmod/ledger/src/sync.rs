// SPDX-License-Identifier: MIT OR GPL-2.0

//! The ground the ledger stands on: locks, atomics and memory.
//!
//! Everything that differs between the kernel and a host process is behind this one file, so that the ledger above it is
//! the same source in both.
//!
//! * [`AtomicU64`] follows the memory model it runs under (LKMM in the kernel, the C++
//!   model elsewhere); only operations that mean the same in both are offered.
//! * [`SpinLock`] is a bare lock without data. Who holds which lock, and what it protects, is said where it is used;
//!   the order between them in [`crate::locks`].
//! * [`Array`] is memory of fixed size, reserved in process context, never under a lock.

use core::cell::UnsafeCell;

#[cfg(CONFIG_RUST)]
mod linux;
#[cfg(CONFIG_RUST)]
pub(crate) use linux::*;

#[cfg(not(CONFIG_RUST))]
mod host;
#[cfg(not(CONFIG_RUST))]
pub(crate) use host::*;

/// What a lock protects. In the kernel each is a lock class of its own, so that lockdep checks their order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LockClass {
    /// One line of the id index.
    Bucket,
    /// One account.
    Account,
    /// The list of free places for holds.
    Holds,
    /// The queue of holds that expire.
    Expiry,
    /// The head of the journal.
    Journal,
    /// The opening of accounts.
    Opening,
}

/// How many locks of the same class the thread holds already when it takes one; lockdep wants to know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Nesting {
    /// None: this is the only or the first one.
    First,
    /// One; at most two will be held.
    Second,
    /// Any number, in ascending order, between [`nest_begin`] and [`nest_end`].
    Many,
}

/// There is no memory for what was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OutOfMemory;

/// Data that a [`SpinLock`] elsewhere protects.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Protected<T>(UnsafeCell<T>);

// SAFETY: access goes through `get`, whose callers hold the protecting lock.
unsafe impl<T: Send> Sync for Protected<T> {}

impl<T: Default> Default for Protected<T> {
    fn default() -> Self {
        Protected::new(T::default())
    }
}

impl<T> Protected<T> {
    /// Puts `value` under protection.
    pub(crate) const fn new(value: T) -> Self {
        Protected(UnsafeCell::new(value))
    }

    /// The data.
    ///
    /// # Safety
    ///
    /// The caller holds the protecting lock for as long as the reference lives, and has no other reference to the data.
    #[inline]
    #[expect(clippy::mut_from_ref)]
    pub(crate) unsafe fn get(&self) -> &mut T {
        // SAFETY: the lock makes the access exclusive, by this function's contract.
        unsafe { &mut *self.0.get() }
    }

    /// A copy of the data.
    ///
    /// # Safety
    ///
    /// Nobody writes the data meanwhile: the caller holds the protecting lock, or the data is final.
    #[inline]
    pub(crate) unsafe fn copy(&self) -> T
    where
        T: Copy,
    {
        // SAFETY: nobody writes, by this function's contract.
        unsafe { *self.0.get() }
    }
}

impl<T> AsRef<[T]> for Array<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T> AsMut<[T]> for Array<T> {
    fn as_mut(&mut self) -> &mut [T] {
        self
    }
}
