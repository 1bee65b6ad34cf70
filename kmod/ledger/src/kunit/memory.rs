// SPDX-License-Identifier: MIT OR GPL-2.0

//! Memory from the kernel's allocators.

use kernel::bindings;
use kernel::prelude::*;

#[kunit_tests(qenex_ledger_memory)]
mod tests {
    use super::*;
    use crate::sync::{Array, AtomicU64, OnceArray, OutOfMemory};
    use crate::{Config, ConfigError, Ledger};
    use qenex_abi::Id;

    /// Counts when it goes.
    struct Counted<'a>(&'a AtomicU64);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1);
        }
    }

    fn is_mapped<T>(array: &Array<T>) -> bool {
        // SAFETY: only looks at the address.
        unsafe { bindings::is_vmalloc_addr(array.as_ptr().cast()) }
    }

    #[test]
    fn what_is_small_comes_from_the_slab() -> Result {
        let array = Array::new(16, |i| i as u64).map_err(|OutOfMemory| ENOMEM)?;
        assert!(!is_mapped(&array));
        assert!(array.iter().enumerate().all(|(i, element)| *element == i as u64));
        Ok(())
    }

    /// What is above 64 KiB is mapped page by page, as the ring has to be that a consumer maps.
    #[test]
    fn what_is_large_is_whole_pages() -> Result {
        let array = Array::new((64 << 10) / 8 + 1, |i| !(i as u64)).map_err(|OutOfMemory| ENOMEM)?;
        assert!(is_mapped(&array));
        assert!(array.as_ptr() as usize % kernel::page::PAGE_SIZE == 0);
        assert!(array.iter().enumerate().all(|(i, element)| *element == !(i as u64)));
        Ok(())
    }

    #[test]
    fn nothing_is_not_allocated() -> Result {
        let array = Array::new(0, |i| i as u64).map_err(|OutOfMemory| ENOMEM)?;
        assert!(array.is_empty());
        Ok(())
    }

    /// More than there is, more than can be addressed, more bytes than a usize can count.
    #[test]
    fn too_much_is_refused() {
        for len in [1 << 36, 1 << 50, usize::MAX / 8, usize::MAX] {
            assert!(Array::new(len, |i| i as u64).is_err());
        }
    }

    #[test]
    fn all_elements_go_with_an_array() -> Result {
        let gone = AtomicU64::new(0);
        for (len, so_far) in [(10, 10), (20_000, 20_010)] {
            drop(Array::new(len, |_| Counted(&gone)).map_err(|OutOfMemory| ENOMEM)?);
            assert_eq!(gone.load(), so_far);
        }
        Ok(())
    }

    #[test]
    fn a_place_is_filled_once() -> Result {
        let gone = AtomicU64::new(0);
        let place = OnceArray::new();
        assert!(place.get().is_none());
        place.set(Array::new(3, |_| Counted(&gone)).map_err(|OutOfMemory| ENOMEM)?);
        let first = place.get().map(|array| array.as_ptr());
        place.set(Array::new(5, |_| Counted(&gone)).map_err(|OutOfMemory| ENOMEM)?);
        assert!(first.is_some());
        assert_eq!(place.get().map(|array| array.as_ptr()), first);
        // The second, at once.
        assert_eq!(gone.load(), 5);
        drop(place);
        assert_eq!(gone.load(), 8);
        Ok(())
    }

    /// 2^30 entries are 232 GiB.
    #[test]
    fn a_ledger_that_is_too_large_is_none() {
        let config = Config {
            accounts_max: 1,
            holds_max: 0,
            journal_entries: Config::JOURNAL_MAX,
            ledger_id: Id::NONE,
            hash_key: [1, 2],
        };
        assert!(matches!(Ledger::new(&config), Err(ConfigError::OutOfMemory)));
    }
}
