// SPDX-License-Identifier: MIT

//! Values of single elements.

mod amount;
mod date_time;
mod letters;
mod scalar;
mod text;

pub use amount::{CurrencyAmount, CurrencyAmountError};
pub use date_time::DateTime;
pub use letters::{Letters, LettersError};
pub use text::{Text, TextError};

/// Reading, writing and serialising of a type that is a text with a form: it has `Display` and `FromStr`.
macro_rules! written {
    ($ty:ty, $sample:expr) => {
        impl $crate::iso20022::message::Value for $ty {
            fn read(
                element: $crate::iso20022::record::Element<'_>,
                _reading: &mut $crate::iso20022::message::Reading,
            ) -> Result<Self, $crate::iso20022::message::ReadError> {
                let text = element.text();
                text.parse().map_err(|error| $crate::iso20022::message::ReadError {
                    path: element.path(),
                    reason: format!("{text:?}: {error}"),
                })
            }

            fn write(&self, writer: &mut $crate::iso20022::write::Writer) {
                writer.text(&self.to_string());
            }

            #[cfg(test)]
            fn sample(source: &mut dyn FnMut() -> u64) -> Self {
                let make: fn(&mut dyn FnMut() -> u64) -> Self = $sample;
                make(source)
            }
        }

        $crate::iso20022::message::values::serialized!($ty);
    };
}

/// Serialising of a type as the text that it displays as.
macro_rules! serialized {
    ($ty:ty) => {
        impl serde::Serialize for $ty {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(|error| serde::de::Error::custom(format!("{text:?}: {error}")))
            }
        }
    };
}

use {serialized, written};
