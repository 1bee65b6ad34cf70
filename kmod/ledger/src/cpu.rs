// SPDX-License-Identifier: MIT OR GPL-2.0

//! Two things that a processor can do and the language cannot say.
//!
//! They are instructions of x86-64 that touch no vector register, so that they may be used in the kernel as they are.
//! Elsewhere, and under miri, there is nothing to fetch ahead and the checksum is computed from a table.

/// Has the line at `place` brought near, for writing. A hint: `place` need not be valid.
#[inline(always)]
pub(crate) fn prefetch<T>(place: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: the instruction reads and writes nothing that a program sees, and never faults.
    unsafe {
        core::arch::asm!("prefetchw [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = place;
}

/// The processor's own CRC-32C, where it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crc32c(());

impl Crc32c {
    /// The instruction, if there is one. Asking takes microseconds in a virtual machine: keep the answer.
    pub(crate) fn detect() -> Option<Self> {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            const SSE_4_2: u32 = 1 << 20;
            #[allow(unused_unsafe)] // From Rust 1.94 on it is safe.
            // SAFETY: every x86-64 processor has the instruction and this leaf.
            let features = unsafe { core::arch::x86_64::__cpuid(1) };
            (features.ecx & SSE_4_2 != 0).then_some(Crc32c(()))
        }
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        None
    }

    /// Feeds the eight bytes of `word`, lowest first, to the remainder `crc`.
    #[inline(always)]
    pub(crate) fn word(self, crc: u64, word: u64) -> u64 {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            let mut crc = crc;
            // SAFETY: the processor has the instruction, or there were no value of this type.
            unsafe {
                core::arch::asm!("crc32 {}, {}", inout(reg) crc, in(reg) word, options(nomem, nostack, pure, preserves_flags));
            }
            crc
        }
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        {
            let _ = word;
            crc
        }
    }

    /// Feeds the four bytes of `half`.
    #[inline(always)]
    pub(crate) fn half(self, crc: u64, half: u32) -> u64 {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            let mut crc = crc;
            // SAFETY: as in `word`.
            unsafe {
                core::arch::asm!("crc32 {:e}, {:e}", inout(reg) crc, in(reg) half, options(nomem, nostack, pure, preserves_flags));
            }
            crc
        }
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        {
            let _ = half;
            crc
        }
    }
}
