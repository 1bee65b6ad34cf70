#!/usr/bin/env python3
"""What has been tried, how often, and what is still open: the table of the README's reliability section.

    proof.py               run every check, one after the other, and print the table into tests/proof.md
    proof.py CHECK…        run only these (--list tells their names), and print the table
    proof.py --table       only print the table, from the results that are there
    proof.py note NAME TRIES UNIT FINDINGS   keep a result, as the checks themselves do

QENEX_PROOF=full runs the long forms, hours of them; QENEX_FUZZ_SECONDS, QENEX_FUZZ_SEEDS and QENEX_FUZZ_CALLS say how long.
No number of the table is written here: each is what a check has counted itself, in target/proof/*.json, or if it has not been
run here, as it was when the table was last printed (tests/proof.json). A check that was never run is `not run`, one that ended
badly is `failed`; a result of another commit than this one names it.
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
# What the table was last made of: committed, so that the checks can be run one by one, on one machine or another.
KEPT = ROOT / "tests/proof.json"
BEGIN, END = "<!-- the table of `make proof` -->\n", "<!-- end of the table -->\n"


# How long the short form takes its time for.
SHORT = {"QENEX_FUZZ_SECONDS": "30", "QENEX_FUZZ_SEEDS": "2", "QENEX_FUZZ_CALLS": "50000"}


@dataclass(frozen=True)
class Row:
    """A check: what it is called, what it shows, how it is run (and in short), and which results are its own."""

    name: str
    shows: str
    command: str
    short: str = ""
    results: tuple[str, ...] = ()

    def forms(self) -> tuple[str, ...]:
        return self.results or (self.name,)


ROWS = (
    Row("safety", "every `unsafe` of the module is listed with its reason", "python3 kmod/safety.py --check"),
    Row("unsafe", "nothing is unsafe outside the kernel, but for the device library", "python3 tests/unsafe.py"),
    Row("deny", "crates: known flaws, licences, sources", "make deny"),
    Row("reproducible", "the module, built again elsewhere, is the same to the last byte", "make test-reproducible"),
    Row("interleavings", "locks, publication, expiry and consumer under schedulers of threads", "make test-interleavings"),
    Row("fuzz-parsers", "ABI, journal, snapshots, exports, HTTP, tokens: any bytes", "make fuzz-parsers"),
    Row("fuzz-messages", "ISO 20022, SWIFT MT, identifiers: any bytes", "make fuzz-messages"),
    Row("kunit", "tests inside the kernel", "make test-sanitizer"),
    Row("machine", "the tests in the virtual machine, with KASAN, lockdep and kmemleak", "make test-sanitizer"),
    Row("hostile", "callers who mean harm, with the same", "make test-sanitizer"),
    Row("injected", "allocations and copies that fail, at every place", "make test-sanitizer"),
    Row("fuzz-live", "random calls of the device", "make fuzz-device"),
    Row("fuzz-restoring", "random calls of the device while the ledger is being restored", "make fuzz-device"),
    Row(
        "faults",
        "daemon, disk, clock, module and power fail under load: lost, doubled, invented",
        "make test-faults",
        short="cargo test --package vm-tests --test durability --locked",
        results=("faults-full", "faults-short"),
    ),
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


def found(row: Row) -> list[dict]:
    """What the check has left: its own file, and those of its parts. Of several forms the first that there is."""
    for name in row.forms():
        for results in (counted(), kept()):
            of_it = [result for of, result in results.items() if of == name or of.startswith(f"{name}-")]
            if of_it:
                return of_it
    return []


def counted() -> dict[str, dict]:
    """The results that were counted here, by name."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(RESULTS.glob("*.json"))}


def kept() -> dict[str, dict]:
    """Those of which the table was last made."""
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


def keep() -> None:
    """Keeps the results of which the table is made now."""
    new = counted()
    stale = {form for row in ROWS for form in row.forms() if any(name == form or name.startswith(f"{form}-") for name in new)}
    old = {name: result for name, result in kept().items() if not any(name == form or name.startswith(f"{form}-") for form in stale)}
    KEPT.write_text(json.dumps({**old, **new}, indent=2, sort_keys=True) + "\n")


def cells(row: Row, here: str) -> tuple[str, str]:
    """What was tried, and what is still open."""
    results = found(row)
    if not results:
        return "not run", ""
    units: dict[str, int] = {}
    for result in results:
        units[result["unit"]] = units.get(result["unit"], 0) + result["tries"]
    tries = ", ".join(f"{count:,} {unit}" for unit, count in units.items())
    others = sorted({result["commit"] for result in results} - {here})
    return tries + (f" (at {', '.join(others)})" if others else ""), str(sum(result["findings"] for result in results))


def table(failed: list[str] = []) -> str:
    """The table as Markdown."""
    here = commit()
    lines = ["| check | command | tries | findings open |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        tries, findings = cells(row, here)
        if row.name in failed:
            tries, findings = "failed", "see the log"
        lines.append(f"| {row.shows} | `{row.command}` | {tries} | {findings} |")
    return "\n".join(lines) + "\n"


def write(text: str) -> None:
    """The table in its own file, and where the README shows it; and what it was made of."""
    keep()
    TABLE.write_text(f"<!-- Printed by `make proof`. -->\n\n{text}")
    readme = ROOT / "README.md"
    before, rest = readme.read_text().split(BEGIN)
    _, after = rest.split(END)
    readme.write_text(before + BEGIN + "\n" + text + "\n" + END + after)


def run(wanted: list[str]) -> list[str]:
    """Runs the checks, each command once; the names of those that failed."""
    short = {} if os.environ.get("QENEX_PROOF") == "full" else SHORT
    environment = {**short, **os.environ}
    outcome: dict[str, bool] = {}
    for row in ROWS:
        if wanted and row.name not in wanted:
            continue
        if row.command not in outcome:
            # What an earlier run has left is none of this one's.
            for other in (other for other in ROWS if other.command == row.command):
                for name in other.forms():
                    for file in (*RESULTS.glob(f"{name}.json"), *RESULTS.glob(f"{name}-*.json")):
                        file.unlink()
            print(f"== {row.command}", flush=True)
            command = row.command if environment.get("QENEX_PROOF") == "full" or not row.short else row.short
            outcome[row.command] = subprocess.run(command, shell=True, cwd=ROOT, env=environment).returncode == 0
    return [row.name for row in ROWS if not outcome.get(row.command, True)]


def main() -> None:
    match sys.argv[1:]:
        case ["note", name, tries, unit, findings]:
            note(name, tries, unit, findings)
        case ["--list"]:
            print("\n".join(row.name for row in ROWS))
        case ["--table"]:
            write(table())
            print(table(), end="")
        case wanted if all(name in {row.name for row in ROWS} for name in wanted):
            failed = run(wanted)
            write(table(failed))
            print(table(failed), end="")
            sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
        case _:
            sys.exit(__doc__)


main()
