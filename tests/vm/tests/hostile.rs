//! Callers who mean harm.

use vm_tests::{Vm, proof, sanitizer};

/// What checks itself in a program of its own, and says how it went in its last line.
fn all_checks_pass(name: &str, script: &str) {
    let out = Vm::new().succeeds(script);
    let checks = out.trim_end().strip_suffix(" checks, 0 failed").and_then(|rest| rest.lines().last()?.parse().ok());
    let Some(checks) = checks else { panic!("{out}") };
    println!("{out}");
    if sanitizer() {
        proof::note(name, checks, "checks", 0);
    }
}

/// Random and nearly right calls, memory that goes away meanwhile, files that are closed and inherited, customers and a
/// consumer that is fenced: none of what may never happen has happened. `QENEX_FUZZ_CALLS` says how many calls each of two
/// runs makes, on an open ledger and on one that waits to be restored. On the kernel with sanitizers, as many again with
/// allocations and copies that fail.
#[test]
fn fuzzed_calls() {
    let calls = std::env::var("QENEX_FUZZ_CALLS").unwrap_or_else(|_| "20000".into());
    let vm = Vm::new().with_option(&["--timeout", "7200"]);
    let mut script = format!("sh fuzz.sh restoring 2 {calls}; sh fuzz.sh 2 {calls}");
    if sanitizer() {
        script += &format!("; sh fuzz.sh restoring 2 {calls} 200; sh fuzz.sh 2 {calls} 200");
    }
    let out = vm.succeeds(&script);
    assert_eq!(out.matches(" 0 findings").count(), if sanitizer() { 8 } else { 4 }, "{out}");
    println!("{out}");
}

/// Every allocation and every copy of a caller's memory fails once, in every call.
#[test]
fn failures_of_memory() {
    if !sanitizer() {
        println!("only a kernel with fault injection can do that: make test-sanitizer");
        return;
    }
    all_checks_pass("injected", "python3 inject.py");
}

/// A customer tries every call on what is another's.
#[test]
fn strangers() {
    all_checks_pass("hostile-strangers", "python3 strangers.py");
}

/// Integer extremes in every field of every struct.
#[test]
fn extremes() {
    all_checks_pass("hostile-extremes", "python3 extremes.py 100");
}

/// Integer extremes in every field of what is restored, with a digest that fits.
#[test]
fn restored_extremes() {
    all_checks_pass("hostile-restore_extremes", "python3 restore_extremes.py");
}

/// The map of the journal in hostile hands.
#[test]
fn mappings() {
    all_checks_pass("hostile-mappings", "python3 mappings.py");
}

/// Nothing of the kernel's memory comes back to a caller.
#[test]
fn leaks() {
    all_checks_pass("hostile-leaks", "python3 leaks.py");
}

/// The clock is set forward and back while money moves.
#[test]
fn clock() {
    all_checks_pass("hostile-clock", "python3 clock.py");
}

/// Open files in all states of the module.
#[test]
fn files() {
    all_checks_pass("hostile-files", "python3 files.py");
}

/// A caller is stopped, changed and killed while it waits.
#[test]
fn traced() {
    all_checks_pass("hostile-traced", "python3 traced.py");
}
