// SPDX-License-Identifier: MIT OR GPL-2.0

//! 128-bit identifiers chosen by the caller.

use zerocopy_derive::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A 128-bit identifier: the idempotency key of a change, or a caller's reference such as a UETR.
///
/// As a key it names one change for ever: the same id with the same content returns the original outcome, with other
/// content it is refused. All zero means "none": a change without an id gets one from the kernel.
///
/// Ids whose `high` half is [`QENEX_ID_HIGH_RESERVED`] are made by the kernel and refused from callers.
#[repr(C)]
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, FromBytes, Immutable, IntoBytes, KnownLayout,
)]
pub struct Id {
    /// The less significant 64 bits.
    pub low: u64,
    /// The more significant 64 bits.
    pub high: u64,
}

assert_layout!(Id, size 16, align 8);

/// The `high` half of every id that the kernel makes; its `low` half counts up.
pub const QENEX_ID_HIGH_RESERVED: u64 = u64::MAX;

impl Id {
    /// "No id given".
    pub const NONE: Id = Id { low: 0, high: 0 };

    /// The id with this 128-bit value.
    #[inline]
    pub const fn from_u128(value: u128) -> Id {
        // CAST: the halves are what is wanted.
        Id { low: value as u64, high: (value >> 64) as u64 }
    }

    /// The 128-bit value of this id.
    #[inline]
    pub const fn to_u128(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// The id that the kernel makes for its own `number`-th change.
    #[inline]
    pub const fn reserved(number: u64) -> Id {
        Id { low: number, high: QENEX_ID_HIGH_RESERVED }
    }

    /// Whether no id was given.
    #[inline]
    pub const fn is_none(self) -> bool {
        self.low == 0 && self.high == 0
    }

    /// Whether only the kernel may make this id.
    #[inline]
    pub const fn is_reserved(self) -> bool {
        self.high == QENEX_ID_HIGH_RESERVED
    }
}
