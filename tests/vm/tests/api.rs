//! The daemon's HTTP API on the kernel's ledger.

use std::fs;

use vm_tests::{Vm, repository};

/// A machine with a data disk, the daemon, the command line and the API's client programs.
fn machine() -> Vm {
    let vm = Vm::new().with_binary("qenex").with_binary("qenexd");
    fs::create_dir(vm.share().join("api")).expect("a folder for the clients");
    for program in ["client.py", "day.py", "load.py", "transfer.pl"] {
        vm.add(&repository().join("tests/api").join(program), &format!("api/{program}"));
    }
    let disk = vm.share().join("disk.img");
    vm.with_option(&["--disk", &disk.to_string_lossy()])
}

/// A day of banking in two languages, the command line, and a load over 64 connections; the store is verified afterwards.
#[test]
fn day() {
    let out = machine().succeeds("python3 api.py day");
    assert!(out.contains("10000 durable transfers over 64 connections, no error"), "{out}");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// The daemon is killed while clients send: no request that was answered is lost, and none is done twice.
#[test]
fn daemon_killed() {
    let out = machine().succeeds("python3 api.py kill 4");
    assert!(out.contains("0 lost, 0 doubled"), "{out}");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// What the daemon tells systemd and journald, a password typed on a terminal, and the time that logins take.
#[test]
fn service() {
    let out = machine().succeeds("python3 api.py service");
    assert!(out.contains("a refused login takes"), "{out}");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// The daemon is killed while messages move money: each is done, answered, and done once; a backup knows all of them.
#[test]
fn messages() {
    let out = machine().succeeds("python3 messages.py 6");
    assert!(out.contains("0 lost, 0 doubled"), "{out}");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// The daemon is killed while payments are held for people to look at and decided about: every review that was answered is
/// there, what was approved is posted once, what was rejected is released.
#[test]
fn reviews() {
    let out = machine().succeeds("python3 reviews.py 4");
    assert!(out.contains("0 lost, 0 doubled"), "{out}");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}
