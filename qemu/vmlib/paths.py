"""Where things are: the repository, this folder, the cache and run artefacts."""

import os
from pathlib import Path

QEMU_DIR = Path(__file__).resolve().parent.parent
REPO = QEMU_DIR.parent
RECIPES = QEMU_DIR / "recipes"
GUEST = QEMU_DIR / "guest"

# Fixed places inside the build root. They are the same on every machine, so
# that the paths the compilers record are too.
SRC = "/src"  # the repository
KSRC = "/ksrc"  # the kernel's source
KDIR = "/kdir"  # the kernel's build tree
IMAGE = "/image"  # what is booted, while it is being made
PACKAGES = "/mnt"  # the kernel's packages, while they are used


def cache_dir() -> Path:
    """The cache outside the clone: a fresh clone finds what an older one made."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "qenex"


def artefacts() -> Path:
    """Console logs and the like, beside other build output of the repository."""
    return REPO / "target" / "vm"
