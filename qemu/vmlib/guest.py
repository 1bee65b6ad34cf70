"""What the virtual machine boots into: root file system and initramfs.

The root file system is a small Debian 13 image, made once; every run works on
a throw-away copy-on-write layer over it. There is one with what tests need,
whose first program is ours, and one that systemd starts, as bare as a server
is before anything of ours is installed. The initramfs is made anew for each
run, which takes milliseconds: it carries the few programs that start the
guest, the module to load and the command to run.
"""

import shlex
from pathlib import Path

from . import buildroot, cache, enter
from .cache import Product
from .cpio import Archive
from .paths import GUEST, RECIPES, cache_dir
from .progress import Step

IMAGE_SIZE = "3G"  # sparse; what is not used takes no space


def image(number: str = "", systemd: bool = False, extra: str = "") -> Product:
    """The root file system; with extra, another one that has the packages of that list too."""
    name = "guest-systemd" if systemd else "guest"
    lists = (name, extra) if extra else (name,)
    recipe = (RECIPES / ("guest-systemd.sh" if systemd else "guest-root.sh")).read_text()
    return Product(
        name="-".join(lists),
        inputs=(IMAGE_SIZE, buildroot.SUITE, *(package for name in lists for package in buildroot.packages(name)), recipe),
        build=lambda directory: _build(directory, lists, recipe, number),
        witnesses=("root.img",),
    )


def initramfs(root: Path, drivers: list[Path], files: dict[str, bytes]) -> bytes:
    """The archive that the kernel unpacks and starts /init from.

    files are put into /vm, which the started guest finds at /run/vm.
    """
    archive = Archive()
    for name in ("dev", "vm", "drivers", "root", "bin"):
        archive.directory(name)
    archive.file("init", (GUEST / "init").read_bytes(), 0o755)
    archive.file("bin/busybox", (root / "usr/bin/busybox").read_bytes(), 0o755)
    for driver in drivers:
        archive.file(f"drivers/{driver.name}", driver.read_bytes())
    archive.file("vm/busybox", (root / "usr/bin/busybox").read_bytes(), 0o755)
    archive.file("vm/start", (GUEST / "start").read_bytes(), 0o755)
    archive.file("vm/agent.py", (GUEST / "agent.py").read_bytes(), 0o755)
    for name, data in files.items():
        archive.file(f"vm/{name}", data)
    return archive.bytes()


def shell_words(words: list[str]) -> bytes:
    """Words as shell source text that means exactly these words."""
    return shlex.join(words).encode(errors="surrogateescape")


def command_script(words: list[str]) -> bytes:
    """A shell script that becomes the command, each word exactly as given."""
    return b"exec " + shell_words(words) + b"\n"


def _build(directory: Path, lists: tuple[str, ...], recipe: str, number: str) -> None:
    root = cache.ensure(buildroot.product()) / "root"
    log = cache_dir() / "logs" / f"{'-'.join(lists)}.log"
    with Step("guest image: Debian 13 for the virtual machine", "1 min", log, number) as step:
        bootstrap = buildroot.bootstrap_command(lists, directory, extra=(f"--customize-hook={recipe}",))
        # No journal: the image itself is never written to after this.
        options = ["-q", "-F", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-L", "qenex-root", "-d", "-"]
        image_file = str(directory / "root.img")
        make = enter.without_entering(root, "usr/sbin/mke2fs", *options, image_file, IMAGE_SIZE)
        step.pipeline([bootstrap, make])
