//! The module: loading, unloading, parameters, what it says in the kernel log.

use vm_tests::{Vm, module, sanitizer};

fn with_module(vm: Vm) -> Vm {
    vm.add(&module(), "qenex_banking.ko");
    vm.with_option(&["--no-module"])
}

/// Loaded and unloaded 50 times, with money moved each time, it leaves no memory behind.
#[test]
fn load_and_unload() {
    let vm = with_module(Vm::new());
    let out = vm.succeeds(
        "cc -o transfer transfer.c
         kept() {
             echo 3 > /proc/sys/vm/drop_caches
             awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
         }
         round() { insmod qenex_banking.ko volatile=1; ./transfer > /dev/null; rmmod qenex_banking; }
         # The kernel's own caches grow for a while.
         for i in $(seq 60); do round; done
         before=$(kept)
         for i in $(seq 50); do round; done
         echo $before $(kept)
         dmesg | grep -c 'QENEX: loaded'",
    );
    let lines: Vec<&str> = out.lines().collect();
    let kept: Vec<i64> = lines[0].split(' ').map(|word| word.parse().expect("a number of KiB")).collect();
    assert_eq!(lines[1], "110");
    // A leak of one page a load would be 200 KiB, one of the ring 700 MiB. (KASAN keeps what was freed for a while, so that it
    // notices who uses it still; there kmemleak looks for leaks.)
    assert!(sanitizer() || kept[1] - kept[0] < 150, "KiB kept before and after: {kept:?}");
}

/// Parameters out of range are refused, with the reason in the log.
#[test]
fn parameters() {
    let vm = with_module(Vm::new());
    let out = vm.succeeds(
        "for parameter in max_accounts=0 max_accounts=99999999999 max_holds=99999999999 journal_entries=1 \\
             journal_entries=100000 journal_entries=1099511627776 max_accounts=-1 volatile=2; do
             if insmod qenex_banking.ko $parameter 2> /dev/null; then echo \"$parameter was taken\"; exit 1; fi
         done
         dmesg | grep -o 'QENEX: cannot load.*'
         insmod qenex_banking.ko max_accounts=3 max_holds=0 journal_entries=16384 volatile=1
         python3 - <<'END'
from qenex import *
bank = Device()
a = bank.create_account(840, initial_balance=100).account_number
b = bank.create_account(840).account_number
def tell(call):
    try: print(call().result_name)
    except Refused as refusal: print(refusal)
tell(lambda: bank.create_account(840))
tell(lambda: bank.transfer(a, b, 1, 840, flags=HOLD))
tell(lambda: bank.transfer(a, b, 1, 840, id_low=7))
tell(lambda: bank.transfer(a, b, 1, 840, id_low=7))
nothing = [Transfer(from_account=a, to_account=b, currency=840, flags=ZERO_AMOUNT)] * 8192
print('forgetting', [bank.batch(nothing)[0].accepted for _ in range(2)])
tell(lambda: bank.transfer(a, b, 1, 840, id_low=7))
print('balances', [account.balance for account in bank.accounts(a, b)], 'changes', bank.info().sequence)
END
         dmesg | grep -o 'QENEX: .*' | tail -n 3; rmmod qenex_banking; dmesg | grep -o 'QENEX: unloaded.*'",
    );
    assert_eq!(out.matches("QENEX: cannot load: max_accounts must be 1 to").count(), 2, "{out}");
    assert_eq!(out.matches("QENEX: cannot load: max_holds must be").count(), 1, "{out}");
    assert_eq!(out.matches("QENEX: cannot load: journal_entries must be a power of two").count(), 3, "{out}");
    // Full tables are ordinary results, and an id older than the ring is forgotten: the same request is a new one.
    let told = "accounts_full (errno 28)\nholds_full (errno 28)\nok\nexists\nforgetting [8192, 8192]\nok\n\
                balances [98, 2] changes 16390\n";
    assert!(out.contains(told), "{out}");
    assert!(out.contains("QENEX: account not opened: accounts_full"), "{out}");
    assert!(out.contains("room for 3 accounts, 0 holds, 16384 journal entries"), "{out}");
    assert!(out.contains("QENEX: unloaded, 3 accounts"), "{out}");
}

/// Without a daemon the ledger is closed: it tells so, and takes nothing.
#[test]
fn closed_until_opened() {
    let out = with_module(Vm::new()).succeeds(
        "insmod qenex_banking.ko
         python3 - <<'END'
from qenex import *
bank = Device()
def tell(call):
    try: print(call().result_name)
    except Refused as refusal: print(refusal)
tell(lambda: bank.create_account(840))
tell(lambda: bank.transfer(292, 389, 1, 840))
print('state', bank.info().state, 'accounts', bank.info().accounts)
END
         dmesg | grep -o 'QENEX: .*'; rmmod qenex_banking",
    );
    assert!(out.contains("not_live (errno 11)\nnot_live (errno 11)\nstate 0 accounts 0\n"), "{out}");
    assert!(out.contains("QENEX: closed until its daemon opens it"), "{out}");
}

/// The module cannot go while its device is open, and its file says what it is.
#[test]
fn in_use() {
    let out = Vm::new().succeeds(
        "exec 3<> /dev/qenex_banking
         cat /proc/self/fdinfo/3
         if rmmod qenex_banking 2> /dev/null; then echo removed; fi
         exec 3>&-
         rmmod qenex_banking
         test ! -e /dev/qenex_banking && echo gone",
    );
    assert!(out.contains("qenex-state:\tlive"), "{out}");
    assert!(!out.contains("removed"), "{out}");
    assert!(out.contains("gone"), "{out}");
}
