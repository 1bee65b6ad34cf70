#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where the instructions of a section go: `report.py COUNTS KALLSYMS SECTION ITEMS [FUNCTION]`.

COUNTS is what count.c wrote, KALLSYMS the guest's /proc/kallsyms. Prints the instructions of each function per item; with
FUNCTION, of each block of it.
"""

import bisect
import collections
import re
import sys


def plain(name: str) -> str:
    """A mangled Rust name as `crate::module::function`, generics left out."""
    if not name.startswith("_R"):
        return name
    # Without what tells crates with one name apart, and without references back.
    rest = re.sub(r"Cs[0-9A-Za-z]{5,}?_(?=\d)|B[0-9a-z]?_", "", name)
    words = []
    while found := re.search(r"(\d+)_?(?=[A-Za-z_])", rest):
        length = int(found[1])
        words.append(rest[found.end() : found.end() + length])
        rest = rest[found.end() + length :]
    return "::".join(words) or name


def main(counts: str, kallsyms: str, section: str, items: str, function: str = "") -> None:
    symbols = []
    for line in open(kallsyms, encoding="ascii"):
        address, kind, name = line.split()[:3]
        if kind in "tTwW":
            symbols.append((int(address, 16), name))
    symbols.sort()
    addresses = [address for address, _ in symbols]
    functions: collections.Counter[str] = collections.Counter()
    blocks: collections.Counter[int] = collections.Counter()
    for line in open(counts, encoding="ascii"):
        of, address, length, times = line.split()
        if of != section:
            continue
        place = bisect.bisect_right(addresses, int(address, 16)) - 1
        name = symbols[place][1] if place >= 0 and int(address, 16) >= 1 << 63 else "(user)"
        functions[name] += int(length) * int(times)
        if name == function:
            blocks[int(address, 16) - addresses[place]] += int(length) * int(times)
    per = float(items)
    print(f"{functions.total() / per:9.1f} all")
    for name, count in functions.most_common(24):
        print(f"{count / per:9.1f} {plain(name)}")
    for offset, count in sorted(blocks.items()):
        print(f"  {offset:#7x} {count / per:9.1f}")


main(*sys.argv[1:])
