//! The journal: its consumer, callers that wait to be durable, a full ring, and the module that must not go.

use vm_tests::Vm;

/// Everything that a consumer may do, and may not.
#[test]
fn consumer() {
    let out = Vm::new()
        .with_option(&["--param", "journal_entries=16384"])
        .succeeds("python3 journal.py; rmmod qenex_banking");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// With entries that nobody has acknowledged the module cannot be removed.
#[test]
fn unacknowledged_entries_keep_the_module() {
    let out = Vm::new().with_option(&["--param", "journal_entries=16384"]).succeeds(
        "python3 journal.py --leave
         if rmmod qenex_banking 2> /dev/null; then echo removed; fi; cat /sys/module/qenex_banking/refcnt",
    );
    assert!(out.trim_end().ends_with("checks, 0 failed\n1"), "{out}");
}

/// A module that is loaded anew is given back what the old one held, and goes on.
#[test]
fn restore() {
    let out = Vm::new().succeeds("python3 restore.py");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}
