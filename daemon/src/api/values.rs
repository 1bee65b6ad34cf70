// SPDX-License-Identifier: MIT

//! Values as they are written in JSON and paths.
//!
//! Whatever does not fit exactly into the numbers of JavaScript is a string: amounts, account numbers, sequence numbers,
//! ids. Times are RFC 3339 with up to nine decimals.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use qenex_abi::{Currency, Id};
use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::people::check_name;

/// A value that is a text of one form.
pub(super) trait Text: Sized {
    /// Reads it; the error says what was expected.
    fn read(text: &str) -> Result<Self, String>;
}

macro_rules! text_value {
    ($type:ident, $pattern:expr, $format:expr, $length:expr, $example:expr, $description:expr) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                $type::read(&text).map_err(de::Error::custom)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                let pattern: Option<&str> = $pattern;
                let length: Option<usize> = $length;
                ObjectBuilder::new()
                    .schema_type(SchemaType::new(Type::String))
                    .pattern(pattern)
                    .format($format)
                    .max_length(length)
                    .description(Some($description))
                    .examples([$example])
                    .build()
                    .into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                stringify!($type).into()
            }
        }
    };
}

/// The number of an account, check digits included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct AccountNumber(pub(super) u64);

impl Text for AccountNumber {
    fn read(text: &str) -> Result<Self, String> {
        let digits = (3..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits && !text.starts_with('0'));
        number.map(AccountNumber).ok_or_else(|| "an account number is a string of 3 to 18 digits, like \"292\"".into())
    }
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_value!(
    AccountNumber,
    Some("^[1-9][0-9]{2,17}$"),
    None,
    None,
    "292",
    "Number of an account. Its last two digits are ISO 7064 check digits."
);

/// A sequence number of the journal.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Sequence(pub(super) u64);

impl Text for Sequence {
    fn read(text: &str) -> Result<Self, String> {
        let digits = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        number.map(Sequence).ok_or_else(|| "a sequence number is a string of 1 to 18 digits".into())
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_value!(
    Sequence,
    Some("^[0-9]{1,18}$"),
    None,
    None,
    "17",
    "Sequence number of an entry of the journal: 1 for the first, then without a gap. As a cursor: after this entry."
);

/// An id of the ledger.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct LedgerId(pub(super) Id);

impl Text for LedgerId {
    fn read(text: &str) -> Result<Self, String> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u128::from_str_radix(text, 16).ok().filter(|_| digits);
        number.map(|number| LedgerId(Id::from_u128(number))).ok_or_else(|| "an id is 32 digits 0-9 and a-f".into())
    }
}

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0.to_u128())
    }
}

text_value!(
    LedgerId,
    Some("^[0-9a-f]{32}$"),
    None,
    None,
    "0000000000000000000000000000002a",
    "Id of a change in the ledger, 128 bits."
);

/// The caller's own reference, such as a UETR.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Reference(pub(super) Id);

impl Text for Reference {
    fn read(text: &str) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let hyphens = [8, 13, 18, 23];
        let form = bytes.len() == 36
            && bytes.iter().enumerate().all(|(place, byte)| match hyphens.contains(&place) {
                true => *byte == b'-',
                false => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            });
        let digits: String = text.chars().filter(|digit| *digit != '-').collect();
        match u128::from_str_radix(&digits, 16) {
            Ok(number) if form => Ok(Reference(Id::from_u128(number))),
            _ => Err("a reference is a UUID in lower case".into()),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.0.to_u128());
        write!(f, "{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
    }
}

