// SPDX-License-Identifier: MIT

//! Values as they are stored beside the journal.

use qenex_abi::Id;

/// An id as it is stored.
pub(crate) fn stored_id(id: Id) -> [u8; 16] {
    id.to_u128().to_be_bytes()
}

/// A stored id.
pub(crate) fn loaded_id(bytes: [u8; 16]) -> Id {
    Id::from_u128(u128::from_be_bytes(bytes))
}

/// A number as it is stored; amounts may have all 64 bits, so that nothing but the sign changes.
pub(crate) fn stored(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
}

/// A stored number.
pub(crate) fn loaded(number: i64) -> u64 {
    u64::from_ne_bytes(number.to_ne_bytes())
}

/// An enum whose variants have names, the same in the database, in JSON and in the API's document.
macro_rules! names {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// The name in the database and in JSON.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }

            fn load(text: &str) -> rusqlite::Result<Self> {
                match text {
                    $($text => Ok($name::$variant),)+
                    _ => Err(rusqlite::Error::InvalidColumnName(text.into())),
                }
            }
        }
    };
}

pub(crate) use names;
