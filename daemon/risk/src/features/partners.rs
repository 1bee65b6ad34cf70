// SPDX-License-Identifier: MIT

//! The other sides of an account: whom it pays, or who pays it.

/// Most partners remembered; of more, those longest not met are forgotten.
pub(super) const MOST: usize = 256;

/// One of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Partner {
    pub(super) account: u64,
    /// Nanoseconds since 1970, of the first payment that is remembered.
    pub(super) first: u64,
    /// Of the last.
    pub(super) last: u64,
    pub(super) count: u32,
}

/// The latest met.
#[derive(Clone, Debug, Default)]
pub(super) struct Partners {
    all: Vec<Partner>,
}

impl Partners {
    /// Notes a payment.
    pub(super) fn met(&mut self, account: u64, time: u64) {
        if let Some(known) = self.all.iter_mut().find(|partner| partner.account == account) {
            known.last = time;
            known.count = known.count.saturating_add(1);
            return;
        }
        let partner = Partner { account, first: time, last: time, count: 1 };
        if self.all.len() < MOST {
            self.all.push(partner);
            return;
        }
        // Of several met last at the same time, the smallest number goes: the order of arrival decides nothing.
        if let Some(oldest) = self.all.iter_mut().min_by_key(|partner| (partner.last, partner.account)) {
            *oldest = partner;
        }
    }

    pub(super) fn get(&self, account: u64) -> Option<&Partner> {
        self.all.iter().find(|partner| partner.account == account)
    }

    /// Those remembered.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Partner> {
        self.all.iter()
    }
}
