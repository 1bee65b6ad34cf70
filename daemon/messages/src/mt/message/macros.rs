// SPDX-License-Identifier: MIT

//! Structs whose members are fields of messages.

/// A struct of fields, each with its key in the layout of the message.
macro_rules! fields {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $([apart] { $($(#[$apart_meta:meta])* $apart:ident: $apart_ty:ty,)* })?
            $($(#[$member_meta:meta])* $member:ident: $ty:ty = $key:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
        pub struct $name {
            $($($(#[$apart_meta])* pub $apart: $apart_ty,)*)?
            $($(#[$member_meta])* pub $member: $ty,)*
        }

        impl $name {
            /// The members from fields, with those that are no fields.
            pub(super) fn from_fields(
                $($($apart: $apart_ty,)*)?
                fields: &[$crate::mt::field::Field],
            ) -> Result<$name, $crate::mt::message::MtReadError> {
                Ok($name {
                    $($($apart,)*)?
                    $($member: $crate::mt::message::member::Member::read(fields, $key)?,)*
                })
            }

            /// Tags and contents of the members.
            pub(super) fn to_fields(&self, out: &mut Vec<(String, String)>) {
                $($crate::mt::message::member::Member::write(&self.$member, $key, out);)*
            }
        }
    };
}
