// SPDX-License-Identifier: MIT

//! The result codes as a whole.

use std::collections::HashSet;

use qenex_abi::ResultCode;

#[test]
fn names_are_unique_and_snake_case() {
    let names: HashSet<_> = ResultCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), ResultCode::ALL.len());
    for code in ResultCode::ALL {
        let name = code.name();
        assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        assert!(!name.contains("__") && !name.ends_with('_'), "{name}");
        // The Rust name is the same one in camel case.
        let camel: String = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert_eq!(format!("{code:?}"), camel);
        assert_eq!(code.to_string(), name);
    }
}

#[test]
fn numbers_round_trip() {
    for (number, code) in ResultCode::ALL.iter().enumerate() {
        assert_eq!(*code as usize, number);
        assert_eq!(ResultCode::from_u32(*code as u32), Some(*code));
    }
    let count = u32::try_from(ResultCode::ALL.len()).expect("few codes");
    for number in [count, count + 1, u32::MAX] {
        assert_eq!(ResultCode::from_u32(number), None);
    }
}

#[test]
fn errno_is_zero_exactly_for_success() {
    for code in ResultCode::ALL {
        // The kernel's highest is 4095.
        assert!((0..4096).contains(&code.errno()), "{code}");
        assert_eq!(code.is_success(), code.errno() == 0, "{code}");
    }
}

#[test]
fn order_is_that_of_precedence() {
    assert!(ResultCode::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(ResultCode::ALL[0], ResultCode::Ok);
}

#[test]
fn meanings_are_sentences() {
    for code in ResultCode::ALL {
        let meaning = code.meaning();
        assert!(meaning.starts_with(|c: char| c.is_ascii_uppercase() || c == '`'), "{code}: {meaning}");
        assert!(meaning.ends_with('.'), "{code}: {meaning}");
        assert_eq!(meaning.trim(), meaning);
        assert!(!meaning.contains("  "), "{code}: {meaning}");
    }
}
