// SPDX-License-Identifier: MIT OR GPL-2.0

//! Copies from and to a caller's memory, at its edges.

use kernel::bindings;
use kernel::page::PAGE_SIZE;
use kernel::prelude::*;

// As mmap has them; the kernel crate has no names for them.
const READABLE: usize = 1;
const WRITABLE: usize = 1 | 2;
const PRIVATE: usize = 0x02;
const ANONYMOUS: usize = 0x20;

/// The memory of a process, which the thread of a test has none of by itself: two pages, and nothing after them.
struct Pages(usize);

impl Pages {
    fn new(protection: usize) -> Result<Self> {
        // SAFETY: in the thread of a test, which is what both are for.
        let address = unsafe {
            let test = bindings::kunit_get_current_test();
            // Three, of which the last is taken away again: what comes after is not mapped, wherever the kernel puts them.
            bindings::kunit_vm_mmap(test, core::ptr::null_mut(), 0, 3 * PAGE_SIZE, protection, PRIVATE | ANONYMOUS, 0)
        };
        if address == 0 || address > usize::MAX - 4096 {
            return Err(ENOMEM);
        }
        // SAFETY: the thread has the memory since the call before, and nothing of ours refers to the page.
        kernel::error::to_result(unsafe { bindings::vm_munmap(address + 2 * PAGE_SIZE, PAGE_SIZE) })?;
        Ok(Pages(address))
    }

    /// The address of what has so many bytes before the end.
    fn before_end(&self, bytes: usize) -> usize {
        self.0 + 2 * PAGE_SIZE - bytes
    }
}

#[kunit_tests(qenex_user)]
mod tests {
    use super::*;
    use crate::user::{new_array, read, read_array, write, write_array};
    use qenex_abi::{Id, Transfer, QENEX_BATCH_MAX};

    fn ids() -> [Id; 4] {
        [1, 2, 3, 4].map(Id::from_u128)
    }

    #[test]
    fn there_and_back() -> Result {
        let pages = Pages::new(WRITABLE)?;
        let item = Transfer { id: Id::from_u128(u128::MAX), amount: 7, ..Transfer::default() };
        // Across the border between the pages, at an odd address, and at the very end.
        for address in [pages.0, pages.0 + PAGE_SIZE - 31, pages.before_end(size_of::<Transfer>())] {
            write(address, &item)?;
            assert!(read::<Transfer>(address)? == item);
        }
        let end = pages.before_end(size_of::<[Id; 4]>());
        write_array(end as u64, &ids())?;
        assert!(read_array::<Id>(end as u64, 4)?.iter().eq(&ids()));
        Ok(())
    }

    /// One byte too many is EFAULT, however little of it is not there.
    #[test]
    fn one_byte_beyond_the_end() -> Result {
        let pages = Pages::new(WRITABLE)?;
        let address = pages.before_end(size_of::<Transfer>() - 1);
        assert!(matches!(read::<Transfer>(address), Err(error) if error == EFAULT));
        assert_eq!(write(address, &Transfer::default()), Err(EFAULT));
        let address = pages.before_end(size_of::<[Id; 4]>() - 1) as u64;
        assert!(matches!(read_array::<Id>(address, 4), Err(error) if error == EFAULT));
        assert_eq!(write_array(address, &ids()), Err(EFAULT));
        // One less fits.
        assert_eq!(read_array::<Id>(address, 3)?.len(), 3);
        Ok(())
    }

    #[test]
    fn what_may_only_be_read_is_not_written() -> Result {
        let pages = Pages::new(READABLE)?;
        assert!(read::<Transfer>(pages.0)? == Transfer::default());
        assert_eq!(write(pages.0, &Transfer::default()), Err(EFAULT));
        assert_eq!(write_array(pages.0 as u64, &ids()), Err(EFAULT));
        Ok(())
    }

    /// Not even where there is memory: the kernel's own is none of a caller's.
    #[test]
    fn the_kernels_memory_is_refused() -> Result {
        let _memory = Pages::new(WRITABLE)?;
        let secret = KBox::new(Transfer { amount: 77, ..Transfer::default() }, GFP_KERNEL)?;
        let address = core::ptr::from_ref(&*secret) as usize;
        assert!(matches!(read::<Transfer>(address), Err(error) if error == EFAULT));
        assert_eq!(write(address, &Transfer::default()), Err(EFAULT));
        assert!(matches!(read_array::<Transfer>(address as u64, 1), Err(error) if error == EFAULT));
        assert_eq!(write_array(address as u64, &ids()), Err(EFAULT));
        assert_eq!(secret.amount, 77);
        Ok(())
    }

    /// Null, the last page of all, and what is longer than what is left of the addresses.
    #[test]
    fn wild_addresses_are_refused() -> Result {
        let _memory = Pages::new(WRITABLE)?;
        for address in [0, 1, usize::MAX - 4095, usize::MAX, 1 << 63, (1 << 47) - 8] {
            assert!(matches!(read::<Transfer>(address), Err(error) if error == EFAULT));
            assert_eq!(write(address, &Transfer::default()), Err(EFAULT));
            assert!(matches!(read_array::<Id>(address as u64, 4), Err(error) if error == EFAULT));
            assert_eq!(write_array(address as u64, &ids()), Err(EFAULT));
        }
        Ok(())
    }

    /// The largest array that a call takes; and one whose bytes cannot be counted.
    #[test]
    fn sizes_of_arrays() -> Result {
        let most = new_array::<Transfer>(QENEX_BATCH_MAX as usize)?;
        assert_eq!(most.len(), QENEX_BATCH_MAX as usize);
        assert!(most.iter().all(|item| *item == Transfer::default()));
        assert!(read_array::<Transfer>(4096, usize::MAX / 8).is_err());
        assert!(new_array::<Transfer>(usize::MAX / 8).is_err());
        Ok(())
    }
}
