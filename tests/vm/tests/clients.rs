// SPDX-License-Identifier: MIT

//! The clients in C, Go, Python and Rust: each does the same at the device and at the daemon, and tells the same.

use std::fs;

use vm_tests::{Vm, repository};

const TOLD: &str = "\
moved 50.00
sent again: the same posting
refused: exceeds_available_balance
a chain: linked_item_failed exceeds_available_balance
balances: 950.00 50.00
";

#[test]
fn all_do_the_same() {
    let built = repository().join("target/clients");
    assert!(built.exists(), "{} is missing: make clients", built.display());
    let vm = Vm::new().with_binary("qenexd");
    copy(&vm, &built, "");
    let disk = vm.share().join("disk.img");
    let vm = vm.with_option(&["--disk", &disk.to_string_lossy()]);
    let out = vm.succeeds(
        "qenexd run --demo 2> qenexd.log & \
         until curl -sf --unix-socket /run/qenex/api.sock http://qenex/readyz > ready; do sleep 0.1; done; \
         for tour in ./tour-c ./tour-go ./tour-rust 'python3 tour.py'; do \
             for way in device 'api admin AdminPass123!'; do echo \"== $tour $way\"; $tour $way; done; \
         done",
    );
    let tours: Vec<&str> = out.split("== ").skip(1).collect();
    assert_eq!(tours.len(), 8, "{out}");
    for tour in tours {
        let (name, told) = tour.split_once('\n').expect("a name");
        assert_eq!(told, TOLD, "{name}");
    }
}

fn copy(vm: &Vm, from: &std::path::Path, to: &str) {
    for entry in fs::read_dir(from).expect("what was built") {
        let path = entry.expect("an entry").path();
        let name = format!("{to}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            fs::create_dir_all(vm.share().join(&name)).expect("a folder");
            copy(vm, &path, &format!("{name}/"));
        } else {
            vm.add(&path, &name);
        }
    }
}
