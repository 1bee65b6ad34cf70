//! Nothing that was acknowledged as durable is lost: the daemon is killed, the power goes.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use vm_tests::{Vm, repository};

/// How often each fault is tried: few times here, more with `QENEX_FAULTS`.
fn times(default: u32) -> u32 {
    std::env::var("QENEX_FAULTS").ok().and_then(|times| times.parse().ok()).unwrap_or(default)
}

/// The daemon is killed under load; a client compares what it was told with what is there, also after the module is loaded
/// anew.
#[test]
fn daemon_killed() {
    let vm = Vm::new().with_binary("qenexd");
    let disk = vm.share().join("disk.img");
    let vm = vm.with_option(&["--disk", &disk.to_string_lossy(), "--timeout", "1200"]);
    let out = vm.succeeds(&format!("python3 durable.py kill {}", times(8)));
    assert!(out.contains(", 0 lost, 0 doubled, 0 invented"), "{out}");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// The machine is cut off under load, again and again with the same disk; after each start everything acknowledged is there.
#[test]
fn power_cut() {
    let vm = Vm::new().with_binary("qenexd");
    let disk = vm.share().join("disk.img");
    let vm = vm.with_option(&["--disk", &disk.to_string_lossy()]);
    let notes = vm.share().join("notes");
    for round in 0..times(2) {
        let noted_before = fs::read_to_string(&notes).map_or(0, |text| text.lines().count());
        let mut machine = Command::new(repository().join("qemu/vm"))
            .arg("run")
            .arg("--share")
            .arg(vm.share())
            .args(["--disk", &disk.to_string_lossy(), "--", "python3", "durable.py", "load", "notes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("qemu/vm can be run");
        // Once it is under way, at some moment.
        let begun = Instant::now();
        while fs::read_to_string(&notes).map_or(0, |text| text.lines().count()) < noted_before + 20 {
            assert!(begun.elapsed() < Duration::from_secs(120), "no transfer was acknowledged");
            assert!(machine.try_wait().expect("its state").is_none(), "the machine ended by itself");
            sleep(Duration::from_millis(20));
        }
        sleep(Duration::from_millis(u64::from(round) * 137 % 700));
        machine.kill().expect("the power can be cut");
        machine.wait().expect("it is off");
        let out = vm.succeeds("python3 durable.py compare notes");
        assert!(out.contains(", 0 lost"), "{out}");
        assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
    }
}
