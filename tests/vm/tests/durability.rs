//! Nothing that was acknowledged as durable is lost, whatever happens to the daemon, the disk, the clock or the power; and a
//! daemon in doubt does not open the ledger.
//!
//! Here each fault is tried a few times. `make test-faults` (`QENEX_FAULTS=full`) tries each as often as its second number
//! says, and prints one table.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use vm_tests::{Vm, proof, repository, sanitizer};

/// Faults within a machine that goes on, how often each is tried here, and how often in full.
const FAULTS: [(&str, u32, u32); 8] = [
    ("killed", 6, 200),
    ("terminated", 3, 50),
    ("stopped", 2, 20),
    ("removal", 2, 20),
    ("clock", 3, 50),
    ("taken-over", 2, 20),
    ("disk-full", 2, 20),
    ("damaged", 12, 500),
];
/// The same for cutting the power.
const POWER_CUTS: (u32, u32) = (2, 50);

fn is_full() -> bool {
    std::env::var("QENEX_FAULTS").is_ok_and(|word| word == "full")
}

fn times((few, full): (u32, u32)) -> u32 {
    if is_full() { full } else { few }
}

/// A machine with a data disk. The programs load the module anew, with the smallest ring there is.
fn machine() -> Vm {
    let vm = Vm::new().with_binary("qenexd");
    let disk = vm.share().join("disk.img").to_string_lossy().into_owned();
    let timeout = if is_full() || sanitizer() { "7200" } else { "400" };
    vm.with_option(&["--disk", &disk, "--timeout", timeout])
}

/// Keeps the table's lines of what a program printed, and checks that there are as many and that nothing was lost.
fn note_rows(name: &str, out: &str, wanted: usize) {
    let rows: Vec<&str> = out.lines().filter(|line| line.starts_with("| ")).collect();
    assert_eq!(rows.len(), wanted, "{out}");
    assert!(rows.iter().all(|row| row.ends_with("| 0 | 0 | 0 |")), "{out}");
    assert_eq!(out.lines().filter(|line| line.ends_with(" checks, 0 failed")).count(), wanted.max(1), "{out}");
    let folder = repository().join("target/faults");
    fs::create_dir_all(&folder).expect("a folder for the table");
    fs::write(folder.join(name), format!("{}\n", rows.join("\n"))).expect("the table's lines are kept");
    let tries = rows.iter().map(|row| row.split('|').nth(2).and_then(|cell| cell.trim().parse::<u64>().ok()));
    if sanitizer() {
        return;
    }
    let form = if is_full() { "full" } else { "short" };
    proof::note(&format!("faults-{form}-{name}"), tries.map(|tries| tries.expect("a number")).sum(), "faults", 0);
}

/// The daemon killed, told to stop, standing still, taken over; the module removed; the clock set back; the disk full; the
/// store damaged: all under load.
#[test]
fn faults() {
    let boots: Vec<&[(&str, u32, u32)]> = if is_full() { FAULTS.chunks(1).collect() } else { vec![&FAULTS] };
    let only = std::env::var("QENEX_FAULT").unwrap_or_default();
    for (number, boot) in (1..).zip(boots) {
        if is_full() && !only.is_empty() && boot.iter().all(|(fault, ..)| *fault != only) {
            continue;
        }
        let script: Vec<String> = boot
            .iter()
            .map(|(fault, few, full)| format!("python3 faults.py {fault} {}", times((*few, *full))))
            .collect();
        let out = machine().succeeds(&script.join("\n"));
        note_rows(&format!("{number}"), &out, boot.len());
    }
}

/// The machine is cut off under load, again and again with the same disk; after each start everything acknowledged is there.
#[test]
fn power_cut() {
    let vm = machine();
    let notes = vm.share().join("notes");
    let cuts = times(POWER_CUTS);
    for round in 0..cuts {
        let noted_before = lines(&notes);
        let mut machine = vm
            .command("python3 faults.py power notes")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("qemu/vm can be run");
        // Once it is under way, at some moment.
        let begun = Instant::now();
        while lines(&notes) < noted_before + 20 {
            assert!(begun.elapsed() < Duration::from_secs(180), "no transfer was acknowledged");
            assert!(machine.try_wait().expect("its state").is_none(), "the machine ended by itself");
            sleep(Duration::from_millis(20));
        }
        sleep(Duration::from_millis(u64::from(round) * 137 % 700));
        machine.kill().expect("the power can be cut");
        machine.wait().expect("it is off");
    }
    let out = vm.succeeds(&format!("python3 faults.py power-last notes {cuts}"));
    note_rows("power", &out, 1);
}

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

/// Every store that is not the right one, and every device that is not free: one line that says what to do, and the ledger
/// stays closed.
#[test]
fn refuses_to_start() {
    let out = machine().succeeds("python3 refusals.py");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}
