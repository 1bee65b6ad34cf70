// SPDX-License-Identifier: MIT OR GPL-2.0

//! The ground in a host process: std's atomics and allocator, a spin lock that yields.
//!
//! With `--cfg shuttle` the atomics are shuttle's, so that its schedulers decide at each access which thread goes on
//! (`tests/interleavings.rs`).

extern crate std;

#[cfg(not(shuttle))]
use core::sync::atomic::{self, Ordering};
#[cfg(shuttle)]
use shuttle::sync::atomic::{self, Ordering};
use std::boxed::Box;
use std::vec::Vec;

use super::{LockClass, Nesting, OutOfMemory};

/// A 64-bit word shared between threads.
#[derive(Debug, Default)]
#[repr(transparent)]
pub(crate) struct AtomicU64(atomic::AtomicU64);

impl AtomicU64 {
    /// A word with this value.
    pub(crate) const fn new(value: u64) -> Self {
        AtomicU64(atomic::AtomicU64::new(value))
    }

    /// Reads without ordering.
    #[inline]
    pub(crate) fn load(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Reads; what was written before the matching [`Self::store_release`] is seen after it.
    #[inline]
    pub(crate) fn load_acquire(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Writes without ordering.
    #[inline]
    pub(crate) fn store(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Writes; everything written before is seen by whoever reads this with [`Self::load_acquire`].
    #[inline]
    pub(crate) fn store_release(&self, value: u64) {
        self.0.store(value, Ordering::Release);
    }

    /// Adds, wrapping, and returns the value before; without ordering.
    #[inline]
    pub(crate) fn fetch_add(&self, value: u64) -> u64 {
        self.0.fetch_add(value, Ordering::Relaxed)
    }
}

/// A lock that is waited for by spinning.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct SpinLock(atomic::AtomicU32);

impl SpinLock {
    /// An open lock. [`Self::init`] must be called once it is where it will stay.
    pub(crate) const fn new() -> Self {
        SpinLock(atomic::AtomicU32::new(0))
    }

    /// Makes the lock ready, in place.
    pub(crate) fn init(&self, _class: LockClass) {}

    /// Waits until the lock is free and takes it.
    #[inline]
    pub(crate) fn lock(&self, _nesting: Nesting) {
        let mut tries = 0u32;
        while self.0.compare_exchange_weak(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
            tries += 1;
            if cfg!(shuttle) || tries % 64 == 0 {
                // On the host the holder may have been preempted, which a kernel spin lock rules out.
                spin_hint();
            } else {
                core::hint::spin_loop();
            }
        }
    }

    /// Opens the lock.
    ///
    /// # Safety
    ///
    /// The caller holds the lock and uses nothing that it protects afterwards.
    #[inline]
    pub(crate) unsafe fn unlock(&self) {
        self.0.store(0, Ordering::Release);
    }
}

/// Says that any number of locks of one class will now be taken in ascending order.
#[inline]
pub(crate) fn nest_begin() {}

/// Ends what [`nest_begin`] began.
#[inline]
pub(crate) fn nest_end() {}

/// Memory of fixed size.
#[derive(Debug)]
pub(crate) struct Array<T>(Box<[T]>);

impl<T> Array<T> {
    /// `len` elements, the `i`-th made by `make(i)`. In process context only.
    pub(crate) fn new(len: usize, mut make: impl FnMut(usize) -> T) -> Result<Self, OutOfMemory> {
        let mut elements = Vec::new();
        elements.try_reserve_exact(len).map_err(|_| OutOfMemory)?;
        elements.extend((0..len).map(&mut make));
        Ok(Array(elements.into_boxed_slice()))
    }
}

impl<T> core::ops::Deref for Array<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> core::ops::DerefMut for Array<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// A place for one `Array` that is filled once and then read without a lock.
#[derive(Debug)]
pub(crate) struct OnceArray<T> {
    array: std::sync::OnceLock<Array<T>>,
    /// Makes each look a place at which shuttle may let another thread go on.
    #[cfg(shuttle)]
    look: AtomicU64,
}

impl<T> OnceArray<T> {
    /// An empty place.
    pub(crate) const fn new() -> Self {
        OnceArray {
            array: std::sync::OnceLock::new(),
            #[cfg(shuttle)]
            look: AtomicU64::new(0),
        }
    }

    /// What is in it.
    #[inline]
    pub(crate) fn get(&self) -> Option<&[T]> {
        #[cfg(shuttle)]
        self.look.load_acquire();
        self.array.get().map(|array| &**array)
    }

    /// Fills it, unless another thread has been quicker; then `array` is dropped.
    pub(crate) fn set(&self, array: Array<T>) {
        #[cfg(shuttle)]
        self.look.store_release(1);
        drop(self.array.set(array));
    }
}

/// Tells the processor that this is a wait loop.
#[inline]
pub(crate) fn spin_hint() {
    #[cfg(not(shuttle))]
    std::thread::yield_now();
    #[cfg(shuttle)]
    shuttle::thread::yield_now();
}
