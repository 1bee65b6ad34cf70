// SPDX-License-Identifier: MIT

//! Passwords: PBKDF2-HMAC-SHA256, stored as PHC strings (`$pbkdf2-sha256$i=600000,l=32$salt$hash`).

use std::fmt;

use pbkdf2::password_hash::{CustomizedPasswordHasher, PasswordVerifier, phc::PasswordHash};
use pbkdf2::{Algorithm, Params, Pbkdf2};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::PeopleError;

/// Fewest rounds that can be configured.
pub const FLOOR: u32 = 100_000;
/// Rounds unless configured otherwise.
pub const DEFAULT: u32 = 600_000;
/// Fewest characters of a new password.
pub const MIN: usize = 12;
/// Most characters of a password.
pub const MAX: usize = 256;
/// Bytes of salt.
const SALT: usize = 32;
/// Bytes of hash.
const OUTPUT: usize = 32;

/// A text that is never shown, and wiped when it is dropped.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text over.
    pub fn new(text: String) -> Self {
        Secret(Zeroizing::new(text))
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Checks the length of a new password.
///
/// # Errors
///
/// [`PeopleError::BadPassword`].
pub fn check_length(password: &Secret) -> Result<(), PeopleError> {
    match password.reveal().chars().count() {
        MIN..=MAX => Ok(()),
        _ => Err(PeopleError::BadPassword { min: MIN, max: MAX }),
    }
}

/// The PHC string of a password with a new salt. Takes some tenths of a second.
///
/// # Errors
///
/// [`PeopleError::Random`].
pub fn hash(password: &Secret, iterations: u32) -> Result<String, PeopleError> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt)?;
    let broken = |_| PeopleError::StoredPassword("a new user".into());
    let params = Params::new_with_output_len(iterations.max(FLOOR), OUTPUT).map_err(|_| broken(()))?;
    let hashed: PasswordHash = Pbkdf2::SHA256
        .hash_password_customized(password.reveal().as_bytes(), &salt, None, None, params)
        .map_err(|_| broken(()))?;
    Ok(hashed.to_string())
}

/// Whether `stored` is the PHC string of `password`. Does as much work as `work` rounds at least, whatever is stored, so
/// that the time says nothing of whether there is such a user; `None` stands for no user.
pub fn verify(password: &Secret, stored: Option<&str>, work: u32) -> bool {
    let parsed = stored.and_then(|stored| PasswordHash::new(stored).ok());
    let right = parsed
        .as_ref()
        .is_some_and(|parsed| Pbkdf2::SHA256.verify_password(password.reveal().as_bytes(), parsed).is_ok());
    let done = parsed.as_ref().map_or(0, iterations_of);
    if done < work {
        let rounds = (work - done).max(Params::MIN_ROUNDS);
        if let Ok(params) = Params::new_with_output_len(rounds, OUTPUT) {
            let mut nobody_needs_it = [0; OUTPUT];
            let hasher = Pbkdf2::new(Algorithm::Pbkdf2Sha256, params);
            hasher.hash_password_into(password.reveal().as_bytes(), &[0; SALT], &mut nobody_needs_it);
            std::hint::black_box(nobody_needs_it);
        }
    }
    right
}

/// Whether a stored password took fewer rounds than `iterations`.
pub fn is_weaker(stored: &str, iterations: u32) -> bool {
    PasswordHash::new(stored).is_ok_and(|parsed| iterations_of(&parsed) < iterations)
}

fn iterations_of(parsed: &PasswordHash) -> u32 {
    Params::try_from(parsed).map_or(0, |params| params.rounds())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.into())
    }

    #[test]
    fn stored_and_verified() {
        let stored = hash(&secret("correct horse battery"), FLOOR).expect("randomness");
        assert!(stored.starts_with("$pbkdf2-sha256$i=100000,l=32$"), "{stored}");
        assert!(verify(&secret("correct horse battery"), Some(&stored), 0));
        assert!(!verify(&secret("correct horse batterx"), Some(&stored), 0));
        assert!(!verify(&secret("correct horse battery"), None, 1));
        assert!(!verify(&secret("correct horse battery"), Some("no PHC string"), 1));
    }

    #[test]
    fn below_the_floor_is_the_floor() {
        assert!(hash(&secret("correct horse battery"), 1).expect("randomness").contains("i=100000,"));
    }

    /// RFC 7914 section 11 has this vector for PBKDF2-HMAC-SHA256.
    #[test]
    fn known_vector() {
        let mut out = [0; 64];
        pbkdf2::pbkdf2_hmac::<pbkdf2::sha2::Sha256>(b"Password", b"NaCl", 80_000, &mut out);
        assert_eq!(out[..8], [0x4d, 0xdc, 0xd8, 0xf6, 0x0b, 0x98, 0xbe, 0x21]);
    }

    #[test]
    fn never_shown() {
        assert_eq!(format!("{:?}", secret("hunter2hunter2")), "(secret)");
    }
}
