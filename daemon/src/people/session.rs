// SPDX-License-Identifier: MIT

//! Sessions: a login, and the token that stands for it.
//!
//! A token is 256 random bits. Only its SHA-256 is stored, so that nobody who reads the database can log in. It is good
//! from the peer that logged in, until it expires or is revoked, while its user is enabled.

use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::decision::record;
use super::store::{loaded, nanoseconds, stored};
use super::{Actor, Attempt, Peer, PeopleError, PeopleStore, Role, What};

/// Most sessions of one user; with one more the oldest ends.
const MOST: i64 = 256;
/// Hexadecimal digits of a token.
const DIGITS: usize = 64;

/// A valid session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Name of the user.
    pub user: String,
    /// Their role now.
    pub role: Role,
    /// Their owner number.
    pub owner: u32,
    /// When it ends, nanoseconds since 1970-01-01 UTC.
    pub expires: u64,
    pub(super) token: [u8; 32],
}

/// A new session with its token, which is told only once.
#[derive(Debug)]
pub struct Login {
    /// The session.
    pub session: Session,
    /// The token, 64 hexadecimal digits.
    pub token: super::Secret,
}

/// What is stored of a token; nothing if it cannot be one.
fn stored_token(token: &str) -> Option<[u8; 32]> {
    let well_formed = token.len() == DIGITS && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    well_formed.then(|| Sha256::digest(token).into())
}

impl PeopleStore {
    /// The password was right: lets the user in, with a stronger hash of the password if there is one.
    ///
    /// # Errors
    ///
    /// [`PeopleError::WrongPassword`] if the user was disabled meanwhile, or the password changed.
    pub fn accept_login(&mut self, attempt: &Attempt, rehashed: Option<&str>, now: u64) -> Result<Login, PeopleError> {
        let policy = self.policy;
        let mut random = [0_u8; DIGITS / 2];
        getrandom::fill(&mut random)?;
        let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let expires = now.saturating_add(nanoseconds(policy.session));
        let name = &attempt.actor.user;
        let change = self.change()?;
        let sql = "SELECT role, owner FROM user WHERE name = ? AND enabled AND password = ?";
        let found: Option<(String, u32)> =
            change.query_row(sql, (name, &attempt.stored), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (role, owner) = found.ok_or(PeopleError::WrongPassword)?;
        let role = Role::from_name(&role).ok_or(PeopleError::WrongPassword)?;
        if let Some(rehashed) = rehashed {
            let sql = "UPDATE user SET password = ?, iterations = ? WHERE name = ?";
            change.execute(sql, (rehashed, policy.iterations, name))?;
        }
        change.execute("DELETE FROM attempt WHERE number = ?", [attempt.number])?;
        change.execute("DELETE FROM session WHERE expires <= ?", [stored(now)])?;
        change.execute(
            "DELETE FROM session WHERE token IN
                (SELECT token FROM session WHERE user = ? ORDER BY begun DESC LIMIT -1 OFFSET ?)",
            (name, MOST - 1),
        )?;
        let hashed: [u8; 32] = Sha256::digest(&token).into();
        let peer = attempt.actor.peer;
        change.execute(
            "INSERT INTO session (token, user, peer, process, begun, expires) VALUES (?, ?, ?, ?, ?, ?)",
            (hashed, name, peer.key(), peer.process(), stored(now), stored(expires)),
        )?;
        record(&change, now, What::Login, &attempt.actor, name, "")?;
        change.commit()?;
        let session = Session { user: name.clone(), role, owner, expires, token: hashed };
        Ok(Login { session, token: super::Secret::new(token) })
    }

    /// The session that `token` stands for, if it is good now and from `peer`.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn session(&self, token: &str, peer: &Peer, now: u64) -> Result<Option<Session>, PeopleError> {
        // A look-up by hash: how long it takes says nothing of the token.
        let Some(hashed) = stored_token(token) else { return Ok(None) };
        let mut query = self.connection.prepare_cached(
            "SELECT user.name, user.role, user.owner, session.expires FROM session JOIN user ON user.name = session.user
              WHERE session.token = ? AND session.peer = ? AND session.expires > ? AND user.enabled",
        )?;
        let found: Option<(String, String, u32, i64)> = query
            .query_row((hashed, peer.key(), stored(now)), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        Ok(found.and_then(|(user, role, owner, expires)| {
            let role = Role::from_name(&role)?;
            Some(Session { user, role, owner, expires: loaded(expires), token: hashed })
        }))
    }

    /// Whether a session found before is good still.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn is_good(&self, session: &Session, now: u64) -> Result<bool, PeopleError> {
        let mut query = self.connection.prepare_cached(
            "SELECT count(*) FROM session JOIN user ON user.name = session.user
              WHERE session.token = ? AND session.expires > ? AND user.enabled",
        )?;
        Ok(query.query_row((session.token, stored(now)), |row| row.get(0))?)
    }

    /// Logs out.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn end_session(&mut self, session: &Session, actor: &Actor, now: u64) -> Result<(), PeopleError> {
        let change = self.change()?;
        if change.execute("DELETE FROM session WHERE token = ?", [session.token])? > 0 {
            record(&change, now, What::Logout, actor, &session.user, "")?;
        }
        Ok(change.commit()?)
    }

    /// Ends all sessions of `user`. Returns how many there were.
    ///
    /// # Errors
    ///
    /// [`PeopleError::NoUser`].
    pub fn end_sessions_of(&mut self, user: &str, actor: &Actor, now: u64) -> Result<usize, PeopleError> {
        self.user(user)?;
        let change = self.change()?;
        let ended = change.execute("DELETE FROM session WHERE user = ?", [user])?;
        record(&change, now, What::SessionsEnded, actor, user, &format!("{ended}"))?;
        change.commit()?;
        Ok(ended)
    }
}
