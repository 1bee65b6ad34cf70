// SPDX-License-Identifier: MIT

//! People: who they are, what they may do, and what was decided about them.
//!
//! Users, their sessions, failed logins, approvals by a second person and the log of decisions are in a database of their
//! own in the store's directory, `people.sqlite`. It is made durable with every change (`synchronous=FULL`), because a
//! lockout or an approval must not be undone by a power cut.
//!
//! | file | holds |
//! | --- | --- |
//! | `role.rs` | the roles and the one table of who may do what |
//! | `user.rs` | users and their owner numbers |
//! | `password.rs` | PBKDF2 and the strings it is stored in |
//! | `attempts.rs` | failed logins within a sliding window |
//! | `session.rs` | logins and their tokens |
//! | `approval.rs` | what a second person must approve |
//! | `decision.rs` | the log of decisions, chained by hash |
//! | `peer.rs` | who is at the other end of a connection |
//! | `store.rs` | the database |
//!
//! # Owner numbers
//!
//! An account in the ledger belongs to a number: the uid of a Unix user, who may use the device directly, or a number from
//! [`OWNER_FIRST`] on, which no Unix user has. Each user has one of either; a customer sees and debits the accounts of
//! their own number only.

mod approval;
mod attempts;
mod decision;
mod error;
pub mod password;
mod peer;
mod role;
mod session;
mod store;
mod user;

pub use approval::{Approval, ApprovalState};
pub use attempts::Attempt;
pub use decision::{Decision, DecisionError, DecisionHead, What, verify_decisions};
pub use error::PeopleError;
pub use password::Secret;
pub use peer::Peer;
pub use role::{Reach, Right, Role, reach};
pub use session::{Login, Session};
pub use store::{DATABASE, PeopleStore, Policy};
pub use user::{NewUser, OWNER_FIRST, OWNER_LAST, User, UserChange, check_name};

/// Who does something, and from where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actor {
    /// Name of the user.
    pub user: String,
    /// The other end of the connection.
    pub peer: Peer,
}

/// Nanoseconds since 1970-01-01 UTC.
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
