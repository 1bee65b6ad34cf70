// SPDX-License-Identifier: MIT OR GPL-2.0

//! The ground in the kernel: its atomics, its spin locks (through a C shim, which has what Rust lacks: nesting), its
//! memory.

use kernel::bindings;
use kernel::ffi::c_void;
use kernel::prelude::*;
use kernel::sync::atomic::{Atomic, Relaxed};
use kernel::sync::SetOnce;
use kernel::types::Opaque;

use super::{LockClass, Nesting, OutOfMemory};

mod access;

extern "C" {
    fn qenex_lock_init(lock: *mut bindings::spinlock_t, class: u32);
    fn qenex_lock(lock: *mut bindings::spinlock_t);
    fn qenex_lock_second(lock: *mut bindings::spinlock_t);
    fn qenex_lock_many(lock: *mut bindings::spinlock_t);
    fn qenex_unlock(lock: *mut bindings::spinlock_t);
    fn qenex_nest_begin();
    fn qenex_nest_end();
    fn qenex_large_memory(bytes: usize) -> *mut c_void;
}

/// A 64-bit word shared between threads.
#[repr(transparent)]
pub(crate) struct AtomicU64(Atomic<u64>);

impl AtomicU64 {
    /// A word with this value.
    pub(crate) const fn new(value: u64) -> Self {
        AtomicU64(Atomic::new(value))
    }

    /// Reads without ordering.
    #[inline(always)]
    pub(crate) fn load(&self) -> u64 {
        access::load(&self.0)
    }

    /// Reads; what was written before the matching [`Self::store_release`] is seen after it.
    #[inline(always)]
    pub(crate) fn load_acquire(&self) -> u64 {
        access::load_acquire(&self.0)
    }

    /// Writes without ordering.
    #[inline(always)]
    pub(crate) fn store(&self, value: u64) {
        access::store(&self.0, value);
    }

    /// Writes; everything written before is seen by whoever reads this with [`Self::load_acquire`].
    #[inline(always)]
    pub(crate) fn store_release(&self, value: u64) {
        access::store_release(&self.0, value);
    }

    /// Adds, wrapping, and returns the value before; without ordering.
    #[inline]
    pub(crate) fn fetch_add(&self, value: u64) -> u64 {
        self.0.fetch_add(value, Relaxed)
    }
}

/// A `spinlock_t`.
#[repr(transparent)]
pub(crate) struct SpinLock(Opaque<bindings::spinlock_t>);

// SAFETY: a spin lock may be used from any thread.
unsafe impl Send for SpinLock {}
// SAFETY: a spin lock is made to be shared.
unsafe impl Sync for SpinLock {}

impl SpinLock {
    /// A lock that is not ready yet: [`Self::init`] must be called once it is where it will stay.
    pub(crate) const fn new() -> Self {
        SpinLock(Opaque::zeroed())
    }

    /// Makes the lock ready, in place.
    pub(crate) fn init(&self, class: LockClass) {
        // SAFETY: the memory is a spinlock_t; it is not used before this call, by the contract of `new`.
        unsafe { qenex_lock_init(self.0.get(), class as u32) };
    }

    /// Waits until the lock is free and takes it.
    #[inline]
    pub(crate) fn lock(&self, nesting: Nesting) {
        // SAFETY: the lock was made ready with `init`.
        unsafe {
            match nesting {
                Nesting::First => qenex_lock(self.0.get()),
                Nesting::Second => qenex_lock_second(self.0.get()),
                Nesting::Many => qenex_lock_many(self.0.get()),
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
        // SAFETY: the lock is held, by this function's contract.
        unsafe { qenex_unlock(self.0.get()) };
    }
}

/// Says that any number of locks of one class will now be taken in ascending order.
#[inline]
pub(crate) fn nest_begin() {
    // SAFETY: only tells lockdep.
    unsafe { qenex_nest_begin() };
}

/// Ends what [`nest_begin`] began.
#[inline]
pub(crate) fn nest_end() {
    // SAFETY: only tells lockdep.
    unsafe { qenex_nest_end() };
}

/// Memory of fixed size: from the page tables if it is large, which for what is small would cost more than its use.
pub(crate) struct Array<T>(KVVec<T>);

/// Above this many bytes memory is mapped page by page.
const LARGE: usize = 64 << 10;

impl<T> Array<T> {
    /// `len` elements, the `i`-th made by `make(i)`. In process context only.
    pub(crate) fn new(len: usize, mut make: impl FnMut(usize) -> T) -> Result<Self, OutOfMemory> {
        let bytes = len.checked_mul(core::mem::size_of::<T>()).ok_or(OutOfMemory)?;
        let mut elements = if bytes <= LARGE {
            KVVec::with_capacity(len, GFP_KERNEL | __GFP_NOWARN).map_err(|_| OutOfMemory)?
        } else {
            // SAFETY: called from process context, by this function's contract, for more than no bytes.
            let start = unsafe { qenex_large_memory(bytes) }.cast::<T>();
            if start.is_null() {
                return Err(OutOfMemory);
            }
            // SAFETY: new memory for `len` elements, at a page's begin, that is freed as that of any `KVVec`.
            unsafe { KVVec::from_raw_parts(start, 0, len) }
        };
        for i in 0..len {
            elements.push_within_capacity(make(i)).map_err(|_| OutOfMemory)?;
        }
        Ok(Array(elements))
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
///
/// # Invariants
///
/// If `address` is not 0, `array` is filled with an array whose elements begin there and are `len`.
pub(crate) struct OnceArray<T> {
    array: SetOnce<Array<T>>,
    /// Beside `array`, because a look at that is a call.
    address: AtomicU64,
    len: AtomicU64,
}

impl<T> OnceArray<T> {
    /// An empty place.
    pub(crate) const fn new() -> Self {
        OnceArray { array: SetOnce::new(), address: AtomicU64::new(0), len: AtomicU64::new(0) }
    }

    /// What is in it.
    #[inline(always)]
    pub(crate) fn get(&self) -> Option<&[T]> {
        let address = self.address.load_acquire();
        if address == 0 {
            return None;
        }
        // CAST: what `set` stored: an address and a length of this machine.
        let (first, len) = (address as usize as *const T, self.len.load() as usize);
        // SAFETY: by the type invariant; the array is neither changed nor dropped before `self` is, and its elements stay.
        Some(unsafe { core::slice::from_raw_parts(first, len) })
    }

    /// Fills it, unless another thread has been quicker; then `array` is dropped.
    pub(crate) fn set(&self, array: Array<T>) {
        let (first, len) = (array.as_ptr(), array.len());
        if self.array.populate(array) {
            // Before the address, so that whoever sees that sees this.
            self.len.store(len as u64);
            // INVARIANT: filled above, and the elements did not move with the array that owns them.
            self.address.store_release(first as usize as u64);
        }
    }
}

/// Tells the processor that this is a wait loop.
#[inline]
pub(crate) fn spin_hint() {
    core::hint::spin_loop();
}
