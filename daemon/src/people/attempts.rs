// SPDX-License-Identifier: MIT

//! Failed logins: so many per user, and so many per peer, within an exact sliding window that survives a restart.
//!
//! An attempt is noted before its password is checked, so that attempts at the same time cannot be more than are allowed.
//! One that succeeds is struck out again.

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::decision::record;
use super::store::{loaded, nanoseconds, stored};
use super::{Actor, PeopleError, PeopleStore, What};

/// An attempt to log in whose password is yet to be checked.
#[derive(Debug)]
pub struct Attempt {
    pub(super) number: i64,
    pub(super) actor: Actor,
    /// The stored password, if there is such a user and they may log in.
    pub stored: Option<String>,
    /// Rounds of PBKDF2 that the check is to take at least.
    pub work: u32,
}

pub(super) fn user_key(name: &str) -> [u8; 32] {
    Sha256::digest(name).into()
}

/// Failed and pending attempts by one key, and when the one leaves the window that must for another to be allowed.
struct Counted {
    failed: u32,
    pending: u32,
    /// Time of the oldest that counts, nanoseconds since 1970-01-01 UTC.
    deciding: u64,
}

fn count(
    connection: &Connection,
    column: &str,
    key: &dyn rusqlite::ToSql,
    since: u64,
    allowed: u32,
) -> Result<Counted, PeopleError> {
    let sql = format!("SELECT at, pending FROM attempt WHERE {column} = ? AND at > ? ORDER BY at DESC");
    let mut query = connection.prepare_cached(&sql)?;
    let mut rows = query.query(params![key, stored(since)])?;
    let mut counted = Counted { failed: 0, pending: 0, deciding: 0 };
    while let Some(row) = rows.next()? {
        if row.get(1)? {
            counted.pending += 1;
            continue;
        }
        counted.failed += 1;
        if counted.failed == allowed {
            counted.deciding = loaded(row.get(0)?);
        }
    }
    Ok(counted)
}

impl PeopleStore {
    /// Attempts that were being checked when the daemon ended count as failed.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn fail_pending_attempts(&mut self) -> Result<(), PeopleError> {
        self.connection.execute("UPDATE attempt SET pending = 0 WHERE pending", [])?;
        Ok(())
    }

    /// Begins to let somebody in.
    ///
    /// # Errors
    ///
    /// [`PeopleError::LockedOut`] after too many failed attempts, which is recorded; [`PeopleError::LoginsPending`] if
    /// others that may yet fail are being checked.
    pub fn begin_login(&mut self, actor: &Actor, now: u64) -> Result<Attempt, PeopleError> {
        let policy = self.policy;
        let window = nanoseconds(policy.window);
        let since = now.saturating_sub(window);
        let (user, peer) = (user_key(&actor.user), actor.peer.key());
        let change = self.change()?;
        change.execute("DELETE FROM attempt WHERE at <= ?", [stored(since)])?;
        let of_user = count(&change, "user", &user, since, policy.attempts)?;
        let of_peer = count(&change, "peer", &peer, since, policy.attempts)?;
        if of_user.failed >= policy.attempts || of_peer.failed >= policy.attempts {
            let free = of_user.deciding.max(of_peer.deciding).saturating_add(window);
            let seconds = free.saturating_sub(now).div_ceil(1_000_000_000).max(1);
            // Whose name it is may be a password in the wrong field: it is recorded only if there is such a user.
            let known: bool =
                change.query_row("SELECT count(*) FROM user WHERE name = ?", [&actor.user], |row| row.get(0))?;
            let actor = if known { actor.clone() } else { nobody(actor) };
            record(&change, now, What::LockedOut, &actor, &actor.user, &format!("for {seconds} s"))?;
            change.commit()?;
            return Err(PeopleError::LockedOut { seconds });
        }
        if [of_user, of_peer].iter().any(|counted| counted.failed + counted.pending >= policy.attempts) {
            return Err(PeopleError::LoginsPending);
        }
        change
            .execute("INSERT INTO attempt (user, peer, at, pending) VALUES (?, ?, ?, 1)", (user, &peer, stored(now)))?;
        let number = change.last_insert_rowid();
        let stored: Option<String> = {
            let mut query = change.prepare_cached("SELECT password FROM user WHERE name = ? AND enabled")?;
            let mut rows = query.query([&actor.user])?;
            rows.next()?.map(|row| row.get(0)).transpose()?
        };
        let highest: u32 = change.query_row("SELECT coalesce(max(iterations), 0) FROM user", [], |row| row.get(0))?;
        change.commit()?;
        Ok(Attempt { number, actor: actor.clone(), stored, work: highest.max(policy.iterations) })
    }

    /// The password was wrong.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn refuse_login(&mut self, attempt: &Attempt, now: u64) -> Result<(), PeopleError> {
        let change = self.change()?;
        change.execute("UPDATE attempt SET pending = 0, at = ? WHERE number = ?", (stored(now), attempt.number))?;
        let actor = if attempt.stored.is_some() { attempt.actor.clone() } else { nobody(&attempt.actor) };
        record(&change, now, What::LoginRefused, &actor, &actor.user, "")?;
        Ok(change.commit()?)
    }

    /// The password was right, but this was no login: strikes the attempt out.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn withdraw(&mut self, attempt: &Attempt) -> Result<(), PeopleError> {
        self.connection.execute("DELETE FROM attempt WHERE number = ?", [attempt.number])?;
        Ok(())
    }

    /// Forgets the failed attempts of a user.
    pub(super) fn forget_attempts(change: &rusqlite::Transaction<'_>, user: &str) -> Result<(), PeopleError> {
        change.execute("DELETE FROM attempt WHERE user = ? AND NOT pending", [user_key(user)])?;
        Ok(())
    }
}

/// Somebody whose name is not known.
fn nobody(actor: &Actor) -> Actor {
    Actor { user: "(unknown)".into(), peer: actor.peer }
}
