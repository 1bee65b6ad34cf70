#!/usr/bin/env python3
"""Which blocks of the module a fuzzer has reached.

    coverage.py MODULE.ko BLOCKS… [--missing]

Counts the places at which the compiler had the module tell the kernel that a block runs (calls of __sanitizer_cov_trace_pc in
.text), and how many of them are among the offsets in the files BLOCKS, one a line in hexadecimal, which `fuzz` writes. With --missing
also tells in which functions blocks were not reached, and how many.

Told apart are blocks that nothing may reach, those that only report that something is wrong (KASAN, a Rust panic), and blocks
that no call reaches: loading and unloading, and the texts that only userspace asks for.
"""

import bisect
import collections
import struct
import sys
from pathlib import Path

TRACE = b"__sanitizer_cov_trace_pc"
# What a block calls that is there only to report.
REPORTS = (b"__asan_report_", b"core9panicking", b"core6option13", b"core6result13", b"core5slice5index", b"__ubsan")
# Parts of the names of functions that no call reaches.
ELSEWHERE = ("ResultCode7meaning", "6Ledger3new", "13drop_in_place", "4main4load", "JustInPlace", "InPlaceModule", "ConfigError")


class Elf:
    """What is needed of a relocatable ELF file of 64 bits."""

    def __init__(self, data: bytes):
        self.data = data
        offset, size, count, names = (
            struct.unpack_from("<Q", data, 40)[0],
            *struct.unpack_from("<HHH", data, 58),
        )
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size) for i in range(count)]
        self.names = self.sections[names][4]

    def text(self, base: int, offset: int) -> bytes:
        start = base + offset
        return self.data[start : self.data.index(b"\0", start)]

    def section(self, name: bytes) -> int:
        return next(i for i, section in enumerate(self.sections) if self.text(self.names, section[0]) == name)

    def symbols(self):
        """Name, section, value and type of each symbol, by number."""
        table = self.sections[self.section(b".symtab")]
        strings = self.sections[table[6]][4]
        for at in range(table[4], table[4] + table[5], 24):
            name, info, _, section, value, _ = struct.unpack_from("<IBBHQQ", self.data, at)
            yield self.text(strings, name), section, value, info & 15

    def relocations(self, name: bytes):
        """Offset and number of the symbol of each relocation of a section."""
        table = self.sections[self.section(b".rela" + name)]
        for at in range(table[4], table[4] + table[5], 24):
            offset, info, _ = struct.unpack_from("<QQq", self.data, at)
            yield offset, info >> 32


def main() -> None:
    elf = Elf(Path(sys.argv[1]).read_bytes())
    symbols = list(elf.symbols())
    text = elf.section(b".text")
    # What the kernel tells is where the call returns to: behind the four bytes that are relocated.
    blocks = {offset + 4 for offset, symbol in elf.relocations(b".text") if symbols[symbol][0] == TRACE}
    order = sorted(blocks)
    names = {i: symbol[0] for i, symbol in enumerate(symbols)}
    reports = {
        order[at - 1]
        for offset, symbol in elf.relocations(b".text")
        if any(part in names[symbol] for part in REPORTS) and (at := bisect.bisect_right(order, offset))
    }
    functions = sorted((value, name.decode()) for name, section, value, kind in symbols if section == text and kind == 2)
    starts = [value for value, _ in functions]
    function = {block: functions[bisect.bisect_right(starts, block) - 1][1] for block in blocks}
    elsewhere = {block for block in blocks - reports if any(part in function[block] for part in ELSEWHERE)}
    files = [Path(name) for name in sys.argv[2:] if name != "--missing"]
    reached = {int(line, 16) for file in files for line in file.read_text().split()}
    if not blocks or not reached <= blocks:
        sys.exit(f"{len(reached - blocks)} of {len(reached)} offsets are none of this module's {len(blocks)} blocks")
    counted = blocks - reports - elsewhere
    percent = 100 * len(reached & counted) / len(counted)
    print(f"{len(reached & counted)} of {len(counted)} basic blocks that calls can reach were reached, {percent:.1f} %")
    print(f"of {len(blocks)} in the module, {len(reports)} report that something is wrong ({len(reached & reports)} reached), ", end="")
    print(f"{len(elsewhere)} belong to loading and texts ({len(reached & elsewhere)} reached)")
    if "--missing" in sys.argv:
        total = collections.Counter(function[block] for block in counted)
        missing = collections.Counter(function[block] for block in counted - reached)
        for name, count in missing.most_common():
            print(f"{count:5} of {total[name]:5}  {name}")


main()
