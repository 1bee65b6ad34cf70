"""Building the kernel module, against the pinned kernel or another tree."""

import os
import re
import subprocess
import sys
from pathlib import Path

from . import buildroot, cache, enter, kernel, pin
from .enter import Bind
from .errors import Failure
from .kernel import STOCK, Flavour
from .paths import KDIR, PACKAGES, REPO, SRC, cache_dir

NAME = "qenex_banking"
CARGO_HOME = "/tmp/cargo"


def build(arguments: list[str], flavour: Flavour = STOCK) -> int:
    """Run Kbuild on kmod/; make's exit status. KDIR in the environment names another kernel tree."""
    if other := os.environ.get("KDIR"):
        return _build_natively(Path(other), arguments)
    kernel.choice()
    where = [f"M={SRC}/kmod", f"MO={SRC}/{flavour.output}"]
    # As kmod/Kbuild does for our own objects.
    nowhere = f"KCFLAGS=-ffile-prefix-map={SRC}/{flavour.output}=kmod"
    make = ["make", "--no-print-directory", "-C", KDIR, *where, flavour.toolchain, nowhere, f"-j{os.cpu_count()}", *arguments]
    return in_root(make, SRC, flavour, show_repository_paths=True)


def built(flavour: Flavour = STOCK) -> Path:
    """Where the module is after a build."""
    return REPO / flavour.output / f"{NAME}.ko"


def in_root(
    argv: list[str],
    cwd: str | None = None,
    flavour: Flavour = STOCK,
    show_repository_paths: bool = False,
    extra: str = "",
) -> int:
    """Run a command inside the build root with repository and kernel tree in their places."""
    # Crates that were fetched once; in the cache, but no product of it: losing it costs a download.
    crates = cache_dir() / "cargo"
    crates.mkdir(parents=True, exist_ok=True)
    made_in = buildroot.product(extra=extra) if extra else flavour.root()
    with cache.in_use(made_in, kernel.packages(), kernel.source(), kernel.tree(flavour)) as (root, packages, _, _):
        command = enter.command(
            root / "root",
            argv,
            binds=(Bind(REPO, SRC), Bind(crates, CARGO_HOME), Bind(packages, PACKAGES, writable=False), *kernel.binds(flavour)),
            cwd=cwd or _inside(Path.cwd()),
            env={"CARGO_HOME": CARGO_HOME},
        )
        if not show_repository_paths:
            return subprocess.run(command).returncode
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in process.stdout:
            sys.stdout.buffer.write(repository_paths(line, flavour.output))
            sys.stdout.buffer.flush()
        return process.wait()


def repository_paths(line: bytes, output: str = STOCK.output) -> bytes:
    """A compiler's message with paths as they are outside: relative to the repository.

    Kbuild compiles in output, so paths begin with /src/ or lead up from there.
    """
    up = b"../" * (output.count("/") + 1)
    return re.sub(rb"(?<![\w./-])(?:%s/|%s)(?=\w)" % (SRC.encode(), re.escape(up)), b"", line)


def _inside(directory: Path) -> str:
    """Where a directory of the host is inside the root: only the repository is there."""
    return f"{SRC}/{directory.relative_to(REPO)}" if directory.is_relative_to(REPO) else SRC


def _fitting() -> str:
    """Which kernels the module is made for."""
    series = ", ".join(pin.read().fallback)
    return f"The module fits kernels of the series {series} that are configured with CONFIG_RUST=y"


def _build_natively(tree: Path, arguments: list[str]) -> int:
    config = tree / "include/config/auto.conf"
    if not config.exists():
        raise Failure(f"KDIR={tree} is not a prepared kernel build tree (no include/config/auto.conf). {_fitting()}")
    if "CONFIG_RUST=y" not in config.read_text().split():
        raise Failure(f"KDIR={tree}: that kernel is configured without CONFIG_RUST=y. {_fitting()}")
    if not list(tree.glob("rust/*.rmeta")):
        raise Failure(f"KDIR={tree}: no Rust metadata there (rust/*.rmeta); run `make modules_prepare` in it first")
    make = ["make", "-C", str(tree), f"M={REPO}/kmod", f"MO={REPO}/{STOCK.output}", *arguments]
    return subprocess.run(make).returncode
