// SPDX-License-Identifier: MIT

//! Constant expressions as numbers, for languages that have no C preprocessor.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use syn::{BinOp, Expr, Lit};

/// The value of a constant; `known` are those declared before it.
///
/// # Errors
///
/// If it is more than numbers, shifts, "or" and other constants.
pub(crate) fn number(value: &Expr, known: &BTreeMap<String, u64>) -> Result<u64> {
    Ok(match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse()?,
            Lit::Byte(byte) => byte.value().into(),
            _ => bail!("no number for this literal"),
        },
        Expr::Cast(cast) => number(&cast.expr, known)?,
        Expr::Paren(inner) => number(&inner.expr, known)?,
        Expr::Binary(binary) => {
            let (left, right) = (number(&binary.left, known)?, number(&binary.right, known)?);
            match &binary.op {
                BinOp::BitOr(_) => left | right,
                BinOp::Shl(_) => left.checked_shl(u32::try_from(right)?).context("a shift out of the number")?,
                _ => bail!("no number for this operator"),
            }
        }
        Expr::Path(path) => {
            let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["u64", "MAX"] => u64::MAX,
                ["u32", "MAX"] => u32::MAX.into(),
                [.., name] => *known.get(*name).with_context(|| format!("{name} is not known"))?,
                [] => bail!("no number for nothing"),
            }
        }
        _ => bail!("no number for this expression"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evaluates() {
        let known = BTreeMap::from([("QENEX_A".to_owned(), 1), ("QENEX_B".to_owned(), 6)]);
        for (rust, value) in [
            ("8_192", 8192),
            ("0x0001_0000", 65_536),
            ("1 << 4", 16),
            ("QENEX_A | crate::QENEX_B", 7),
            ("u64::MAX", u64::MAX),
            ("b'Q' as u32", 81),
        ] {
            assert_eq!(number(&syn::parse_str(rust).expect("Rust"), &known).expect("a number"), value, "{rust}");
        }
        for rust in ["1 + 1", "QENEX_C", "size_of::<u8>()", "1 << 64", "\"1\""] {
            assert!(number(&syn::parse_str(rust).expect("Rust"), &known).is_err(), "{rust}");
        }
    }
}
