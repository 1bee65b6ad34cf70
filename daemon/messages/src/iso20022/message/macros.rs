// SPDX-License-Identifier: MIT

//! Types of elements from one list of fields and paths.

/// A struct whose fields are elements at paths below its own, in the order of the schema.
macro_rules! element {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident : $ty:ty = $path:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "crate::iso20022::message::Field::is_absent")]
                pub $field: $ty,
            )*
        }

        impl $crate::iso20022::message::Value for $name {
            fn read(
                element: $crate::iso20022::record::Element<'_>,
                reading: &mut $crate::iso20022::message::Reading,
            ) -> Result<Self, $crate::iso20022::message::ReadError> {
                reading.note(element, &[$($path),*]);
                Ok($name {
                    $( $field: $crate::iso20022::message::Field::read_at(element, $path, reading)?, )*
                })
            }

            fn write(&self, writer: &mut $crate::iso20022::write::Writer) {
                $( $crate::iso20022::message::Field::write_at(&self.$field, $path, writer); )*
            }

            #[cfg(test)]
            fn sample(source: &mut dyn FnMut() -> u64) -> Self {
                $name { $( $field: $crate::iso20022::message::Field::sample_field(source), )* }
            }
        }
    };
}

/// An enum of which one element is there.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident($ty:ty) = $path:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $( $(#[$variant_meta])* $variant($ty), )*
        }

        impl $crate::iso20022::message::Value for $name {
            fn read(
                element: $crate::iso20022::record::Element<'_>,
                reading: &mut $crate::iso20022::message::Reading,
            ) -> Result<Self, $crate::iso20022::message::ReadError> {
                $(
                    if let Some(found) = element.get($path) {
                        return Ok($name::$variant($crate::iso20022::message::Value::read(found, reading)?));
                    }
                )*
                let known: &[&str] = &[$($path),*];
                let reason = format!("none of {} is there", known.join(", "));
                Err($crate::iso20022::message::ReadError { path: element.path(), reason })
            }

            fn write(&self, writer: &mut $crate::iso20022::write::Writer) {
                match self {
                    $( $name::$variant(value) => $crate::iso20022::message::Field::write_at(value, $path, writer), )*
                }
            }

            #[cfg(test)]
            fn sample(source: &mut dyn FnMut() -> u64) -> Self {
                let variants: &[fn(&mut dyn FnMut() -> u64) -> Self] =
                    &[$( |source| $name::$variant($crate::iso20022::message::Value::sample(source)) ),*];
                let index = usize::try_from(source() % variants.len() as u64).unwrap_or_default();
                variants[index](source)
            }
        }
    };
}

/// An enum of codes. The variants are the codes themselves, in the spelling of Rust.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $code)] $variant, )*
        }

        impl $name {
            /// The code in a message.
            pub fn code(self) -> &'static str {
                match self {
                    $( $name::$variant => $code, )*
                }
            }
        }

        impl $crate::iso20022::message::Value for $name {
            fn read(
                element: $crate::iso20022::record::Element<'_>,
                _reading: &mut $crate::iso20022::message::Reading,
            ) -> Result<Self, $crate::iso20022::message::ReadError> {
                match element.text() {
                    $( $code => Ok($name::$variant), )*
                    other => Err($crate::iso20022::message::ReadError {
                        path: element.path(),
                        reason: format!("{other:?} is no code that is supported"),
                    }),
                }
            }

            fn write(&self, writer: &mut $crate::iso20022::write::Writer) {
                writer.text(self.code());
            }

            #[cfg(test)]
            fn sample(source: &mut dyn FnMut() -> u64) -> Self {
                let all = [$( $name::$variant ),*];
                all[usize::try_from(source() % all.len() as u64).unwrap_or_default()]
            }
        }
    };
}
