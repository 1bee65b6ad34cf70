"""Running commands inside the build root.

As root: a chroot in a mount namespace of its own, so that no mount of ours is
ever seen by, or left on, the host. As an ordinary user: the same inside a user
namespace where this user is root, with the user's range of subordinate ids for
everybody else (needs newuidmap and lines in /etc/subuid and /etc/subgid).

The root itself is read-only meanwhile, so that a command that goes wrong
cannot damage what is cached. /tmp is fresh each time.
"""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from . import host

# Passed on from the caller's environment; everything else is left outside, so
# that builds do not depend on who runs them.
PASSED_ON = (
    "TERM",
    "MAKEFLAGS",
    "SOURCE_DATE_EPOCH",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "RUST_BACKTRACE",
)

# The certificate authorities that the host trusts, where Debian keeps them.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Bind:
    """A directory of the host that appears at a place inside."""

    outside: Path
    inside: str
    writable: bool = True


def namespace() -> list[str]:
    """Prefix for a command that handles files of any owner, away from the host's mounts."""
    user = [] if host.is_root() else ["--user", "--map-root-user", "--map-auto"]
    return ["unshare", *user, "--mount", "--propagation", "private", "--fork", "--kill-child"]


def command(
    root: Path,
    argv: list[str],
    binds: tuple[Bind, ...] = (),
    cwd: str = "/",
    env: dict[str, str] | None = None,
    writable_root: bool = False,
) -> list[str]:
    """The command line that runs argv inside the root with some directories bound into it."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "LIBCLANG_PATH": "/usr/lib/llvm-19/lib",
    }
    environment |= env or {}
    variables = (f"{name}={value}" for name, value in environment.items())
    inside = ["/usr/bin/env", "-i", *variables, *_in_directory(cwd, argv)]
    script = [
        "set -e",
        f"cd {shlex.quote(str(root))}",
        "mount --bind . .",
        f"cd {shlex.quote(str(root))}",  # again, to stand on the mount just made
        "mount --rbind /proc proc",
        "mount --rbind /sys sys",
        "mount --rbind /dev dev",
        "mount -t tmpfs -o mode=1777 tmpfs tmp",
        "mount --bind /etc/resolv.conf etc/resolv.conf",
    ]
    if CERTIFICATES.exists() and (root / CERTIFICATES.relative_to("/")).exists():
        # The host may reach package registries through a proxy that only it knows to trust.
        script.append(f"mount --bind {CERTIFICATES} {CERTIFICATES.relative_to('/')}")
    for bind in binds:
        place = shlex.quote(bind.inside.lstrip("/"))
        if bind.inside.startswith("/tmp/"):
            script.append(f"mkdir -p {place}")
        script.append(f"mount --bind {shlex.quote(str(bind.outside))} {place}")
        if not bind.writable:
            script.append(f"mount -o remount,bind,ro {place}")
    if not writable_root:
        script.append("mount -o remount,bind,ro .")
    script.append(f"exec chroot . {shlex.join(inside)}")
    return [*namespace(), "sh", "-c", "\n".join(script)]


def without_entering(root: Path, program: str, *arguments: str) -> list[str]:
    """The command line that runs a program of the root in place, as the caller.

    The root's own loader and libraries are used, so nothing has to be mounted
    and no privilege is needed; paths mean what they mean on the host.
    """
    libraries = root / "usr/lib/x86_64-linux-gnu"
    return [
        str(libraries / "ld-linux-x86-64.so.2"),
        "--library-path",
        str(libraries),
        str(root / program),
        *arguments,
    ]


def _in_directory(cwd: str, argv: list[str]) -> list[str]:
    return ["sh", "-c", 'cd "$0" && exec "$@"', cwd, *argv]
