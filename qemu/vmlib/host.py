"""What the host machine must have, and the package mirror it uses.

The host needs very little, because compilers and emulator come from the build
root. What is missing is installed when that is possible without asking (root,
or sudo without a password), else the exact command is printed.

No mirror is named here: the host's own apt configuration knows one that
works, with its proxies and keys.
"""

import os
import shutil
import subprocess

from .errors import Failure
from .progress import say

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def is_root() -> bool:
    return os.geteuid() == 0


def missing_packages() -> list[str]:
    """Debian packages that have to be added to the host."""
    missing = []
    if not shutil.which("mmdebstrap"):
        missing.append("mmdebstrap")
    if not os.path.exists(KEYRING):
        missing.append("debian-archive-keyring")
    if not is_root() and not shutil.which("newuidmap"):
        missing.append("uidmap")
    return missing


def require_packages() -> None:
    """Make sure that the build root can be made here."""
    missing = missing_packages()
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    by_hand = "sudo apt-get update && sudo " + " ".join(install)
    if not shutil.which("apt-get"):
        raise Failure(f"these packages are missing: {', '.join(missing)}; install them with your package manager")
    prefix = [] if is_root() else ["sudo", "-n"]
    if prefix and (not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode):
        raise Failure(f"these packages are missing: {', '.join(missing)}. Install them with\n\n    {by_hand}\n")
    say(f"installing on this machine: {' '.join(missing)}")
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    for command in (["apt-get", "update", "-qq"], [*install, "-qq"]):
        done = subprocess.run([*environment, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failure(f"{done.stdout}\ncould not install {', '.join(missing)}; try\n\n    {by_hand}\n")


def require_user_namespace() -> None:
    """Without root, the build root lives in a user namespace: check that it can."""
    if is_root():
        return
    probe = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--map-auto", "--mount", "true"], capture_output=True, text=True
    )
    if probe.returncode:
        raise Failure(
            "this user may not create a user namespace with a range of user ids, which the build root needs"
            f" when not run as root:\n    {probe.stderr.strip()}\n"
            "Run as root, or let an administrator give this user a line in /etc/subuid and /etc/subgid"
            " (`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER`) and allow unprivileged"
            " user namespaces."
        )


def mirror() -> str | None:
    """The URI of the Debian archive that this host uses; None when it knows none."""
    return os.environ.get("QENEX_MIRROR") or _apt_uri("Debian")


def security_mirror() -> str | None:
    """The URI of the security archive that this host uses."""
    return _apt_uri("Debian-Security")


def _apt_uri(label: str) -> str | None:
    if not shutil.which("apt-get"):
        return None
    filters = ("Created-By: Packages", "Origin: Debian", f"Label: {label}")
    found = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", *filters], capture_output=True, text=True
    )
    uris = found.stdout.split()
    return uris[0] if uris else None
