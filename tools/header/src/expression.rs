// SPDX-License-Identifier: MIT

//! Constant expressions in C.

use anyhow::{Result, bail};
use syn::{BinOp, Expr, Lit};

use crate::source::Scalar;

/// The C expression for the Rust constant `value` of type `scalar`, in parentheses where it needs them.
///
/// # Errors
///
/// If it is more than numbers, shifts, "or" and other constants.
pub(crate) fn expression(value: &Expr, scalar: Scalar) -> Result<String> {
    let text = bare(value, scalar)?;
    Ok(if matches!(value, Expr::Binary(_)) { format!("({text})") } else { text })
}

fn bare(value: &Expr, scalar: Scalar) -> Result<String> {
    Ok(match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.token().to_string().replace('_', "") + suffix(scalar),
            Lit::Byte(byte) if byte.value().is_ascii_alphanumeric() => format!("'{}'", char::from(byte.value())),
            _ => bail!("no C for this literal"),
        },
        Expr::Cast(cast) => bare(&cast.expr, scalar)?,
        Expr::Paren(inner) => expression(&inner.expr, scalar)?,
        Expr::Binary(binary) => {
            let left = bare(&binary.left, scalar)?;
            match (&binary.op, &*binary.right) {
                (BinOp::BitOr(_), right) => format!("{left} | {}", bare(right, scalar)?),
                // How far a number is shifted has no type of its own.
                (BinOp::Shl(_), Expr::Lit(syn::ExprLit { lit: Lit::Int(by), .. })) => {
                    format!("{left} << {}", by.base10_digits())
                }
                _ => bail!("no C for this operator"),
            }
        }
        Expr::Path(path) => {
            let segments: Vec<_> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["u64", "MAX"] => "UINT64_MAX".to_string(),
                ["u32", "MAX"] => "UINT32_MAX".to_string(),
                [.., name] if name.starts_with("QENEX_") => (*name).to_string(),
                _ => bail!("no C for {}", segments.join("::")),
            }
        }
        _ => bail!("no C for this expression"),
    })
}

fn suffix(scalar: Scalar) -> &'static str {
    match (scalar.bits, scalar.signed) {
        (64, false) => "ULL",
        (64, true) => "LL",
        (_, false) => "u",
        (_, true) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn c(rust: &str, bits: u32) -> Result<String> {
        expression(&syn::parse_str(rust)?, Scalar { bits, signed: false })
    }

    #[test]
    fn translates() {
        for (rust, bits, expected) in [
            ("8192", 32, "8192u"),
            ("0x0001_0000", 32, "0x00010000u"),
            ("1", 16, "1u"),
            ("7", 64, "7ULL"),
            ("1 << 4", 32, "(1u << 4)"),
            ("QENEX_A | crate::QENEX_B | QENEX_C", 32, "(QENEX_A | QENEX_B | QENEX_C)"),
            ("u64::MAX", 64, "UINT64_MAX"),
            ("b'Q' as u32", 32, "'Q'"),
        ] {
            assert_eq!(c(rust, bits).expect("translatable"), expected);
        }
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for rust in ["1 + 1", "size_of::<u8>()", "i8::MIN", "1.0", "!0"] {
            assert!(c(rust, 32).is_err(), "{rust}");
        }
    }
}
