// SPDX-License-Identifier: MIT

//! Reading what people write for ids, currencies and users.

use nix::unistd::User;
use qenex_abi::{Currency, Id};
use uuid::Uuid;

/// Reads an id: a UUID with hyphens, or a decimal number below 2^128. [`crate::names::id`] writes it.
pub(crate) fn id(text: &str) -> Result<Id, String> {
    let value = if text.contains('-') {
        Uuid::try_parse(text).ok().map(|uuid| uuid.as_u128())
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    };
    match value {
        None => Err("write a UUID such as 3fa85f64-5717-4562-b3fc-2c963f66afa6, or a number".to_string()),
        Some(0) => Err("zero means that there is none".to_string()),
        Some(value) => Ok(Id::from_u128(value)),
    }
}

/// Reads a currency: its alphabetic or numeric ISO 4217 code.
pub(crate) fn currency(text: &str) -> Result<&'static Currency, String> {
    Currency::from_alpha(text)
        .or_else(|| Currency::from_numeric(text.parse().ok()?))
        .ok_or_else(|| "write an ISO 4217 code in use, in upper case, such as USD".to_string())
}

/// Reads a user: a uid, or a name that the system knows.
pub(crate) fn owner(text: &str) -> Result<u32, String> {
    if let Ok(uid) = text.parse() {
        return Ok(uid);
    }
    match User::from_name(text) {
        Ok(Some(user)) => Ok(user.uid.as_raw()),
        Ok(None) => Err("there is no user of this name".to_string()),
        Err(errno) => Err(format!("cannot look up the user: {}", errno.desc())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;

    #[test]
    fn ids() {
        assert_eq!(id("7"), Ok(Id { low: 7, high: 0 }));
        assert_eq!(id("18446744073709551616"), Ok(Id { low: 0, high: 1 }));
        assert_eq!(id("00000000-0000-0001-0000-000000000002"), Ok(Id { low: 2, high: 1 }));
        assert_eq!(
            id("3FA85F64-5717-4562-B3FC-2C963F66AFA6").map(Id::to_u128),
            Ok(0x3fa8_5f64_5717_4562_b3fc_2c96_3f66_afa6)
        );
        for text in [
            "",
            "0",
            "00000000-0000-0000-0000-000000000000",
            "-7",
            "+7",
            "abc",
            "3fa85f64",
            "3fa85f64-5717",
            "1-2-3-4-5",
        ] {
            assert!(id(text).is_err(), "{text}");
        }
        assert!(id(&format!("{}0", u128::MAX)).is_err());
    }

    #[test]
    fn ids_read_back_as_written() {
        for value in [1, u128::from(u64::MAX), 1 << 64, u128::MAX, 0x1234 << 100] {
            assert_eq!(id(&names::id(Id::from_u128(value))).map(Id::to_u128), Ok(value));
        }
    }

    #[test]
    fn currencies() {
        assert_eq!(currency("USD").map(|c| c.numeric), Ok(840));
        assert_eq!(currency("840").map(|c| c.alpha), Ok("USD"));
        assert_eq!(currency("008").map(|c| c.alpha), Ok("ALL"));
        for text in ["", "usd", "XXX", "0", "999", "-840"] {
            assert!(currency(text).is_err(), "{text}");
        }
    }

    #[test]
    fn owners() {
        assert_eq!(owner("1000"), Ok(1000));
        assert_eq!(owner("root"), Ok(0));
        assert!(owner("no such user").is_err());
        assert!(owner("4294967296").is_err());
    }
}
