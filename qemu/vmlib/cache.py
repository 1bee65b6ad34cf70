"""Products that are made once, kept outside the clone, and checked on every use.

A product is a directory named <what>-<key>, where the key is a hash over
everything the product is made from: change a package list or a recipe and
another product is made, go back and the old one is found again.

A product is built in a sibling directory and renamed when it is complete, so
an interrupted run never leaves something that looks finished. Its stamp
remembers size, time and checksum of the files that matter; they are compared
on every use, and a product that is damaged is made again.

Locks make two commands at once share the work instead of doing it twice, and
keep `clean` away from what is in use. The system drops a lock when its holder
dies, so none is ever stale.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterable

from . import enter
from .errors import Failure
from .paths import cache_dir
from .progress import say

STAMP = "stamp.json"


@dataclass(frozen=True)
class Product:
    """Something to make once: its name, what it is made from, and how."""

    name: str
    inputs: tuple[str, ...]
    build: Callable[[Path], None]  # fills the directory that it is given
    witnesses: tuple[str, ...] = field(default=())  # files whose damage is to be noticed; may be globs

    @property
    def key(self) -> str:
        return key_of(self.inputs)

    @property
    def path(self) -> Path:
        return cache_dir() / f"{self.name}-{self.key}"


def key_of(inputs: Iterable[str]) -> str:
    """Twelve hex digits that stand for all of the inputs."""
    sum_ = hashlib.sha256()
    for text in inputs:
        data = text.encode()
        sum_.update(f"{len(data)}:".encode())
        sum_.update(data)
    return sum_.hexdigest()[:12]


def ensure(product: Product) -> Path:
    """The product's directory, made first if it is missing or damaged."""
    if not problem(product):
        return product.path
    with _lock(product.path.name, exclusive=True):
        reason = problem(product)  # another command may just have made it
        if not reason:
            return product.path
        if product.path.exists():
            say(f"cached {product.path.name} is not usable ({reason}): making it again")
        _make(product)
    return product.path


@contextlib.contextmanager
def in_use(*products: Product):
    """Make sure of some products and keep them from being removed meanwhile."""
    with contextlib.ExitStack() as stack:
        for product in products:
            ensure(product)
            stack.enter_context(_lock(product.path.name, exclusive=False))
        yield [product.path for product in products]


def problem(product: Product) -> str | None:
    """Why a product cannot be used, or None if it can.

    A file whose size and time are those of the stamp is trusted; only one
    whose time differs is read and compared, which keeps every use cheap.
    """
    try:
        stamp = json.loads((product.path / STAMP).read_text())
        files = stamp["files"]
    except FileNotFoundError:
        return "it does not exist" if not product.path.exists() else "its stamp is missing"
    except (OSError, ValueError, KeyError, TypeError):
        return "its stamp is damaged"
    if not files:
        return "its stamp is damaged"
    for name, known in files.items():
        path = product.path / name
        try:
            found = path.stat()
        except OSError:
            return f"{name} is missing"
        if found.st_size != known["size"]:
            return f"{name} has {found.st_size} bytes instead of {known['size']}"
        if found.st_mtime_ns != known["mtime_ns"] and _sha256(path) != known["sha256"]:
            return f"{name} has changed"
    return None


def remove(path: Path) -> None:
    """Remove a tree, whatever owners and modes it has inside."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        subprocess.run([*enter.namespace(), "rm", "-rf", "--one-file-system", str(path)], check=True)


def clean(current: Iterable[Product], everything: bool) -> None:
    """Remove products that are no longer current (or all) and what interrupted runs left."""
    keep = set() if everything else {product.path.name for product in current}
    for entry in sorted(cache_dir().glob("*-*")):
        name = entry.name.removesuffix(".partial")
        if entry.name in keep or not entry.is_dir():
            continue
        try:
            with _lock(name, exclusive=True, wait=False):
                say(f"removing {entry}")
                remove(entry)
        except BlockingIOError:
            say(f"keeping {entry}: it is in use")
    if everything:
        for entry in (cache_dir() / "facts", cache_dir() / "logs"):
            remove(entry)


def _make(product: Product) -> None:
    partial = product.path.with_name(product.path.name + ".partial")
    remove(partial)
    remove(product.path)
    partial.mkdir(parents=True)
    # A build that fails or is interrupted leaves its directory behind; the
    # next run removes it. Removing it here would delay Ctrl-C by seconds.
    product.build(partial)
    _write_stamp(partial, product)
    partial.rename(product.path)


def _write_stamp(directory: Path, product: Product) -> None:
    files = {}
    for pattern in product.witnesses:
        matches = sorted(directory.glob(pattern))
        if not matches:
            raise Failure(f"{product.name} was made, but {pattern} is not in it")
        for path in matches:
            found = path.stat()
            files[str(path.relative_to(directory))] = {
                "size": found.st_size,
                "mtime_ns": found.st_mtime_ns,
                "sha256": _sha256(path),
            }
    # All data reaches the disk before the stamp that vouches for it.
    os.sync()
    (directory / STAMP).write_text(json.dumps({"inputs": list(product.inputs), "files": files}, indent=1))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _lock(name: str, exclusive: bool, wait: bool = True):
    directory = cache_dir() / "locks"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / f"{name}.lock").open("a") as file:
        mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise
            say(f"waiting for another command that is making {name}")
            fcntl.flock(file, mode)
        yield
