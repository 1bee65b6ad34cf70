"""The build root: a small Debian 13 with the compilers and the emulator.

Everything that builds or boots comes from here, so that it is the same on
every host, whatever the host's own versions are.
"""

from pathlib import Path

from . import enter, host
from .cache import Product
from .errors import Failure
from .paths import IMAGE, KDIR, KSRC, QEMU_DIR, SRC, cache_dir
from .progress import Step

SUITE = "trixie"
RECIPE = "3"  # raise when what build() does to the root changes


def packages(list_name: str) -> list[str]:
    """A package list: one name per line, `#` begins a comment."""
    lines = (QEMU_DIR / "packages" / list_name).read_text().splitlines()
    return [name for line in lines if (name := line.split("#")[0].strip())]


def product(number: str = "", extra: str = "") -> Product:
    """The build root; with extra, another one that has the packages of that list too."""
    lists = ("build-root", extra) if extra else ("build-root",)
    return Product(
        name=f"buildroot-{extra}" if extra else "buildroot",
        inputs=(RECIPE, SUITE, *(name for list_name in lists for name in packages(list_name))),
        build=lambda directory: _build(directory, lists, number),
        witnesses=(
            "root/etc/apt/sources.list",
            "root/usr/bin/qemu-system-x86_64",
            "root/usr/bin/x86_64-linux-gnu-gcc-14",
            "root/usr/bin/rustc",
            "root/usr/bin/bindgen",
            "root/usr/libexec/virtiofsd",
            "root/usr/bin/busybox",
        ),
    )


def bootstrap_command(package_lists: tuple[str, ...], scratch: Path, extra: tuple[str, ...] = ()) -> list[str]:
    """The command that writes a Debian root as a tar archive to its standard output.

    A tar archive, because unpacking it in the namespace of `enter` gives every
    file the owner it needs, for root and for ordinary users alike.
    """
    sources = []
    if mirror := host.mirror():
        sources += [f"deb {mirror} {SUITE} main", f"deb {mirror} {SUITE}-updates main"]
        if security := host.security_mirror():
            sources += [f"deb {security} {SUITE}-security main"]
    return [
        *_all_or_nothing(scratch),
        "mmdebstrap",
        f"--mode={'root' if host.is_root() else 'unshare'}",
        "--format=tar",
        "--variant=apt",
        '--aptopt=APT::Install-Recommends "false"',
        '--aptopt=Acquire::Retries "3"',
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        f"--include={','.join(name for package_list in package_lists for name in packages(package_list))}",
        *extra,
        SUITE,
        "-",
        *sources,
    ]


def _all_or_nothing(scratch: Path) -> list[str]:
    """Prefix for mmdebstrap: when it is killed, nothing of it stays, and its leftovers are in scratch.

    Without root it does the first by itself, and cannot be told to use a
    directory that may be below a private home.
    """
    if not host.is_root():
        return []
    return ["env", f"TMPDIR={scratch}", "unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child"]


def _build(directory: Path, lists: tuple[str, ...], number: str) -> None:
    host.require_packages()
    host.require_user_namespace()
    root = directory / "root"
    root.mkdir()
    log = cache_dir() / "logs" / f"{'-'.join(('buildroot', *lists[1:]))}.log"
    with Step("build root: Debian 13 with compilers and QEMU", "2 min", log, number) as step:
        unpack = ["tar", "-x", "--numeric-owner", "-C", str(root), "--exclude=./dev/*"]
        step.pipeline([bootstrap_command(lists, directory), [*enter.namespace(), *unpack]])
        places = " ".join(place.lstrip("/") for place in (SRC, KSRC, KDIR, IMAGE))
        finish = [
            f"cd '{root}'",
            f"mkdir -p {places}",
            "rm -f etc/resolv.conf && touch etc/resolv.conf",  # the host's is mounted over it
        ]
        step.run([*enter.namespace(), "sh", "-ec", "\n".join(finish)])


def source_line(root: Path, suite: str) -> str:
    """An apt source for another suite of the archive that the root came from."""
    for line in (root / "etc/apt/sources.list").read_text().splitlines():
        if line.startswith("deb ") and f" {SUITE} " in line:
            return line.replace(f" {SUITE} ", f" {suite} ")
    raise Failure(f"{root}/etc/apt/sources.list names no archive for {SUITE}")
