"""Which lines of the kernel log mean failure, and which do not."""

import tempfile
import unittest
from pathlib import Path

import support  # noqa: F401
from vmlib.console import Console, is_trouble

TROUBLE = """\
[    6.126947] WARNING: CPU: 0 PID: 1 at kernel/foo.c:12 foo+0x10/0x20
[    6.126947] WARNING: kernel/foo.c:12 at foo+0x10/0x20, CPU#1: insmod/77
[    6.126947][   T77] WARNING: possible circular locking dependency detected
[    6.126947] WARNING: possible recursive locking detected
[    6.126947] BUG: sleeping function called from invalid context at include/linux/sched/mm.h:321
[    6.126947] BUG: KASAN: slab-use-after-free in foo+0x1/0x2
[    6.126947] BUG: kernel NULL pointer dereference, address: 0000000000000000
[    6.126947] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [insmod:77]
[    6.126947] kernel BUG at rust/helpers/bug.c:7!
[    6.126947] Oops: Oops: 0002 [#1] SMP NOPTI
[    6.126947] Oops: general protection fault, probably for non-canonical address 0xdead
[    6.126947] Kernel panic - not syncing: sysrq triggered crash
[    6.126947] rust_kernel: panicked at ledger.rs:29:13: attempt to add with overflow
[    6.126947] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
[    6.126947] rcu: INFO: rcu_preempt self-detected stall on CPU
[    6.126947] kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
[    6.126947] UBSAN: array-index-out-of-bounds in foo.c:1:2
[    6.126947] INFO: task qenexd:99 blocked for more than 120 seconds.
""".splitlines()

INNOCENT = """\
[    0.000000] Command line: console=ttyS0 panic=-1 oops=panic
[    0.123456] rcu: Hierarchical RCU implementation.
[    0.123456] rcu: \tRCU restricting CPUs from NR_CPUS=8192 to nr_cpu_ids=2.
[    0.123456] Spectre V2 : WARNING not a real one
[    0.123456] Kernel panic timeout set
[    0.123456] x86/mm: Checked W+X mappings: passed, no W+X pages found.
[    4.728778] hello: loading out-of-tree module taints kernel.
[    4.728778] hello: module verification failed: signature and/or required key missing - tainting kernel
[    4.728778] QENEX: 2 accounts, 0 bugs
WARNING: printed by a program
kmemleak: Kernel memory leak detector initialized
""".splitlines()


class ConsoleTest(unittest.TestCase):
    def test_trouble(self):
        for line in TROUBLE:
            with self.subTest(line=line):
                self.assertTrue(is_trouble(line))

    def test_innocent(self):
        for line in INNOCENT:
            with self.subTest(line=line):
                self.assertFalse(is_trouble(line))

    def test_lines_in_pieces_with_terminal_codes(self):
        with tempfile.TemporaryDirectory() as directory:
            console = Console(Path(directory) / "sub/console.log")
            for piece in (b"\x1bc\x1b[?7l[    1.0] fine\r\n[    2.0] WARN", b"ING: x at y:1\r\n[ 3.0] Kernel panic", b" - not syncing: z"):
                console.feed(piece)
            console.close()
            self.assertEqual(console.troubles, ["[    2.0] WARNING: x at y:1", "[ 3.0] Kernel panic - not syncing: z"])
            self.assertTrue(console.panicked)
            self.assertIn(b"fine", console.path.read_bytes())

    def test_two_runs_write_two_logs(self):
        with tempfile.TemporaryDirectory() as directory:
            wanted = Path(directory) / "console.log"
            first, second = Console(wanted), Console(wanted)
            first.feed(b"first\n")
            second.feed(b"second\n")
            first.close()
            second.close()
            self.assertEqual(first.path.read_bytes(), b"first\n")
            self.assertEqual(second.path.read_bytes(), b"second\n")


if __name__ == "__main__":
    unittest.main()
