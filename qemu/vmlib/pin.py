"""Which kernel: kernel.pin, read."""

from dataclasses import dataclass
from pathlib import Path

from .errors import Failure
from .paths import QEMU_DIR

PIN_FILE = QEMU_DIR / "kernel.pin"

FLAVOUR = "cloud-amd64"


@dataclass(frozen=True)
class Pin:
    suite: str
    series: str
    release: str
    version: str
    checksums: dict[str, str]  # package name -> sha256 of its .deb
    fallback: tuple[str, ...]  # series that may stand in, the preferred one first

    @property
    def packages(self) -> tuple[str, ...]:
        return packages_of(self.series, self.release)


def packages_of(series: str, release: str) -> tuple[str, ...]:
    """What is needed of one kernel: source, configuration and symbols, image, drivers."""
    return (f"linux-source-{series}", f"linux-headers-{release}", f"linux-binary-{release}", f"linux-modules-{release}")


def read(path: Path = PIN_FILE) -> Pin:
    """Parse the file; what is wrong with it is named with its line."""
    single: dict[str, str] = {}
    checksums: dict[str, str] = {}
    fallback: tuple[str, ...] = ()
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        words = line.split("#")[0].split()
        match words:
            case []:
                pass
            case ["suite" | "series" | "release" | "version" as name, value] if name not in single:
                single[name] = value
            case ["sha256", package, checksum] if len(checksum) == 64 and package not in checksums:
                checksums[package] = checksum
            case ["fallback", *series] if series:
                fallback = tuple(series)
            case _:
                raise Failure(f"{path}:{number}: cannot make sense of `{line.strip()}`")
    for name in ("suite", "series", "release", "version"):
        if name not in single:
            raise Failure(f"{path}: `{name}` is missing")
    pin = Pin(checksums=checksums, fallback=fallback, **single)
    for package in pin.packages:
        if package not in checksums:
            raise Failure(f"{path}: the sha256 of {package} is missing")
    return pin
