#!/usr/bin/env python3
"""What has been tried, how often, and what is still open: the table of the README's reliability section.

    proof.py               run every check, one after the other, and print the table into tests/proof.md
    proof.py CHECK…        run only these (see their names with --list), and print the table
    proof.py --table       only print the table, from the results that are there
    proof.py note NAME TRIES UNIT FINDINGS   keep a result, as the checks themselves do

QENEX_PROOF=full runs the long forms: days of fuzzing become possible by QENEX_FUZZ_SECONDS, QENEX_FUZZ_SEEDS and
QENEX_FUZZ_CALLS, which are given on. No number is written here: each is what a check has counted, in target/proof/*.json. A
check that has left none is `not run`, one that ended badly is `failed`.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "target/proof"
TABLE = ROOT / "tests/proof.md"
BEGIN, END = "<!-- the table of `make proof` -->\n", "<!-- end of the table -->\n"


@dataclass(frozen=True)
class Row:
    """A check: what it is called, what it shows, how it is run (and in full), and which results are its own."""

    name: str
    shows: str
    command: str
    full: str = ""
    results: tuple[str, ...] = ()

    def prefixes(self) -> tuple[str, ...]:
        return self.results or (self.name,)


ROWS = (
    Row("safety", "every `unsafe` in the kernel module is listed with its reason", "python3 kmod/safety.py --check"),
    Row("unsafe", "no unsafe code outside the kernel but in the device library", "python3 tests/unsafe.py"),
    Row("deny", "crates: advisories, licences, sources", "make deny"),
    Row("reproducible", "the module, built again elsewhere, is the same to the last byte", "make test-reproducible"),
    Row("interleavings", "lock, publication and expiry protocols under schedulers of threads", "make test-interleavings"),
    Row("fuzz-parsers", "whatever decodes bytes, given random ones", "make fuzz"),
    Row("kunit", "the ledger's tests inside the kernel", "make test-kunit"),
    Row(
        "sanitizer",
        "the tests in the virtual machine on the kernel with KASAN, lockdep, kmemleak",
        "make test-sanitizer",
    ),
    Row(
        "hostile",
        "callers who mean harm, on that kernel",
        "make test-sanitizer",
        results=("strangers", "extremes", "mappings", "leaks", "clock", "files", "traced"),
    ),
    Row("injected", "allocations and copies that fail, at every place", "make test-sanitizer"),
    Row("fuzz-live", "random calls of the device", "make fuzz-device"),
    Row("fuzz-restoring", "random calls while the ledger is being restored", "make fuzz-device"),
    Row("faults", "the daemon, the disk, the clock or the power fails under load", "make test-faults", results=("faults",)),
)


def commit() -> str:
    """The commit that the working tree is, with a plus if something in it is not committed."""
    run = lambda *words: subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True, check=True).stdout.strip()
    return run("rev-parse", "--short=10", "HEAD") + ("+" if run("status", "--porcelain", "--untracked-files=no") else "")


def note(name: str, tries: str, unit: str, findings: str) -> None:
    """Keeps a result under a name of its own."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    result = {"tries": int(tries), "unit": unit, "findings": int(findings), "commit": commit(), "time": int(time.time())}
    (RESULTS / f"{name}.json").write_text(json.dumps(result) + "\n")


def main() -> None:
    match sys.argv[1:]:
        case ["note", name, tries, unit, findings]:
            note(name, tries, unit, findings)
        case _:
            sys.exit(__doc__)


main()
