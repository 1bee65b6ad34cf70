// SPDX-License-Identifier: MIT

//! Every input that was worth keeping, tried again.

#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use qenex_parsers::TARGETS;

#[test]
fn whatever_was_kept_is_tried_again() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, target) in TARGETS {
        let files = fs::read_dir(corpus.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut tried = 0;
        for file in files {
            let path = file.expect("a file").path();
            println!("{}", path.display());
            target(&fs::read(path).expect("an input"));
            tried += 1;
        }
        assert!(tried > 0, "nothing for {name}");
    }
    // Nothing lies there that no target takes.
    assert_eq!(fs::read_dir(corpus).expect("the corpus").count(), TARGETS.len());
}

/// Nothing at all, and one byte of each kind.
#[test]
fn the_shortest() {
    for (_, target) in TARGETS {
        target(&[]);
        for byte in 0..=255 {
            target(&[byte]);
        }
    }
}
