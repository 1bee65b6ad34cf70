//! Running programs inside the virtual machine.
//!
//! Each test boots a machine of its own through `./qemu/vm run`, with a fresh folder shared into it that holds the C
//! header, the programs of `programs/` and our own binaries. `make test` builds module and binaries before.
//!
//! With `QENEX_SANITIZER` set, all of it happens on the kernel with sanitizers, and memory that nobody points to any more
//! is looked for at the end.

#![forbid(unsafe_code)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard};

use tempfile::TempDir;

pub mod ktap;
pub mod proof;

/// One machine at a time: the tests of a binary run in parallel threads, but the host has few processors.
static MACHINE: Mutex<()> = Mutex::new(());

/// A machine to run a command in, and the folder that it sees as `/share`.
#[derive(Debug)]
pub struct Vm {
    share: TempDir,
    options: Vec<String>,
    _turn: MutexGuard<'static, ()>,
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is where it was compiled")
}

/// The module, built for the kernel that is wanted.
pub fn module() -> PathBuf {
    let folder = if sanitizer() { "target/kmod-sanitizer" } else { "target/kmod" };
    repository().join(folder).join("qenex_banking.ko")
}

impl Vm {
    /// A machine with nothing but the header and the programs in its share.
    pub fn new() -> Self {
        let turn = MACHINE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let share = TempDir::new().expect("a folder to share");
        let vm = Vm { share, options: Vec::new(), _turn: turn };
        let repository = repository();
        vm.add(&repository.join("qenex-abi/include/qenex.h"), "qenex.h");
        for program in fs::read_dir(repository.join("tests/vm/programs")).expect("the programs") {
            let path = program.expect("a program").path();
            if path.is_file() {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                vm.add(&path, &name);
            }
        }
        vm
    }

    /// Adds one of our binaries to the machine's PATH.
    pub fn with_binary(self, name: &str) -> Self {
        let built = repository().join("target/guest/release").join(name);
        assert!(built.exists(), "{} is missing: make guest-programs", built.display());
        fs::create_dir_all(self.share.path().join("bin")).expect("a folder for binaries");
        self.add(&built, &format!("bin/{name}"));
        self
    }

    /// Adds an option of `qemu/vm run`.
    pub fn with_option(mut self, words: &[&str]) -> Self {
        self.options.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// The folder that the machine sees as `/share`.
    pub fn share(&self) -> &Path {
        self.share.path()
    }

    /// Copies a file into the share.
    pub fn add(&self, from: &Path, name: &str) {
        fs::copy(from, self.share.path().join(name)).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    }

    /// What boots, runs `script` with the shell of the machine, and powers off.
    pub fn command(&self, script: &str) -> Command {
        let mut command = Command::new(repository().join("qemu/vm"));
        command.arg("run").arg("--share").arg(self.share.path());
        if sanitizer() {
            // Slower by a factor of two to five.
            command.args(["--sanitizer", "--timeout", "3000", "--memory", "3G"]);
        }
        command.args(&self.options).args(["--", "sh", "-euc"]);
        command.arg(if sanitizer() { format!("({script})\n{LEAKS}") } else { script.to_owned() });
        command
    }

    /// Boots, runs `script` with the shell of the machine, powers off.
    pub fn run(&self, script: &str) -> io::Result<Output> {
        self.command(script).output()
    }

    /// As [`Self::run`], and the script must succeed; returns what it printed.
    pub fn succeeds(&self, script: &str) -> String {
        let output = self.run(script).expect("qemu/vm can be run");
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}\nstdout:\n{stdout}\nstderr:\n{stderr}", output.status);
        stdout
    }
}

/// Whether the kernel with sanitizers is wanted.
pub fn sanitizer() -> bool {
    std::env::var_os("QENEX_SANITIZER").is_some()
}

/// Has the kernel look for leaked memory, which it reports on its console; only what is older than five seconds counts.
const LEAKS: &str = "sleep 6; for again in 1 2; do echo scan > /sys/kernel/debug/kmemleak; done; \
    cat /sys/kernel/debug/kmemleak >&2; test ! -s /sys/kernel/debug/kmemleak";

impl Default for Vm {
    fn default() -> Self {
        Self::new()
    }
}
