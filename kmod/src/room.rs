// SPDX-License-Identifier: MIT OR GPL-2.0

//! Room to run batches in, kept from one call to the next: to take it anew, cleared, costs more than small batches do.

use kernel::alloc::KVVec;
use kernel::new_mutex;
use kernel::prelude::*;
use kernel::sync::Mutex;

use qenex_abi::{Transfer, TransferResult, QENEX_BATCH_MAX};
use qenex_ledger::Batch;

use crate::user;

/// Most that are kept: 1.25 MiB each, and what the longest chain needed.
const KEPT: usize = 8;

/// Room for one batch of any length.
pub(crate) struct Room {
    /// The items. What is left of an earlier call is overwritten before it is read.
    pub(crate) items: KVVec<Transfer>,
    /// Their results, as many as the longest batch has. The ledger writes each that belongs to an item.
    pub(crate) results: KVVec<TransferResult>,
    /// What the ledger needs.
    pub(crate) batch: Batch,
}

impl Room {
    fn new() -> Result<KBox<Self>> {
        // CAST: u32 fits in usize on the 64-bit machines that the module runs on.
        let most = QENEX_BATCH_MAX as usize;
        let items = KVVec::with_capacity(most, GFP_KERNEL)?;
        let results = user::new_array(most)?;
        Ok(KBox::new(Room { items, results, batch: Batch::default() }, GFP_KERNEL)?)
    }
}

/// The rooms that nobody uses now.
#[pin_data]
pub(crate) struct Rooms {
    #[pin]
    free: Mutex<[Option<KBox<Room>>; KEPT]>,
}

impl Rooms {
    /// None, yet.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self { free <- new_mutex!([const { None }; KEPT], "qenex_rooms") })
    }

    /// Lets `work` use a room that nobody else uses meanwhile.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Room) -> Result<T>) -> Result<T> {
        let kept = self.free.lock().iter_mut().find_map(Option::take);
        let mut room = match kept {
            Some(room) => room,
            None => Room::new()?,
        };
        let done = work(&mut room);
        // Dropped, if there is no place for it, when the lock is open again.
        let mut room = Some(room);
        if let Some(place) = self.free.lock().iter_mut().find(|place| place.is_none()) {
            core::mem::swap(place, &mut room);
        }
        done
    }
}
