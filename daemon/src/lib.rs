// SPDX-License-Identifier: MIT

//! The daemon of QENEX: it makes the journal of the ledger in the kernel durable, brings the ledger back, and serves it over
//! HTTP to people and programs.
//!
//! Kernel memory holds the accounts and is gone with the power; the journal is its exact history. What has been written
//! to the store is never lost again, what is in the store is never believed unchecked, and everything else (snapshots,
//! tables for auditors, statements) follows from the journal in the store and can be made from it anew.
//!
//! One directory for each concept. In it `mod.rs` says what the concept is, `error.rs` what can go wrong:
//!
//! | directory | holds | needs |
//! | --- | --- | --- |
//! | `state/` | the ledger's state, rebuilt and verified entry by entry | nothing else |
//! | `store/` | groups of entries, chained by hash; the `Store` trait, its SQLite backend, the writer thread | nothing else |
//! | `snapshot/` | states saved in files | `state` |
//! | `restore/` | from store and snapshots to the state of now, or of any moment | `state`, `store`, `snapshot` |
//! | `audit/` | the walk from the first entry that believes nothing | `state`, `store` |
//! | `export/` | the journal as one portable file | `state`, `store` |
//! | `backup/` | a copy of a store that is in use | `store`, `audit` |
//! | `books/` | tables for plain SQL, made from the journal | `store` |
//! | `history/` | balances of the past, statements, trial balance | `state`, `books` |
//! | `follow/` | keeps state, books and snapshots up to date while the store grows | all of these |
//! | `drain/` | from the kernel's journal to the store and back with the acknowledgement | `store` |
//! | `bank/` | a ledger to ask and to change, at most once for each id; threads with bounded queues | `books`, `follow`, `drain` |
//! | `beside/` | databases that do not follow from the journal: opened, checked, copied alike | nothing else |
//! | `people/` | users, roles, sessions, approvals, the log of decisions | `beside` |
//! | `payments/` | messages of the banking world: received, judged, executed, answered | `bank`, `beside`, `history`, `qenex-messages` |
//! | `risk/` | payments judged before and after, reviews, labels, models, rules | `bank`, `people`, `store`, `qenex-risk` |
//! | `metrics/` | what is counted and measured | nothing else |
//! | `api/` | the HTTP API, see `API.md` | `bank`, `people`, `history`, `metrics`, `config.rs` |
//! | `serve/` | being the daemon: restore the kernel, then drain its journal and serve the API | all of these, `drain` |
//! | `config.rs`, `logging.rs` | the configuration; where what happens is written | `people` |
//! | `synthetic.rs` | made-up journals for benchmarks and tests | `state` |

#![forbid(unsafe_code)]

pub mod api;
pub mod audit;
pub mod backup;
pub mod bank;
pub mod beside;
pub mod books;
pub mod config;
pub mod drain;
pub mod export;
pub mod follow;
pub mod history;
pub mod logging;
pub mod metrics;
pub mod payments;
pub mod people;
pub mod restore;
pub mod risk;
pub mod serve;
pub mod snapshot;
pub mod state;
pub mod store;
pub mod synthetic;
