//! The device: programs in several languages, rights, bad input, many threads.

use vm_tests::Vm;

/// A stranger's programs work from the header, or from its numbers, alone.
#[test]
fn clients_in_c_python_and_perl() {
    let out = Vm::new().succeeds(
        "cc -std=c11 -Wall -Wextra -Werror -pedantic -o account account.c
         cc -std=c11 -Wall -Wextra -Werror -pedantic -o transfer transfer.c
         ./account; ./transfer; python3 transfer.py; perl transfer.pl",
    );
    let lines: Vec<&str> = out.lines().collect();
    let number: u64 = lines[0].parse().expect("an account number");
    assert_eq!(number % 97, 1, "check digits of {number}");
    assert_eq!(lines[1..], ["95000 5000"; 3]);
}

/// The node belongs to root and the group, and nobody else may open it.
#[test]
fn node_and_rights() {
    let out = Vm::new().succeeds("stat -c '%a %U %G %F' /dev/qenex_banking; python3 rights.py");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "660 root qenex character special file");
    assert!(lines.last().is_some_and(|line| line.ends_with("checks, 0 failed")), "{out}");
}

/// Every wrong call has its own answer.
#[test]
fn bad_input() {
    let out = Vm::new().succeeds("python3 bad_input.py");
    assert!(out.trim_end().ends_with("checks, 0 failed"), "{out}");
}

/// 64 threads, 100 accounts, and readers between them: every balance is what the threads' own books say, and no read
/// sees half a transfer.
#[test]
fn many_threads() {
    let out = Vm::new().succeeds(
        "cc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -pthread -o stress stress.c
         ./stress 64 100 500; ./stress 8 2 5000",
    );
    assert_eq!(out.matches(" 0 wrong balances, 0 wrong reads, 0 failures").count(), 2, "{out}");
}
