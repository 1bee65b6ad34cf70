//! The commands in the documents that need the kernel: each is run as it stands, on a machine of its own.

use std::process::Command;

use vm_tests::{Vm, repository};

#[test]
fn print_what_they_say() {
    let list = Command::new(repository().join("tests/documents.py")).args(["list", "vm"]).output().expect("python3");
    let list = String::from_utf8(list.stdout).expect("text");
    assert!(list.lines().count() >= 3, "{list}");
    for section in list.lines() {
        let file = section.split('#').next().unwrap_or_default();
        let vm = Vm::new().with_binary("qenex").with_binary("qenexd");
        vm.add(&repository().join("tests/documents.py"), "documents.py");
        std::fs::create_dir_all(vm.share().join(file).parent().expect("a folder")).expect("a folder");
        vm.add(&repository().join(file), file);
        // Without a daemon of its own, what is shown is done on a ledger that needs none.
        let has_daemon = section != "README.md#a-first-transfer";
        let disk = vm.share().join("disk.img").to_string_lossy().into_owned();
        let vm = if has_daemon { vm.with_option(&["--disk", &disk]) } else { vm };
        let out = vm.succeeds(&format!(
            "mkdir /tmp/reader; cd /tmp/reader; python3 /share/documents.py run '/share/{section}'"
        ));
        println!("{out}");
    }
}
