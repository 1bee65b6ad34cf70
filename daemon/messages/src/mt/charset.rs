// SPDX-License-Identifier: MIT

//! Character sets of FIN (General Information, character sets).

/// What the letter after a length allows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Set {
    /// `n`: digits.
    Digits,
    /// `a`: capital letters.
    Letters,
    /// `c`: capital letters and digits.
    Alphanumeric,
    /// `h`: hexadecimal digits.
    Hexadecimal,
    /// `x`: what every bank can show.
    X,
    /// `y`: level A of EDIFACT.
    Y,
    /// `z`: the set of free text between systems; line breaks too.
    Z,
    /// `d`: digits and the decimal comma.
    Decimal,
}

impl Set {
    /// The set that a letter of the standard's notation names.
    pub fn from_letter(letter: u8) -> Option<Set> {
        Some(match letter {
            b'n' => Set::Digits,
            b'a' => Set::Letters,
            b'c' => Set::Alphanumeric,
            b'h' => Set::Hexadecimal,
            b'x' => Set::X,
            b'y' => Set::Y,
            b'z' => Set::Z,
            b'd' => Set::Decimal,
            _ => return None,
        })
    }

    /// Whether a byte is of the set. Line breaks are only of `z`; elsewhere they part the lines of a field.
    pub fn contains(self, byte: u8) -> bool {
        match self {
            Set::Digits => byte.is_ascii_digit(),
            Set::Letters => byte.is_ascii_uppercase(),
            Set::Alphanumeric => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Set::Hexadecimal => byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'),
            Set::X => byte.is_ascii_alphanumeric() || b"/-?:().,'+ ".contains(&byte),
            Set::Y => byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" .,-()/='+:?!\"%&*<>;".contains(&byte),
            Set::Z => Set::X.contains(byte) || b"=!\"%&*<>;{@#_\r\n".contains(&byte),
            Set::Decimal => byte.is_ascii_digit() || byte == b',',
        }
    }

    /// What the set is, for people.
    pub fn describe(self) -> &'static str {
        match self {
            Set::Digits => "a digit",
            Set::Letters => "a capital letter",
            Set::Alphanumeric => "a capital letter or digit",
            Set::Hexadecimal => "a hexadecimal digit",
            Set::X => "a character of set x",
            Set::Y => "a character of set y",
            Set::Z => "a character of set z",
            Set::Decimal => "a digit or the decimal comma",
        }
    }
}

/// A text in set `x`: characters outside of it become the nearest that are in it, a full stop where there is none. Set `x`
/// has the characters that SEPA allows, so that its table (EPC217-08) serves both.
pub fn transliterate(text: &str) -> String {
    crate::rules::sepa::charset::transliterate(text)
}
