// SPDX-License-Identifier: MIT OR GPL-2.0

//! Mapping the journal ring into its consumer: read-only, for good.

use core::ptr::NonNull;

use kernel::bindings;
use kernel::mm::virt::VmaNew;
use kernel::page::{BorrowedPage, PAGE_SIZE};
use kernel::prelude::*;

use crate::caller;
use crate::device::Session;

/// Maps the whole ring.
///
/// # Errors
///
/// EPERM if the caller is no operator or wants to write, EINVAL if this file is not the consumer or asks for anything but
/// the whole ring.
pub(crate) fn map(session: &Session, area: &VmaNew) -> Result {
    if !caller::current().operator || area.writable() {
        return Err(EPERM);
    }
    let (ring, size) = session.bank().ledger.journal_ring();
    // SAFETY: the area is valid while it is being made.
    let offset = unsafe { (*area.as_ptr()).vm_pgoff };
    if !session.bank().consumer.is_current(session.epoch()) || offset != 0 || area.end() - area.start() != size {
        return Err(EINVAL);
    }
    // Not even mprotect makes it writable later; a child does not inherit it; a core dump does not hold it.
    area.try_clear_maywrite()?;
    area.try_clear_mayexec()?;
    area.set_dontexpand();
    area.set_dontcopy();
    area.set_dontdump();
    let area_of_pages = area.set_mixedmap();
    for offset in (0..size).step_by(PAGE_SIZE) {
        // SAFETY: the ring is vmalloc'ed memory of whole pages, and the offset is within it.
        let page = unsafe { bindings::vmalloc_to_page(ring.wrapping_add(offset).cast()) };
        let page = NonNull::new(page).ok_or(EFAULT)?;
        // SAFETY: the page belongs to the ring, which lives as long as the module, and so longer than the mapping, whose
        // file keeps the module.
        let page = unsafe { BorrowedPage::from_raw(page) };
        area_of_pages.vm_insert_page(area.start() + offset, &page)?;
    }
    Ok(())
}
