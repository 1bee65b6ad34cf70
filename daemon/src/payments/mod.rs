// SPDX-License-Identifier: MIT

//! Messages that move money: received, judged, executed, answered.
//!
//! A message goes through these steps, each of which is durable before the next one begins, so that a restart goes on where a
//! crash has interrupted, and nothing is done twice:
//!
//! 1. It is judged (`content.rs`), what it asks for is planned (`plan/`), and both are stored, with the text as it came.
//!    Refused messages are stored, too, with what is wrong with them.
//! 2. Each of its payments is posted in the ledger under an id that follows from the identifiers in the message, and is
//!    noted when the ledger has made it durable (`execute.rs`).
//! 3. The answers are made and stored together with the state of the message (`answer/`): to the customer a pain.002, to
//!    other banks pacs.002, pacs.004 and camt.029, and what goes on to them as pacs.008 and pacs.003.
//!
//! All of this is done by one [`Clerk`] on one thread. What waits for its day, or for the daemon to be back, is taken up by
//! [`Clerk::work`].
//!
//! | file | holds |
//! | --- | --- |
//! | `house.rs` | which bank this is |
//! | `content.rs` | judging and reading what came |
//! | `plan/` | what each kind of message asks of the ledger |
//! | `execute.rs` | posting it |
//! | `answer/` | the answers, and what goes to other banks |
//! | `decide.rs` | decisions of operators: recalls, mandates |
//! | `refund.rs` | collections given back to their debtors |
//! | `report.rs` | statements (camt.053) and notifications (camt.054) |
//! | `reason.rs` | why not, in the codes of ISO 20022 |
//! | `time_limit.rs` | until when payments may be sent back or asked back |
//! | `store/` | the database of messages |
//! | `clerk.rs` | who does it |
//! | `interruption.rs` | for tests: a crash at a chosen step |

mod answer;
mod clerk;
mod content;
mod decide;
mod error;
mod execute;
mod house;
mod interruption;
mod plan;
mod reason;
mod refund;
mod report;
pub mod store;
mod time_limit;

pub use clerk::{Clerk, Handed};
pub use content::{Business, business};
pub use decide::{Amendment, Decision, NewMandate};
pub use error::PaymentError;
pub use house::House;
pub use interruption::Interruption;
pub use report::{Archive, Report};
pub use store::DATABASE;
