"""The guest's kernel log: kept as a file, and watched for lines that mean failure.

A test that passes while the kernel prints a warning has not passed. What is
looked for is what the kernel prints when it has found something wrong with
itself; boot messages that merely contain such words are not matched.
"""

import fcntl
import os
import re
from pathlib import Path
from typing import BinaryIO

# Kernel messages begin with a time in brackets, on serial consoles too.
_AT_START = r"^\[[^\]]*\](?:\[[^\]]*\])? "
_TROUBLE = re.compile(
    "|".join(
        [
            _AT_START + r"(?:watchdog: )?(?:WARNING|BUG|Oops|UBSAN|KASAN|KCSAN|KFENCE)\b.*:",
            r"kernel BUG at ",
            r"Oops: ",
            r"\bBUG: (?:KASAN|KFENCE|kernel NULL|unable to handle|soft lockup|sleeping function)",
            r"Kernel panic - not syncing",
            r"general protection fault",
            r"possible (?:recursive locking|circular locking|irq lock inversion|interrupt unsafe)",
            r"inconsistent lock state",
            r"suspicious RCU usage",
            r"kmemleak: \d+ new suspected",
            r"rust_kernel: panicked",
            r"rcu: INFO: .*(?:stall|self-detected)",
            r"INFO: task .* blocked for more than",
        ]
    )
)
_PANIC = re.compile(r"Kernel panic - not syncing")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1bc|\r")


class Console:
    """Takes the log as it comes, in pieces of any size."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._file = _open(path)
        self.troubles: list[str] = []
        self.panicked = False
        self._rest = b""

    def feed(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._look_at(line)

    def close(self) -> None:
        if self._rest:
            self._look_at(self._rest)
            self._rest = b""
        self._file.close()

    def _look_at(self, raw: bytes) -> None:
        line = _CONTROL.sub("", raw.decode(errors="replace")).strip()
        if is_trouble(line):
            self.troubles.append(line)
        if _PANIC.search(line):
            self.panicked = True


def _open(path: Path) -> tuple[Path, BinaryIO]:
    """The log file, under a name of its own when another run is writing to that one."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        path = path.with_name(f"{path.stem}-{os.getpid()}{path.suffix}")
        file = path.open("ab")
    file.truncate(0)
    return path, file


def is_trouble(line: str) -> bool:
    """Whether a line of the log means that the kernel is not well."""
    return bool(_TROUBLE.search(line))