text_value!(
    Reference,
    Some("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    None,
    None,
    "eb6305c9-1f7f-49de-aed0-16487c27b42d",
    "The caller's own reference, such as the UETR of a payment: 128 bits in the form of a UUID. Recorded, not interpreted."
);

/// A moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Time(pub(super) u64);

impl Text for Time {
    fn read(text: &str) -> Result<Self, String> {
        let parsed: Result<jiff::Timestamp, _> = text.parse();
        let moment = parsed.map_err(|_| "a time is written like 2026-11-22T15:04:05.25Z".to_owned())?;
        // Before 1970 nothing has happened.
        Ok(Time(u64::try_from(moment.as_nanosecond()).unwrap_or(0)))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All nanoseconds that 64 bits hold are moments that jiff knows.
        jiff::Timestamp::from_nanosecond(i128::from(self.0)).map_err(|_| fmt::Error)?.fmt(f)
    }
}

text_value!(
    Time,
    None,
    Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)),
    None,
    "2026-11-22T15:04:05.123456789Z",
    "A moment, RFC 3339 with up to nine decimals."
);

/// An amount as it came, to be read when its currency is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Amount(pub(super) String);

impl Text for Amount {
    fn read(text: &str) -> Result<Self, String> {
        // White space is no part of an amount, whatever a person might think of it.
        match text.len() <= 32 && !text.contains(char::is_whitespace) {
            true => Ok(Amount(text.into())),
            false => Err("an amount is a string like \"100.00\", without spaces".into()),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_value!(
    Amount,
    Some(r"^[0-9]{1,20}(\.[0-9]{1,4})?$"),
    None,
    None,
    "250.00",
    "An amount in units of its currency, never negative, with no more decimals than the currency has."
);

/// A balance, which may be negative.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Balance(pub(super) String);

impl Text for Balance {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Balance(text.into()))
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_value!(
    Balance,
    Some(r"^-?[0-9]{1,39}(\.[0-9]{1,4})?$"),
    None,
    None,
    "-12.50",
    "A balance in units of its currency, negative if more was debited than credited, with all decimals of the currency."
);

/// The code of a currency. Whether there is such a currency is for the ledger's rules.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct CurrencyCode(pub(super) [u8; 3]);

impl Text for CurrencyCode {
    fn read(text: &str) -> Result<Self, String> {
        let letters = text.as_bytes().try_into().ok().filter(|code: &[u8; 3]| code.iter().all(u8::is_ascii_uppercase));
        letters.map(CurrencyCode).ok_or_else(|| "a currency is an ISO 4217 code in upper case, like \"USD\"".into())
    }
}

impl CurrencyCode {
    /// The currency, if there is one with this code.
    pub(super) fn known(self) -> Option<&'static Currency> {
        Currency::from_alpha(std::str::from_utf8(&self.0).ok()?)
    }

    /// The code of a numeric one; three X if it is not known any more.
    pub(super) fn from_numeric(numeric: u32) -> CurrencyCode {
        let code = Currency::from_numeric(numeric).and_then(|currency| currency.alpha.as_bytes().try_into().ok());
        CurrencyCode(code.unwrap_or(*b"XXX"))
    }
}

impl fmt::Display for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).map_err(|_| fmt::Error)?)
    }
}

text_value!(CurrencyCode, Some("^[A-Z]{3}$"), None, None, "USD", "ISO 4217 alphabetic code.");

/// A JSON object and nothing else: what is derived would take an array with the values in order as well.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Reader<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(fields)).map(Object)
            }
        }

        deserializer.deserialize_map(Reader(PhantomData))
    }
}

impl<T: Serialize> Serialize for Object<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A whole number from `MIN` on that JavaScript keeps exactly. `7.0` is one, too: JSON knows no other difference.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Whole<const MIN: u32 = 0>(pub(super) u32);

impl<'de, const MIN: u32> Deserialize<'de> for Whole<MIN> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<const MIN: u32>;

        impl<const MIN: u32> de::Visitor<'_> for Reader<MIN> {
            type Value = Whole<MIN>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number from {MIN} to {}", u32::MAX)
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
                let whole = u32::try_from(number).ok().filter(|number| *number >= MIN);
                whole.map(Whole).ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
                let fits = number.fract() == 0.0 && (f64::from(MIN)..=f64::from(u32::MAX)).contains(&number);
                // CAST: whole and in range.
                if fits {
                    Ok(Whole(number as u32))
                } else {
                    Err(E::invalid_value(de::Unexpected::Float(number), &self))
                }
            }
        }

        // As it is: what was kept aside to find out its kind first converts no numbers.
        deserializer.deserialize_any(Reader)
    }
}

