"""KVM if a guest has really booted under it, else emulation (TCG).

/dev/kvm alone proves nothing: inside some virtual machines it exists and even
creates machines that then cannot boot a kernel. So the very kernel is booted
once, with an initramfs that only says hello, and the outcome is remembered
for as long as kernel and host stay up as they are.
"""

import json
import os
import socket
import subprocess
import tempfile
from pathlib import Path

from . import guest
from .paths import cache_dir
from .progress import say
from .qemu import Machine

TCG = ("-accel", "tcg,thread=multi", "-cpu", "max")
KVM = ("-accel", "kvm", "-cpu", "host")
# A string instruction counts once for each byte, which no processor does: without fast ones the kernel copies by words.
COUNTED = ("-accel", "tcg,thread=single", "-cpu", "max,-erms,-fsrm", "-icount", "shift=0,sleep=off")
PROBE_SECONDS = 20


def choose(root: Path, kernel: Path, kernel_key: str) -> tuple[str, ...]:
    """QEMU's options for the fastest way of running that works here."""
    return KVM if _kvm_works(root, kernel, kernel_key) else TCG


def _kvm_works(root: Path, kernel: Path, kernel_key: str) -> bool:
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    fact = cache_dir() / "facts" / f"kvm-{kernel_key}-{boot}.json"
    try:
        return bool(json.loads(fact.read_text())["works"])
    except (OSError, ValueError, KeyError):
        pass
    say("trying whether a guest boots under KVM here (once, at most 20 s)")
    works = _boots(root, kernel, KVM)
    say("KVM works and is used" if works else "KVM does not work here: emulation is used")
    fact.parent.mkdir(parents=True, exist_ok=True)
    fact.write_text(json.dumps({"works": works}))
    return works


def _boots(root: Path, kernel: Path, accelerator: tuple[str, ...]) -> bool:
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="qenex-probe-") as directory, ours, theirs:
        initramfs = Path(directory) / "initramfs"
        initramfs.write_bytes(guest.initramfs(root, [], {"probe": b""}))
        machine = Machine(root, kernel, initramfs, accelerator, theirs.fileno(), memory="512M")
        output = b""
        process = subprocess.Popen(
            machine.command(),
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        ours.settimeout(PROBE_SECONDS)
        try:
            while b"vm: started" not in output:
                data = ours.recv(65536)
                if not data:
                    return False
                output += data
            return process.wait(timeout=PROBE_SECONDS) == 0
        except (TimeoutError, subprocess.TimeoutExpired):
            return False
        finally:
            process.kill()
            process.wait()
