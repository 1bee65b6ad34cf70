//! The tests that run inside the kernel, on the kernel with sanitizers.

use std::fs;
use std::path::Path;

use vm_tests::{Vm, ktap, proof, repository, sanitizer};

/// How often a text stands in the sources under a folder.
fn count(folder: &Path, text: &str) -> usize {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| match path.is_dir() {
            true => count(&path, text),
            false => fs::read_to_string(&path).expect("a source").matches(text).count(),
        })
        .sum()
}

/// Every suite that is in the sources has run when the module was loaded, and every test in it went well; then the module goes.
#[test]
fn suites() {
    if !sanitizer() {
        println!("only a kernel with KUnit can do that: make test-sanitizer");
        return;
    }
    let log = Vm::new().with_option(&["--kunit"]).succeeds("dmesg --notime; rmmod qenex_banking");
    let reports = ktap::read(&log).unwrap_or_else(|error| panic!("{error}\n{log}"));
    let ours = reports.last().expect("a report");
    assert!(ours.failed.is_empty(), "{:?}\n{log}", ours.failed);
    let sources = ["kmod/src", "kmod/ledger/src/kunit"].map(|folder| repository().join(folder));
    let suites: usize = sources.iter().map(|folder| count(folder, "#[kunit_tests(")).sum();
    assert_eq!(ours.suites.len(), suites, "{:?}", ours.suites);
    // Nothing else in these folders is a test.
    let cases: usize = sources.iter().map(|folder| count(folder, "#[test]")).sum();
    assert_eq!((ours.passed, ours.skipped), (cases, 0));
    println!("{suites} suites, {cases} tests passed inside the kernel");
    proof::note("kunit", cases as u64, "tests", 0);
}
