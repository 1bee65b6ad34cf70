// SPDX-License-Identifier: MIT OR GPL-2.0

//! The QENEX ledger: accounts, postings and the rules between them.
//!
//! This crate knows nothing of devices, user memory or the kernel: it is handed checked structs, the caller's rights and
//! the time, and answers with results. Kbuild compiles it into the module; Cargo compiles the same source for tests and
//! benchmarks on the host. What differs between the two is in [`sync`](self) alone.
//!
//! From the outside in:
//!
//! | file | holds |
//! | --- | --- |
//! | `ledger.rs` | the whole: configuration and the calls |
//! | `open.rs` | opening an account |
//! | `update.rs` | changing an account's state, limits and owner |
//! | `read.rs` | reading accounts at one instant |
//! | `history.rs` | reading what is on record |
//! | `batch.rs` | cutting a batch into chains and single items |
//! | `group.rs` | running a group of items: lock, check, commit |
//! | `post.rs` | the same for the commonest group, one immediate transfer, without the room for more |
//! | `rules.rs` | what one item may do: every check, in order of precedence |
//! | `repeat.rs` | comparing a retry with what is on record |
//! | `account.rs`, `accounts.rs` | one account; the table of all |
//! | `spending.rs` | limits on what may be spent in a window of time |
//! | `holds.rs`, `expiry.rs` | the open holds; those whose time has come |
//! | `index.rs` | from ids to what is on record |
//! | `restore.rs` | giving a saved state back to an empty ledger |
//! | `locks.rs` | sets of locks and their order |
//! | `journal.rs`, `checksum.rs` | the ring of accepted changes |
//! | `sync.rs`, `cpu.rs` | locks, atomics and memory; two instructions |
//! | `kunit.rs` | tests that run inside the kernel |

#![cfg_attr(not(CONFIG_RUST), no_std)]

mod account;
mod accounts;
mod batch;
mod checksum;
mod consistency;
mod cpu;
mod expiry;
mod group;
mod history;
mod holds;
mod index;
mod journal;
#[cfg(all(CONFIG_RUST, qenex_kunit))]
pub mod kunit;
mod ledger;
mod locks;
mod open;
mod post;
mod read;
mod repeat;
mod restore;
mod rules;
mod spending;
mod sync;
mod update;

pub use account::Caller;
pub use batch::{Batch, Done};
pub use ledger::{Config, ConfigError, Counts, Ledger};
pub use sync::OutOfMemory;
