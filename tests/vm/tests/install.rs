//! The Debian packages, on a bare Debian 13 that systemd starts.

use std::fs;

use vm_tests::{Vm, repository};

/// Installed, served, banked, upgraded; then, on another machine with the same disk: verified, removed, installed again.
#[test]
fn packages() {
    let vm = Vm::new();
    for version in ["old", "new"] {
        let folder = repository().join("target/deb").join(version);
        fs::create_dir(vm.share().join(version)).expect("a folder for packages");
        for package in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = package.expect("a package").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            // That one is built where the compilers are: see tools/packages/try-dkms.
            if !name.starts_with("qenex-dkms") {
                vm.add(&path, &format!("{version}/{name}"));
            }
        }
    }
    vm.add(&repository().join("tests/documents.py"), "documents.py");
    vm.add(&repository().join("docs/operations.md"), "operations.md");
    let disk = vm.share().join("disk.img").to_string_lossy().into_owned();
    let vm = vm.with_option(&["--systemd", "--disk", &disk, "--timeout", "1500"]);
    for part in ["new", "again"] {
        let out = vm.succeeds(&format!("python3 install.py {part}"));
        println!("{out}");
        assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
    }
}
