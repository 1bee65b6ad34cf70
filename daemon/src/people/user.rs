// SPDX-License-Identifier: MIT

//! Users.

use rusqlite::{OptionalExtension, Row, Transaction};

use super::decision::record;
use super::store::{loaded, stored};
use super::{Actor, PeopleError, PeopleStore, Role, What};

/// The first owner number that no Unix user has: those from 2^31 on are not given to Unix users.
pub const OWNER_FIRST: u32 = 1 << 31;
/// The last one; -1 and -2 as a Unix uid mean nobody.
pub const OWNER_LAST: u32 = u32::MAX - 2;

/// Somebody who may log in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct User {
    /// Unique, and never given to somebody else.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Whose accounts in the ledger are theirs.
    pub owner: u32,
    /// Whether they may log in.
    pub enabled: bool,
    /// When they were added, nanoseconds since 1970-01-01 UTC.
    pub created: u64,
}

/// A user to be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// See [`check_name`].
    pub name: String,
    /// What they are.
    pub role: Role,
    /// A Unix uid that they are; without it they get a number that no Unix user has.
    pub uid: Option<u32>,
    /// PHC string of the password.
    pub password: String,
    /// The idempotency key, so that a retry is known as such.
    pub request: Option<[u8; 16]>,
}

/// What to change of a user; nothing where it is `None`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct UserChange<'a> {
    /// The new role.
    pub role: Option<Role>,
    /// Whether they may log in; their sessions end when not.
    pub enabled: Option<bool>,
    /// The PHC string of the new password.
    pub password: Option<&'a str>,
}

/// Checks that a text can be the name of a user.
///
/// # Errors
///
/// [`PeopleError::BadName`].
pub fn check_name(name: &str) -> Result<(), PeopleError> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    let begins = name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit());
    match begins && name.len() <= 64 && name.bytes().all(allowed) {
        true => Ok(()),
        false => Err(PeopleError::BadName),
    }
}

const COLUMNS: &str = "SELECT name, role, owner, enabled, created FROM user";

fn read(row: &Row<'_>) -> rusqlite::Result<User> {
    let role: String = row.get(1)?;
    Ok(User {
        name: row.get(0)?,
        // The table allows no other.
        role: Role::from_name(&role).ok_or(rusqlite::Error::InvalidQuery)?,
        owner: row.get(2)?,
        enabled: row.get(3)?,
        created: loaded(row.get(4)?),
    })
}

fn find(connection: &rusqlite::Connection, name: &str) -> Result<Option<User>, PeopleError> {
    let mut query = connection.prepare_cached(&format!("{COLUMNS} WHERE name = ?"))?;
    Ok(query.query_row([name], read).optional()?)
}

impl PeopleStore {
    /// Adds a user. A retry with the same `request` and the same content returns the user that is there.
    /// `owners_from` is the lowest number that may be given to somebody who is no Unix user: all of the ledger's are below.
    ///
    /// # Errors
    ///
    /// [`PeopleError::BadName`], [`PeopleError::UserExists`], [`PeopleError::BadOwner`], [`PeopleError::OtherRequest`].
    pub fn add_user(&mut self, new: &NewUser, owners_from: u32, actor: &Actor, now: u64) -> Result<User, PeopleError> {
        check_name(&new.name)?;
        let iterations = self.policy.iterations;
        let change = self.change()?;
        if let Some(request) = new.request {
            let sql = format!("{COLUMNS} WHERE request = ?");
            if let Some(user) = change.query_row(&sql, [request], read).optional()? {
                let same_owner = new.uid.map_or(user.owner >= OWNER_FIRST, |uid| uid == user.owner);
                let same = user.name == new.name && user.role == new.role && same_owner;
                return if same { Ok(user) } else { Err(PeopleError::OtherRequest) };
            }
        }
        if find(&change, &new.name)?.is_some() {
            return Err(PeopleError::UserExists(new.name.clone()));
        }
        let owner = give_owner(&change, new.uid, owners_from)?;
        change.execute(
            "INSERT INTO user (name, role, owner, password, iterations, enabled, created, request)
             VALUES (?, ?, ?, ?, ?, 1, ?, ?)",
            (&new.name, new.role.name(), owner, &new.password, iterations, stored(now), new.request),
        )?;
        let details = format!("role {}, owner {owner}", new.role.name());
        record(&change, now, What::UserAdded, actor, &new.name, &details)?;
        change.commit()?;
        self.user(&new.name)
    }

    /// The user with this name.
    ///
    /// # Errors
    ///
    /// [`PeopleError::NoUser`].
    pub fn user(&self, name: &str) -> Result<User, PeopleError> {
        find(&self.connection, name)?.ok_or_else(|| PeopleError::NoUser(name.into()))
    }

