//! Callers who mean harm.

use vm_tests::Vm;

/// Random and nearly right calls, memory that goes away meanwhile, files that are closed and inherited, customers and a
/// consumer that is fenced: none of what may never happen has happened. `QENEX_FUZZ_CALLS` says how many calls each of two
/// runs makes.
#[test]
fn fuzzed_calls() {
    let calls = std::env::var("QENEX_FUZZ_CALLS").unwrap_or_else(|_| "20000".into());
    let vm = Vm::new().with_option(&["--timeout", "7200"]);
    let out = vm.succeeds(&format!(
        "cc -O2 -Wall -Wextra -Werror -pthread -o fuzz fuzz.c
         ./fuzz 1 {calls} 4 /tmp/corpus; ./fuzz 2 {calls} 4 /tmp/corpus"
    ));
    assert_eq!(out.matches(" 0 findings").count(), 2, "{out}");
    println!("{out}");
}
