// SPDX-License-Identifier: MIT OR GPL-2.0

//! What all open files share: the ledger and the consumer of its journal.

use kernel::prelude::*;
use kernel::sync::Arc;

use qenex_ledger::Ledger;

use crate::consumer::Consumer;
use crate::room::Rooms;

/// The ledger and who makes it durable.
#[pin_data]
pub(crate) struct Bank {
    /// The ledger.
    pub(crate) ledger: Ledger,
    /// The consumer of its journal.
    #[pin]
    pub(crate) consumer: Consumer,
    /// Room for batches.
    #[pin]
    pub(crate) rooms: Rooms,
}

impl Bank {
    /// Puts a ledger where it will stay.
    pub(crate) fn new(ledger: Ledger) -> Result<Arc<Bank>> {
        let bank =
            Arc::pin_init(pin_init!(Bank { ledger, consumer <- Consumer::new(), rooms <- Rooms::new() }), GFP_KERNEL)?;
        bank.ledger.init();
        Ok(bank)
    }
}