    /// Up to `most` users with names after `after`, by name.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn users(&self, after: &str, most: usize) -> Result<Vec<User>, PeopleError> {
        let mut query = self.connection.prepare_cached(&format!("{COLUMNS} WHERE name > ? ORDER BY name LIMIT ?"))?;
        let users = query.query_map((after, most), read)?;
        Ok(users.collect::<Result<_, _>>()?)
    }

    /// Changes a user: all of it or nothing. To change nothing is allowed, so that a retry succeeds.
    ///
    /// # Errors
    ///
    /// [`PeopleError::NoUser`]; [`PeopleError::LastAdmin`] if nobody were left who can change it back.
    pub fn change_user(
        &mut self,
        name: &str,
        wanted: UserChange<'_>,
        actor: &Actor,
        now: u64,
    ) -> Result<User, PeopleError> {
        let iterations = self.policy.iterations;
        let change = self.change()?;
        let before = find(&change, name)?.ok_or_else(|| PeopleError::NoUser(name.into()))?;
        let after = User {
            role: wanted.role.unwrap_or(before.role),
            enabled: wanted.enabled.unwrap_or(before.enabled),
            ..before.clone()
        };
        if after == before && wanted.password.is_none() {
            return Ok(before);
        }
        if let Some(password) = wanted.password {
            write_password(&change, name, password, iterations)?;
            record(&change, now, What::PasswordChanged, actor, name, "")?;
        }
        let sql = "UPDATE user SET role = ?, enabled = ? WHERE name = ?";
        change.execute(sql, (after.role.name(), after.enabled, name))?;
        let admins = "SELECT count(*) FROM user WHERE role = 'admin' AND enabled";
        if change.query_row(admins, [], |row| row.get::<_, i64>(0))? == 0 {
            return Err(PeopleError::LastAdmin);
        }
        // What they may do, or how they prove who they are, has changed: they log in again.
        change.execute("DELETE FROM session WHERE user = ?", [name])?;
        if after != before {
            let details = format!("role {}, {}", after.role.name(), if after.enabled { "enabled" } else { "disabled" });
            record(&change, now, What::UserChanged, actor, name, &details)?;
        }
        change.commit()?;
        Ok(after)
    }

    /// Sets a password, given as its PHC string, and ends all sessions of the user but `kept`.
    ///
    /// # Errors
    ///
    /// [`PeopleError::NoUser`].
    pub fn set_password(
        &mut self,
        name: &str,
        password: &str,
        kept: Option<&super::Session>,
        actor: &Actor,
        now: u64,
    ) -> Result<(), PeopleError> {
        let iterations = self.policy.iterations;
        let change = self.change()?;
        write_password(&change, name, password, iterations)?;
        let kept = kept.map_or([0; 32], |session| session.token);
        change.execute("DELETE FROM session WHERE user = ? AND token <> ?", (name, kept))?;
        record(&change, now, What::PasswordChanged, actor, name, "")?;
        Ok(change.commit()?)
    }

    /// Forgets the failed logins of a user.
    ///
    /// # Errors
    ///
    /// [`PeopleError::NoUser`].
    pub fn unlock(&mut self, name: &str, actor: &Actor, now: u64) -> Result<(), PeopleError> {
        let change = self.change()?;
        find(&change, name)?.ok_or_else(|| PeopleError::NoUser(name.into()))?;
        Self::forget_attempts(&change, name)?;
        record(&change, now, What::Unlocked, actor, name, "")?;
        Ok(change.commit()?)
    }
}

fn write_password(change: &Transaction<'_>, name: &str, password: &str, iterations: u32) -> Result<(), PeopleError> {
    let sql = "UPDATE user SET password = ?, iterations = ? WHERE name = ?";
    match change.execute(sql, (password, iterations, name))? {
        0 => Err(PeopleError::NoUser(name.into())),
        _ => Ok(()),
    }
}

/// An owner number that nobody had before.
fn give_owner(change: &Transaction<'_>, uid: Option<u32>, from: u32) -> Result<u32, PeopleError> {
    let owner = match uid {
        // Root is an operator of the ledger, and owns the cash accounts.
        Some(uid) if uid == 0 || uid >= OWNER_FIRST => return Err(PeopleError::BadOwner(uid)),
        Some(uid) => uid,
        None => {
            let last: Option<u32> = change.query_row("SELECT max(owner) FROM owner_given", [], |row| row.get(0))?;
            let next = last.filter(|last| *last >= OWNER_FIRST).map_or(OWNER_FIRST, |last| last.saturating_add(1));
            next.max(from)
        }
    };
    if owner > OWNER_LAST || change.execute("INSERT OR IGNORE INTO owner_given VALUES (?)", [owner])? == 0 {
        return Err(PeopleError::BadOwner(owner));
    }
    Ok(owner)
}
