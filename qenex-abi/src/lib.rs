// SPDX-License-Identifier: MIT OR GPL-2.0

//! Everything that crosses the QENEX kernel boundary: structs, ioctl numbers, result codes, currencies and account
//! numbers.
//!
//! The same source is compiled three ways: by Cargo for userspace, by Kbuild into the module, and (through the
//! generated `include/qenex.h`) by C and C++ compilers. It therefore uses `core` only and stays within Rust 1.85.
//!
//! Rules that every struct here keeps:
//!
//! * `repr(C)`, fixed-width fields and no implicit padding, so that 32- and 64-bit callers see one layout. The
//!   `zerocopy` derives refuse a type with padding; `assert_layout!` pins size and alignment.
//! * Reserved fields must be zero and are checked, so that a later version may give them a meaning.
//! * A released struct never changes: what does not fit comes as a new ioctl.
//! * Amounts are `u64` in minor units of the account's ISO 4217 currency (cents for 840, yen for 392), times are
//!   nanoseconds since 1970-01-01 UTC unless said otherwise.

// Kbuild passes `-Zcrate-attr=no_std` itself and warns about a second one.
#![cfg_attr(not(CONFIG_RUST), no_std)]
#![forbid(unsafe_code)]

/// Pins a wire struct's size and alignment at compile time.
macro_rules! assert_layout {
    ($name:ty, size $size:literal, align $align:literal) => {
        const _: () = assert!(::core::mem::size_of::<$name>() == $size);
        const _: () = assert!(::core::mem::align_of::<$name>() == $align);
    };
}

mod account;
mod account_number;
mod batch;
mod consumer;
mod currency;
mod currency_table;
#[cfg(feature = "decimal")]
mod decimal;
mod id;
mod info;
mod ioctl;
mod journal;
mod restore;
mod result;
mod transfer;

pub use account::*;
pub use account_number::*;
pub use batch::*;
pub use consumer::*;
pub use currency::*;
#[cfg(feature = "decimal")]
pub use decimal::*;
pub use id::*;
pub use info::*;
pub use ioctl::*;
pub use journal::*;
pub use restore::*;
pub use result::*;
pub use transfer::*;

/// Version of this ABI, reported by `QENEX_INFO`. It grows by one when an ioctl is added; nothing released is ever
/// changed or removed within one major version (the upper 16 bits).
pub const QENEX_ABI_VERSION: u32 = 0x0001_0000;

/// Name of the device below `/dev`.
pub const QENEX_DEVICE_NAME: &str = "qenex_banking";

/// Where the device is, unless the administrator moved it.
pub const QENEX_DEVICE_PATH: &str = "/dev/qenex_banking";
