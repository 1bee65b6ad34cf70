// SPDX-License-Identifier: MIT OR GPL-2.0

//! Structs and arrays from and to the caller's memory. All of it may sleep.

use core::mem::{size_of, MaybeUninit};

use kernel::alloc::flags::__GFP_ZERO;
use kernel::alloc::KVVec;
use kernel::prelude::*;
use kernel::uaccess::{UserPtr, UserSlice};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// The argument of a call, read once: what is checked is what is used, whatever another thread does to the memory.
pub(crate) fn read<T: FromBytes + IntoBytes>(arg: usize) -> Result<T> {
    let mut value = T::new_zeroed();
    UserSlice::new(UserPtr::from_addr(arg), size_of::<T>()).reader().read_slice(value.as_mut_bytes())?;
    Ok(value)
}

/// Writes the rest of the argument of a call back, from byte `offset` on.
pub(crate) fn write_from<T: IntoBytes + Immutable>(arg: usize, value: &T, offset: usize) -> Result {
    let rest = value.as_bytes().get(offset..).ok_or(EINVAL)?;
    UserSlice::new(UserPtr::from_addr(arg.wrapping_add(offset)), rest.len()).writer().write_slice(rest)
}

/// Writes the argument of a call back.
pub(crate) fn write<T: IntoBytes + Immutable>(arg: usize, value: &T) -> Result {
    UserSlice::new(UserPtr::from_addr(arg), size_of::<T>()).writer().write_slice(value.as_bytes())
}

/// An array of `count` elements at `address`.
pub(crate) fn read_array<T: FromBytes + IntoBytes + KnownLayout>(address: u64, count: usize) -> Result<KVVec<T>> {
    let mut elements = KVVec::with_capacity(count, GFP_KERNEL)?;
    read_into(&mut elements, address, count)?;
    Ok(elements)
}

/// The same into memory that is there already; what was in it is forgotten.
pub(crate) fn read_into<T: FromBytes + IntoBytes + KnownLayout>(
    elements: &mut KVVec<T>,
    address: u64,
    count: usize,
) -> Result {
    elements.clear();
    elements.reserve(count, GFP_KERNEL)?;
    let length = count.checked_mul(size_of::<T>()).ok_or(EOVERFLOW)?;
    let place = elements.spare_capacity_mut().as_mut_ptr().cast::<MaybeUninit<u8>>();
    // SAFETY: the place has room for `count` elements, and so for their bytes; nothing else refers to it.
    let bytes = unsafe { core::slice::from_raw_parts_mut(place, length) };
    UserSlice::new(pointer(address)?, length).reader().read_raw(bytes)?;
    // SAFETY: the capacity is at least `count`, and all bytes of so many elements were just written; each is a `T`,
    // because every pattern of bytes is.
    unsafe { elements.inc_len(count) };
    Ok(())
}

/// Writes an array to `address`.
pub(crate) fn write_array<T: IntoBytes + Immutable>(address: u64, elements: &[T]) -> Result {
    let bytes = elements.as_bytes();
    UserSlice::new(pointer(address)?, bytes.len()).writer().write_slice(bytes)
}

/// An array of `count` elements, all zero.
pub(crate) fn new_array<T: FromBytes>(count: usize) -> Result<KVVec<T>> {
    let mut elements = KVVec::with_capacity(count, GFP_KERNEL | __GFP_ZERO)?;
    // SAFETY: the capacity is at least `count`, and a `T` may be all zero.
    unsafe { elements.inc_len(count) };
    Ok(elements)
}

fn pointer(address: u64) -> Result<UserPtr> {
    Ok(UserPtr::from_addr(usize::try_from(address).map_err(|_| EFAULT)?))
}
