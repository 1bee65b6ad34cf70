//! The ledger through the device: the recorded vectors, and the command line.

use vm_tests::{Vm, repository, sanitizer};

/// The vectors give the same results through the kernel as on the host: none differs.
#[test]
fn vectors() {
    let vm = Vm::new().with_binary("vector-replay");
    for file in ["open", "overflow-u64", "retry-failed-ids", "retry-linked-bit", "up-to"] {
        let name = format!("{file}.jsonl.gz");
        vm.add(&repository().join("tests/vectors").join(&name), &name);
    }
    let out = vm.succeeds("vector-replay --device *.jsonl.gz");
    assert_eq!(out.matches(", 0 mismatches").count(), 5, "{out}");
}

/// The command line: what it prints for people and for programs, and its exit statuses.
#[test]
fn command_line() {
    let out = Vm::new().with_binary("qenex").succeeds(
        r#"a=$(qenex account create -q --currency USD --balance 1000.00)
           b=$(qenex account create -q --currency USD --owner customer)
           y=$(qenex account create -q --currency JPY --balance 5000)
           qenex transfer $a $b 250.00 USD --id 7
           qenex transfer $a $b "250.00 USD" --id 7
           qenex account show $a $b
           qenex --json account show $b | python3 -c '
import json, sys
account, = json.load(sys.stdin)["accounts"]
print("json", account["balance"], account["balance_minor"], account["currency"])'
           qenex --json info | python3 -c 'import json, sys; print("state", json.load(sys.stdin)["state"])'
           qenex account list --currency JPY
           status() { set +e; "$@" > /dev/null 2> error; echo "status $? $(head -n 1 error)"; set -e; }
           status qenex transfer $b $a 250.01 USD
           status qenex transfer $a $((b + 1)) 1.00 USD
           status qenex transfer $a $b 1.001 USD
           status qenex transfer $a $y 1.00 USD
           status qenex account create --currency XXX
           status qenex account show 1
           status qenex --device=/dev/null info
           status qenex --device=/dev/absent info
           status setpriv --reuid customer --regid customer --clear-groups qenex info
           setpriv --reuid customer --regid customer --groups qenex qenex transfer $b $a 1.00 USD
           status setpriv --reuid customer --regid customer --groups qenex qenex transfer $a $b 1.00 USD
           setpriv --reuid customer --regid customer --groups qenex qenex account list
           qenex completions bash | bash -n && echo completions"#,
    );
    let has = |text: &str| assert!(out.contains(text), "{text:?} is missing in:\n{out}");
    has("Moved 250.00 USD from account 292 to account 389");
    has("Done before with this id: moved 250.00 USD");
    has("json 250.00 25000 USD");
    has("state live");
    has("583  checking     5000       5000     0          0  JPY");
    has("status 1 qenex: exceeds_available_balance");
    has("status 1 qenex: to_account_invalid");
    has("status 1 qenex: accounts_must_have_same_currency");
    has("status 2 error: invalid value");
    has("status 2 qenex: \"1.001 USD\"");
    has("status 1 qenex: account 1: account_number_invalid");
    has("status 3 qenex: /dev/null");
    has("status 3 qenex: /dev/absent");
    has("status 3 qenex: /dev/qenex_banking: Permission denied");
    has("Moved 1.00 USD from account 389 to account 292");
    has("status 1 qenex: not_account_owner");
    has("completions");
    let customers = out.rsplit("status 1 qenex: not_account_owner").next().unwrap_or_default();
    assert!(customers.contains("389") && !customers.contains("292"), "a customer sees only their own:\n{out}");
}

/// `make run` without a terminal is this, and it succeeds only if every balance is right. The power is cut at its end; the
/// next time the balances are there.
#[test]
fn demonstration() {
    if sanitizer() {
        println!("the kernel with sanitizers has no key that cuts the power; durability cuts it from outside");
        return;
    }
    let vm = Vm::new().with_binary("qenex").with_binary("qenexd");
    let disk = vm.share().join("disk.img");
    let vm = vm.with_option(&["--disk", &disk.to_string_lossy()]);
    vm.add(&repository().join("tools/demo/demo.sh"), "demo.sh");
    let cut = vm.run(". ./demo.sh; echo b > /proc/sysrq-trigger; sleep 60").expect("qemu/vm can be run");
    assert_eq!(cut.status.code(), Some(102), "the machine was cut off");
    let out = vm.succeeds("./demo.sh");
    assert!(out.contains("The accounts are there, as the store has kept them"), "{out}");
    assert!(out.contains("accounts agree, up to entry"), "{out}");
    assert!(out.contains("1,015.00") || out.contains("1015.00"), "{out}");
    assert!(out.trim_end().ends_with("All balances are right."), "{out}");
}

/// Holds that expire by the kernel's timer, freezing under load, limits, closing, reversals, broken chains.
#[test]
fn holds_and_states() {
    let out = Vm::new().succeeds("python3 holds.py");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// Eight threads with everything that the ledger can do, racing for ids; readers between them; then an auditor does the whole
/// journal again.
#[test]
fn workload() {
    let vm = Vm::new().with_binary("device-load").with_option(&["--param", "journal_entries=131072"]);
    let out = vm.succeeds("device-load 4000");
    assert!(out.contains("everything holds"), "{out}");
}
