#!/usr/bin/env python3
"""Counts the unsafe code of everything that runs outside the kernel, and fails when there is some.

The one crate that may have it is the device library, which calls ioctl and mmap; the ledger's crate is the kernel's, compiled
for the host only in tests and benches (kmod/SAFETY.md lists its places). Every other crate root says
`#![forbid(unsafe_code)]`, and no word `unsafe` is in its sources.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ("tools/device/", "kmod/")
# What cargo takes for the root of a crate, by its place.
CRATE_ROOT = re.compile(r"(^|/)(src/(lib|main)\.rs|src/bin/[^/]+\.rs|tests/[^/]+\.rs|benches/[^/]+\.rs|examples/[^/]+\.rs)$")
UNSAFE = re.compile(r"\bunsafe\b(?!_code)")


def code(text: str) -> str:
    """The source without comments and the contents of strings."""
    text = re.sub(r'r(#*)".*?"\1', '""', text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\])*"', '""', text, flags=re.S)
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)


def main() -> None:
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "*.rs"], check=True, capture_output=True, text=True).stdout
    problems, roots, places = [], 0, 0
    for name in listed.split():
        text = (ROOT / name).read_text()
        found = len(UNSAFE.findall(code(text)))
        if name.startswith(ALLOWED):
            places += found if name.startswith("tools/device/") else 0
            continue
        if found:
            problems.append(f"{name}: {found} times unsafe")
        # Tests and benches are crates of their own, which no program contains: that there is none in them is looked at above.
        # (Fuzz targets are made by a macro whose code cannot be forbidden it.)
        is_root = CRATE_ROOT.search(name) or name.endswith("/build.rs") and (ROOT / name).with_name("Cargo.toml").exists()
        if is_root and not re.search(r"(^|/)(tests|benches)/[^/]+\.rs$", name):
            roots += 1
            if "#![forbid(unsafe_code)]" not in text:
                problems.append(f"{name}: a crate without #![forbid(unsafe_code)]")
    if problems or not roots:
        sys.exit("\n".join(problems) or "no crates found")
    subprocess.run([sys.executable, ROOT / "tests/proof.py", "note", "unsafe", str(roots), "crate roots", "0"], check=True)
    print(f"{roots} crate roots forbid unsafe code, 0 places outside the device library, {places} in it")


main()
