// SPDX-License-Identifier: MIT

//! Why something about people cannot be done.

use thiserror::Error;

use crate::beside::BesideError;
use crate::store::sqlite::remedy;

/// Why something about people cannot be done. Nothing was changed.
#[derive(Debug, Error)]
pub enum PeopleError {
    /// Name or password is wrong, or there is no such user, or they are disabled. Which one is not told.
    #[error("user name or password is wrong")]
    WrongPassword,
    /// Too many failed logins.
    #[error("too many failed logins; wait {seconds} s, or ask an administrator to unlock")]
    LockedOut {
        /// Until the next attempt is allowed.
        seconds: u64,
    },
    /// As many logins as may still fail are being checked.
    #[error("earlier logins are still being checked")]
    LoginsPending,
    /// No such user.
    #[error("there is no user {0}")]
    NoUser(String),
    /// The name is taken.
    #[error("there is a user {0} already")]
    UserExists(String),
    /// The name is not a name.
    #[error("a user name is 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit")]
    BadName,
    /// The password is too short or too long.
    #[error("a password has {min} to {max} characters")]
    BadPassword {
        /// Fewest.
        min: usize,
        /// Most.
        max: usize,
    },
    /// The owner number is not for users.
    #[error("owner number {0} is taken, or not one that a user can have")]
    BadOwner(u32),
    /// No such approval.
    #[error("there is no such approval")]
    NoApproval,
    /// The one who asks cannot approve.
    #[error("whoever asks for something cannot approve it; another user must")]
    OwnRequest,
    /// It was decided before.
    #[error("this was {0} before")]
    Decided(&'static str),
    /// The same key was used for something else.
    #[error("this idempotency key was used for another request")]
    OtherRequest,
    /// The last administrator would go.
    #[error("this is the last administrator: nobody could let others in again")]
    LastAdmin,
    /// A stored password hash cannot be read.
    #[error("the stored password of {0} cannot be read; set a new one")]
    StoredPassword(String),
    /// The database says no.
    #[error("the database of people cannot go on ({0}): {remedy}", remedy = remedy(.0, super::DATABASE.file))]
    Sqlite(#[from] rusqlite::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] BesideError),
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
}
