// SPDX-License-Identifier: MIT

//! Which ids belong to reviews, in memory: it is asked for each change of the ledger.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use qenex_abi::Id;

use super::RiskError;
use super::store::{ReviewKind, ReviewState, RiskStore};

/// A review that an id belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Known {
    /// Id of the review.
    pub review: Id,
    /// What it is.
    pub kind: ReviewKind,
    /// How far it is.
    pub state: ReviewState,
}

/// All ids that belong to reviews.
#[derive(Default)]
pub(super) struct Reviews {
    all: RwLock<All>,
}

#[derive(Default)]
struct All {
    /// By the id of an item, the review.
    items: HashMap<Id, Id>,
    /// By the id of a review, what it is.
    reviews: HashMap<Id, (ReviewKind, ReviewState)>,
    /// Alerts, and reviews of payments, that wait for somebody.
    open: (u64, u64),
}

impl All {
    /// Counts a review in, or out.
    fn count(&mut self, what: Option<(ReviewKind, ReviewState)>, in_or_out: fn(u64, u64) -> u64) {
        match what {
            Some((ReviewKind::Alert, ReviewState::Pending)) => self.open.0 = in_or_out(self.open.0, 1),
            Some((_, ReviewState::Pending)) => self.open.1 = in_or_out(self.open.1, 1),
            _ => {}
        }
    }
}

impl Reviews {
    /// Those of the database.
    pub(super) fn load(store: &RiskStore) -> Result<Reviews, RiskError> {
        let reviews = Reviews::default();
        for (item, review, kind, state) in store.review_index()? {
            reviews.put(review, kind, state, [item]);
        }
        Ok(reviews)
    }

    /// The review that `id` belongs to, if it is one about payments.
    pub(super) fn of(&self, id: Id) -> Option<Known> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let review = *all.items.get(&id)?;
        let (kind, state) = *all.reviews.get(&review)?;
        (kind != ReviewKind::Alert).then_some(Known { review, kind, state })
    }

    /// Notes a review, or how far it is now.
    pub(super) fn put(&self, review: Id, kind: ReviewKind, state: ReviewState, items: impl IntoIterator<Item = Id>) {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let before = all.reviews.insert(review, (kind, state));
        all.count(before, u64::saturating_sub);
        all.count(Some((kind, state)), u64::saturating_add);
        all.items.extend(items.into_iter().map(|item| (item, review)));
    }

    /// Forgets a review.
    pub(super) fn forget(&self, review: Id, items: impl IntoIterator<Item = Id>) {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let before = all.reviews.remove(&review);
        all.count(before, u64::saturating_sub);
        for item in items {
            all.items.remove(&item);
        }
    }

    /// How many alerts, and how many reviews of payments, wait for somebody.
    pub(super) fn open(&self) -> (u64, u64) {
        self.all.read().unwrap_or_else(PoisonError::into_inner).open
    }
}
