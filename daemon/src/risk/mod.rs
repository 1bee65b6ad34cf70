// SPDX-License-Identifier: MIT

//! Risk: payments are judged before they are posted, and everything else right after; what looks bad is held until somebody
//! has looked at it; what becomes known makes the models better.
//!
//! The judgement itself is that of the library `qenex-risk`. Here is what a bank needs around it:
//!
//! | file | holds |
//! | --- | --- |
//! | `guard.rs` | what all share, and the judgement before a payment is posted |
//! | `pay.rs` | payments: posted, or held and put into the queue |
//! | `verdict.rs` | what analysts decide, carried out once; labels |
//! | `follow.rs` | following the journal: history, judgement after the fact, freezing accounts |
//! | `mind.rs` | examples, drift, the first payments of a new champion |
//! | `train.rs` | models: loaded, trained, tried out, promoted, taken back |
//! | `report.rs` | why, and how good: for people |
//! | `credit.rs` | lending |
//! | `rules.rs` | rules: replaced while payments go on, tried on the past |
//! | `reviews.rs` | which ids belong to reviews |
//! | `settings.rs` | what can be configured |
//! | `store/` | the database, `risk.sqlite` |
//!
//! # At most once
//!
//! A payment that is held keeps its id: the hold has it. So the ledger itself sees to it that the payment is not made beside
//! the hold, whatever becomes of the database here. The posting that an analyst allows has an id that follows from it.

mod credit;
mod error;
mod follow;
mod guard;
mod mind;
mod pay;
mod report;
mod reviews;
mod rules;
mod settings;
mod store;
mod train;
mod verdict;

pub use credit::Applications;
pub use error::RiskError;
pub use guard::Risk;
pub use pay::{Ask, Paid};
pub use report::{Plot, Report};
pub use reviews::Known;
pub use rules::{read_again, try_rules};
pub use settings::{Freeze, Learn, RiskSettings};
pub use store::{
    DATABASE, Item, JudgedRow, NewReview, Review, ReviewFilter, ReviewKind, ReviewState, RiskStore, StoredModel,
    StoredRules,
};
pub use train::{Models, Training};
pub use verdict::verdict_id;
