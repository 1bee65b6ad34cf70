#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The list of everything unsafe in the module, kept in kmod/SAFETY.md.

	kmod/safety.py          write the list anew
	kmod/safety.py --check  fail if it is not what the sources say

Each place is named by file and function, not by line, so that only a change of what is unsafe changes the list.
"""

import re
import subprocess
import sys
from pathlib import Path

KMOD = Path(__file__).resolve().parent
SOURCES = (KMOD / "src", KMOD / "ledger" / "src", KMOD.parent / "qenex-abi" / "src")
DOCUMENT = KMOD / "SAFETY.md"
BEGIN, END = "<!-- written by kmod/safety.py -->\n", "<!-- end -->\n"

FUNCTION = re.compile(r"^\s*(?:pub(?:\([a-z]+\))? )?(?:const )?(?:unsafe )?(?:extern \"C\" )?fn (\w+)")
OWNER = re.compile(r"^(?:unsafe )?impl(?:<.*?>)? (?:(\w+)(?:<.*>)? for )?(\w+)")
UNSAFE = re.compile(r"\bunsafe (?:extern \"C\" )?(\{|impl|fn)")
REASON = re.compile(r"^\s*// SAFETY: (.*)")


def places(path: Path):
    """Each unsafe thing of a file: where, what kind, and why it is sound."""
    lines = path.read_text().splitlines()
    where, owner = "", ""
    for number, line in enumerate(lines):
        code = line.split("//")[0]
        if (found := OWNER.match(code)) and not code.startswith(" "):
            owner = found[2]
        if code.startswith("}"):
            owner = ""
        if found := FUNCTION.match(code):
            where = f"{owner}::{found[1]}" if owner and code.startswith(" ") else found[1]
        for kind in UNSAFE.findall(code):
            if kind == "impl":
                yield code.split("unsafe ")[1].rstrip(" {}"), "impl", reason(lines, number)
            elif kind == "fn":
                yield where, "fn", contract(lines, number)
            else:
                yield where, "block", reason(lines, number)


def reason(lines: list[str], number: int) -> str:
    """The `SAFETY` comment on the lines before, within the same statement."""
    text: list[str] = []
    for before in range(number - 1, max(number - 8, -1), -1):
        stripped = lines[before].strip()
        if stripped.startswith("//"):
            if found := REASON.match(lines[before]):
                return " ".join([found[1], *reversed(text)])
            text.append(stripped.lstrip("/ "))
        elif stripped.endswith(";") and not text:
            break
        else:
            text.clear()
    return "?"


def contract(lines: list[str], number: int) -> str:
    """What the documentation of an unsafe function asks of its callers."""
    text: list[str] = []
    for before in range(number - 1, -1, -1):
        stripped = lines[before].strip()
        if stripped == "/// # Safety":
            return "callers: " + " ".join(line for line in reversed(text) if line)
        if stripped.startswith("///"):
            text.append(stripped.lstrip("/ "))
        elif not stripped.startswith("#["):
            break
    return "?"


def listing() -> str:
    rows, total, missing = [], 0, []
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.rs")):
            found = list(places(path))
            if not found:
                continue
            name = path.relative_to(KMOD.parent)
            rows += [f"### `{name}`: {len(found)}\n", "| where | what | why it is sound |", "| --- | --- | --- |"]
            for where, kind, why in found:
                total += 1
                if why == "?":
                    missing.append(f"{name}: {where}")
                rows.append(f"| `{where}` | {kind} | {why.replace('|', '/')} |")
            rows.append("")
    if missing:
        sys.exit("no reason is given for what is unsafe in\n  " + "\n  ".join(missing))
    return f"{total} places.\n\n" + "\n".join(rows)


def main() -> None:
    text = DOCUMENT.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    written = before + BEGIN + "\n" + listing() + "\n" + END + after
    if "--check" not in sys.argv:
        DOCUMENT.write_text(written)
    elif written != text:
        sys.exit("kmod/SAFETY.md is not what the sources say: look at what changed and why, then run kmod/safety.py")
    else:
        places = re.search(r"^(\d+) places\.$", written, re.M)[1]
        subprocess.run([sys.executable, KMOD.parent / "tests/proof.py", "note", "safety", places, "places", "0"], check=True)


main()