impl<const MIN: u32> Serialize for Whole<MIN> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

/// Name of a user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct UserName(pub(super) String);

impl Text for UserName {
    fn read(text: &str) -> Result<Self, String> {
        check_name(text).map(|()| UserName(text.into())).map_err(|error| error.to_string())
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

text_value!(UserName, Some("^[a-z0-9][a-z0-9._-]{0,63}$"), None, None, "anna", "Name of a user.");

/// Numbers of accounts, with commas between them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct AccountNumbers(pub(super) Vec<u64>);

impl Text for AccountNumbers {
    fn read(text: &str) -> Result<Self, String> {
        let numbers: Result<Vec<u64>, String> =
            text.split(',').map(|number| AccountNumber::read(number).map(|number| number.0)).collect();
        match numbers? {
            numbers if numbers.len() <= 100 => Ok(AccountNumbers(numbers)),
            _ => Err("at most 100 account numbers at a time".into()),
        }
    }
}

impl fmt::Display for AccountNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join(","))
    }
}

text_value!(
    AccountNumbers,
    Some("^[1-9][0-9]{2,17}(,[1-9][0-9]{2,17}){0,99}$"),
    None,
    None,
    "292,389",
    "Numbers of accounts, with commas between them."
);

/// Minor units as people write them, with all decimals of the currency.
pub(super) fn units(minor: i128, currency: u32) -> String {
    let exponent = Currency::from_numeric(currency).map_or(0, |currency| usize::from(currency.exponent));
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = exponent + 1);
    let (whole, fraction) = digits.split_at(digits.len() - exponent);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// An amount of minor units.
pub(super) fn amount(minor: u64, currency: u32) -> Amount {
    Amount(units(minor.into(), currency))
}

/// A balance of minor units.
pub(super) fn balance(minor: i128, currency: u32) -> Balance {
    Balance(units(minor, currency))
}

/// The reference of an entry, if it has one.
pub(super) fn reference(id: Id) -> Option<Reference> {
    (!id.is_none()).then_some(Reference(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_again() {
        let id = Id::from_u128(0xeb63_05c9_1f7f_49de_aed0_1648_7c27_b42d);
        assert_eq!(Reference(id).to_string(), "eb6305c9-1f7f-49de-aed0-16487c27b42d");
        assert_eq!(Reference::read(&Reference(id).to_string()), Ok(Reference(id)));
        assert_eq!(LedgerId::read(&LedgerId(id).to_string()), Ok(LedgerId(id)));
        let moment = Time(1_795_359_845_123_456_789);
        assert_eq!(Time::read(&moment.to_string()), Ok(moment));
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Time(u64::MAX).to_string(), "2554-07-21T23:34:33.709551615Z");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "2", "29", "0292", "-292", "292 ", "29２", "1234567890123456789"] {
            assert!(AccountNumber::read(text).is_err(), "{text}");
        }
        for text in ["", "EB6305C9-1f7f-49de-aed0-16487c27b42d", "eb6305c91f7f49deaed016487c27b42d"] {
            assert!(Reference::read(text).is_err(), "{text}");
        }
        for text in ["usd", "US", "USDX", "U$D"] {
            assert!(CurrencyCode::read(text).is_err(), "{text}");
        }
        assert!(Amount::read(" 1").is_err());
    }

    #[test]
    fn units_have_the_decimals_of_the_currency() {
        assert_eq!(units(-5, 840), "-0.05");
        assert_eq!(units(123_456, 840), "1234.56");
        assert_eq!(units(1, 392), "1");
        assert_eq!(units(1, 48), "0.001");
    }
}
