"""The kernel: its packages, its source, the tree that modules are built against, its image.

Three products, because they are made and change apart: packages (what the
archive offered), source (big, slow to unpack, the same for every flavour) and
one build tree with a bootable image for each flavour.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from . import buildroot, cache, enter, pin
from .cache import Product
from .enter import Bind
from .paths import IMAGE, KDIR, KSRC, PACKAGES, QEMU_DIR, RECIPES, REPO, cache_dir
from .progress import Step, warn


@dataclass(frozen=True)
class Choice:
    """The kernel that is really used: the pinned one, or what stands in for it."""

    series: str
    release: str
    version: str
    kind: str  # "pinned" or "fallback"


@dataclass(frozen=True)
class Flavour:
    """A way to configure and build the kernel, and modules for it."""

    name: str
    title: str
    usual: str
    recipe: str
    toolchain: str  # how make is told which compiler to use
    output: str  # where modules for it are built, in the repository
    witnesses: tuple[str, ...]
    extra_packages: str = ""  # list of what the build root needs beside the usual
    given: tuple[str, Path] | None = None  # name in the build tree of a file that the recipe needs, and the file

    def root(self) -> Product:
        """The build root that builds it."""
        return buildroot.product(extra=self.extra_packages)


# Debian's own binary kernel: nothing of it is compiled here but metadata.
STOCK = Flavour(
    name="stock",
    title="kernel tree: Rust metadata for modules",
    usual="3 min",
    recipe="kernel-tree.sh",
    toolchain="CC=gcc-14",
    output="target/kmod",
    witnesses=(
        "image/vmlinuz",
        "image/release",
        "image/*.ko",
        "kdir/.config",
        "kdir/Module.symvers",
        "kdir/include/generated/autoconf.h",
        "kdir/include/generated/rustc_cfg",
        "kdir/rust/*.rmeta",
        "kdir/rust/*.so",
        "kdir/scripts/mod/modpost",
        "kdir/tools/objtool/objtool",
    ),
    given=("kernel-tree.sh", REPO / "kmod/kernel-tree.sh"),
)


# The same source with everything that watches over memory, locks and waits. Such a kernel has to be built by clang,
# or its Rust half would not be watched.
SANITIZER = Flavour(
    name="sanitizer",
    title="kernel with sanitizers",
    usual="25 min",
    recipe="kernel-sanitizer.sh",
    toolchain="LLVM=-19",
    output="target/kmod-sanitizer",
    witnesses=(
        "image/vmlinuz",
        "image/release",
        "kdir/.config",
        "kdir/Module.symvers",
        "kdir/include/generated/autoconf.h",
        "kdir/include/generated/rustc_cfg",
        "kdir/rust/*.rmeta",
        "kdir/rust/*.so",
        "kdir/scripts/mod/modpost",
        "kdir/tools/objtool/objtool",
    ),
    extra_packages="clang",
    given=("fragment.config", QEMU_DIR / "sanitizer.config"),
)


def flavour(sanitizer: bool, kunit: bool = False) -> Flavour:
    """The flavour to use; the module with its own tests inside is built beside the one without."""
    chosen = SANITIZER if sanitizer else STOCK
    return replace(chosen, output=f"{chosen.output}-kunit") if kunit else chosen


def packages(number: str = "") -> Product:
    pinned = pin.read()
    return Product(
        name="kernel-packages",
        inputs=(pin.PIN_FILE.read_text(), _recipe("kernel-packages.sh")),
        build=lambda directory: _fetch(directory, pinned, number),
        witnesses=("choice", "*.deb"),
    )


def choice() -> Choice:
    """Which kernel the packages are of. Says so loudly when it is not the pinned one."""
    path = cache.ensure(packages())
    found = Choice(*(path / "choice").read_text().split())
    if found.kind == "fallback":
        pinned = pin.read()
        warn(
            f"The archive no longer offers the pinned kernel {pinned.version}.\n"
            f"Using {found.release} ({found.version}) instead, the newest supported one that it has.\n"
            f"To settle on it, change {pin.PIN_FILE.name}."
        )
    return found


def source(number: str = "") -> Product:
    made_of = packages()
    return Product(
        name="kernel-source",
        inputs=(made_of.key, _recipe("kernel-source.sh")),
        build=lambda directory: _unpack(directory, number),
        witnesses=(
            "ksrc/Makefile",
            "ksrc/Kbuild",
            "ksrc/rust/kernel/lib.rs",
            "ksrc/scripts/Makefile.build",
            "ksrc/virt/kvm/Makefile.kvm",  # among the last ones to be unpacked
        ),
    )


def tree(kind: Flavour = STOCK, number: str = "") -> Product:
    return Product(
        name=f"kernel-{kind.name}",
        inputs=(source().key, kind.root().key, _recipe(kind.recipe), *_given(kind)),
        build=lambda directory: _prepare(directory, kind, number),
        witnesses=kind.witnesses,
    )


def binds(kind: Flavour = STOCK) -> tuple[Bind, ...]:
    """Where source and build tree have to appear inside the build root."""
    return (
        Bind(cache.ensure(source()) / "ksrc", KSRC, writable=False),
        Bind(cache.ensure(tree(kind)) / "kdir", KDIR, writable=False),
    )


def _recipe(name: str) -> str:
    return (RECIPES / name).read_text()


def _given(kind: Flavour) -> tuple[str, ...]:
    """The text of the file that the recipe is given, if there is one."""
    return (kind.given[1].read_text(),) if kind.given else ()


def _run_recipe(
    step: Step, name: str, arguments: list[str], where: tuple[Bind, ...], made_in: Product | None = None
) -> None:
    root = cache.ensure(made_in or buildroot.product()) / "root"
    argv = ["sh", "-c", _recipe(name), name, *arguments]
    step.run(enter.command(root, argv, binds=where))


def _log(name: str) -> Path:
    return cache_dir() / "logs" / f"{name}.log"


def _fetch(directory: Path, pinned: pin.Pin, number: str) -> None:
    root = cache.ensure(buildroot.product()) / "root"
    (directory / "source").write_text(buildroot.source_line(root, pinned.suite) + "\n")
    sums = [f"{pinned.checksums[package]}  {package}.deb\n" for package in pinned.packages]
    (directory / "sha256sums").write_text("".join(sums))
    with Step("kernel packages", "20 s", _log("kernel-packages"), number) as step:
        arguments = [pinned.series, pinned.release, pinned.version, pin.FLAVOUR, *pinned.fallback]
        _run_recipe(step, "kernel-packages.sh", arguments, (Bind(directory, PACKAGES),))


def _unpack(directory: Path, number: str) -> None:
    used = choice()
    (directory / "ksrc").mkdir()
    with Step("kernel source", "30 s", _log("kernel-source"), number) as step:
        where = (Bind(cache.ensure(packages()), PACKAGES, writable=False), Bind(directory / "ksrc", KSRC))
        _run_recipe(step, "kernel-source.sh", [used.series], where)


def _prepare(directory: Path, kind: Flavour, number: str) -> None:
    used = choice()
    (directory / "kdir").mkdir()
    (directory / "image").mkdir()
    for text in _given(kind):
        (directory / "kdir" / kind.given[0]).write_text(text)
    where = (
        Bind(cache.ensure(packages()), PACKAGES, writable=False),
        Bind(cache.ensure(source()) / "ksrc", KSRC, writable=False),
        Bind(directory / "kdir", KDIR),
        Bind(directory / "image", IMAGE),
    )
    with Step(kind.title, kind.usual, _log(f"kernel-{kind.name}"), number) as step:
        _run_recipe(step, kind.recipe, [used.release], where, kind.root())
