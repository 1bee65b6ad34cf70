"""One boot, from start to power-off: what the guest says reaches the caller.

The guest has a control channel (ready, exit status, reason of a failure), one
channel for each output of the command, and the serial console for its kernel
log; in an interactive session also a terminal. All of them are sockets that
end when the emulator ends, so one loop over them is the whole run.
"""

import contextlib
import os
import secrets
import selectors
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import accel, buildroot, cache, guest, kernel, qemu
from .console import Console
from .processes import die_with_parent
from .progress import say
from .streams import Output
from .terminal import Terminal

# Statuses of the run itself. The command's own status is passed on as it is.
KERNEL_TROUBLE = 101  # the command ended, but the kernel log shows that something is wrong
GUEST_DIED = 102  # panic, or the machine stopped before the command ended
NOT_READY = 103  # the guest could not be set up: module, shared folder or disk
TIMED_OUT = 124

SCRATCH = "qenex-vm-"  # directories of runs in progress; the number of the process follows
POWER_OFF_SECONDS = 30  # from the command's end to the machine's


@dataclass
class Request:
    """What is to be run, and in which machine."""

    command: list[str]
    module: Path | None = None
    parameters: list[str] = field(default_factory=list)
    share: Path | None = None
    disk: Path | None = None
    log: Path = Path("console.log")
    cpus: int = 2
    memory: str = "2G"
    timeout: float | None = 600
    icount: bool = False
    plugin: str | None = None
    sanitizer: bool = False
    kunit: bool = False
    systemd: bool = False
    extra: str = ""
    interactive: bool = False
    verbose: bool = False


def kernel_arguments(request: Request) -> str:
    """What the kernel is told beside the usual."""
    arguments = []
    if request.sanitizer:
        # While the kernel finds out what its processor is, it forgets for a moment that there are five levels of page tables.
        # An interrupt just then has KASAN take good addresses for wild ones, and after its first report it looks no more.
        arguments.append("no5lvl")
    if request.kunit:
        # Tests that a module brings run when it is loaded; the kernel is built so that they need to be asked for.
        arguments.append("kunit.enable=1 kunit.autorun=1")
    return " ".join(arguments)


def run(request: Request) -> int:
    """Boot, run the command, power off; the exit status of it all."""
    flavour = kernel.flavour(request.sanitizer)
    products = (buildroot.product(), kernel.tree(flavour), guest.image(systemd=request.systemd, extra=request.extra))
    with (
        cache.in_use(*products) as (root, tree, image),
        tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-") as scratch,
    ):
        _remove_leftovers(Path(scratch).parent)
        root /= "root"
        if request.disk and not request.disk.exists():
            subprocess.run(qemu.make_disk(root, request.disk), check=True)
        accelerator = accel.COUNTED if request.icount else accel.choose(root, tree / "image/vmlinuz", products[1].key)
        with Session(request, Path(scratch)) as session:
            session.start(root, tree / "image", image / "root.img", accelerator)
            session.loop()
            return session.verdict()


class Session:
    """One running machine: its processes, its channels, and what they said."""

    def __init__(self, request: Request, scratch: Path):
        self.request = request
        self.scratch = scratch
        self.console = Console(request.log)
        self.processes: list[subprocess.Popen] = []
        self.selector = selectors.DefaultSelector()
        self.token = b"\0" + secrets.token_hex(16).encode()
        self.outputs = [Output(sys.stdout.buffer, self.token), Output(sys.stderr.buffer, self.token)]
        self.terminal: Terminal | None = None
        self.status: int | None = None
        self.failure: str | None = None
        self.timed_out = False
        self.said_bye = False
        self._control_rest = b""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_) -> None:
        if self.terminal:
            self.terminal.close()
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        self.selector.close()
        self.console.close()

    def start(self, root: Path, boot: Path, image: Path, accelerator: tuple[str, ...]) -> None:
        """Start the emulator and what it needs beside it."""
        self.started = time.monotonic()
        request = self.request
        initramfs = self.scratch / "initramfs"
        initramfs.write_bytes(guest.initramfs(root, sorted(boot.glob("*.ko")), self._files_for_guest()))
        console = self._channel(self.console.feed)
        self.control, control = socket.socketpair()
        self._on(self.control, self._control_data)
        out, err = (self._channel(output.feed) for output in self.outputs)
        terminal = None
        if request.interactive:
            ours, terminal = socket.socketpair()
            self.terminal = Terminal(ours, self.control)
            self._on(ours, self.terminal.feed)
            self.selector.register(sys.stdin, selectors.EVENT_READ, None)
        machine = qemu.Machine(
            root=root,
            kernel=boot / "vmlinuz",
            initramfs=initramfs,
            accelerator=accelerator,
            plugin=request.plugin,
            console=console.fileno(),
            cpus=1 if request.icount else request.cpus,
            memory=request.memory,
            image=image,
            disk=request.disk,
            share_socket=self._serve_share(root) if request.share else None,
            channels=(("control", control.fileno()), ("out", out.fileno()), ("err", err.fileno())),
            terminal=terminal.fileno() if terminal else None,
            extra_kernel_arguments=kernel_arguments(request),
        )
        theirs = [end for end in (console, control, out, err, terminal) if end]
        self.complaints = self.scratch / "qemu.log"
        with self.complaints.open("wb") as complaints:
            self._spawn(machine.command(), [end.fileno() for end in theirs], complaints)
        for end in theirs:
            end.close()

    def loop(self) -> None:
        """Until every channel has ended, which they do when the emulator does."""
        deadline = self.started + self.request.timeout if self.request.timeout else None
        keyboard = 1 if self.request.interactive else 0  # does not end with the emulator
        while len(self.selector.get_map()) > keyboard:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                # Whoever has answered and merely does not power off is not late.
                self.timed_out = self.status is None and not self.failure
                self.processes[-1].kill()
                deadline = None
                continue
            for key, _ in self.selector.select(left):
                if key.data is None:
                    if not self.terminal.type_ahead():
                        self.processes[-1].kill()
                    continue
                try:
                    data = key.fileobj.recv(65536)
                except ConnectionResetError:
                    data = b""
                if data:
                    key.data(data)
                else:
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()
            if self.status is not None and not self.said_bye and all(output.complete for output in self.outputs):
                self.said_bye = True
                with contextlib.suppress(OSError):  # the emulator may be gone already
                    self.control.sendall(b"bye\n")
                deadline = time.monotonic() + POWER_OFF_SECONDS
        with contextlib.suppress(subprocess.TimeoutExpired):  # what a plugin writes at the end is whole
            self.processes[-1].wait(POWER_OFF_SECONDS if self.request.plugin else 0)

    def verdict(self) -> int:
        """The exit status, after telling why if it is not the command's own."""
        if self.terminal:
            self.terminal.close()
        self.console.close()
        for line in self.console.troubles[:20]:
            say(f"vm: console: {line}")
        where = f"(console log: {self.console.path})"
        if self.timed_out:
            return self._failed(TIMED_OUT, f"no end after {self.request.timeout:g} s {where}")
        if self.console.panicked:
            return self._failed(GUEST_DIED, f"the guest kernel panicked {where}")
        if self.console.troubles and (self.status is not None or self.failure):
            return self._failed(KERNEL_TROUBLE, f"the guest kernel reported: {self.console.troubles[0]} {where}")
        if self.failure:
            return self._failed(NOT_READY, f"{self.failure} {where}")
        if self.status is None:
            if complaints := self.complaints.read_text(errors="replace").strip():
                say(complaints)
            return self._failed(GUEST_DIED, f"the machine stopped before the command ended {where}")
        if self.request.verbose:
            say(f"vm: off after {time.monotonic() - self.started:.1f} s")
        if self.console.path != self.request.log:
            self.console.path.unlink()  # of one among several runs at once, and nobody has to look into it
        return self.status

    def _failed(self, status: int, reason: str) -> int:
        say(f"vm: FAILED: {reason}")
        return status

    def _files_for_guest(self) -> dict[str, bytes]:
        request = self.request
        size = shutil.get_terminal_size()
        settings = {
            "SHARE": "1" if request.share else "",
            "DISK": "1" if request.disk else "",
            "MODULE": request.module.name if request.module else "",
            "SYSTEMD": "1" if request.systemd else "",
            "INTERACTIVE": "1" if request.interactive else "",
            "TOKEN": self.token.decode().lstrip("\0"),
            "VM_TERM": os.environ.get("TERM", "dumb") if request.interactive else "dumb",
            "ROWS": str(size.lines),
            "COLUMNS": str(size.columns),
        }
        files = {
            "settings": "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()).encode(),
            "command": guest.command_script(request.command),
            "parameters": guest.shell_words(request.parameters),
        }
        if request.module:
            files[request.module.name] = request.module.read_bytes()
        return files

    def _on(self, ours: socket.socket, receive) -> None:
        self.selector.register(ours, selectors.EVENT_READ, receive)

    def _channel(self, receive) -> socket.socket:
        ours, theirs = socket.socketpair()
        self._on(ours, receive)
        return theirs

    def _control_data(self, data: bytes) -> None:
        *lines, self._control_rest = (self._control_rest + data).split(b"\n")
        for line in lines:
            match line.decode(errors="replace").split(maxsplit=1):
                case ["ready"]:
                    if self.request.verbose:
                        say(f"vm: ready after {time.monotonic() - self.started:.1f} s")
                case ["exit", status]:
                    self.status = int(status)
                case ["fail", reason]:
                    self.failure = reason

    def _serve_share(self, root: Path) -> Path:
        path = self.scratch / "share"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen(1)
            os.set_inheritable(listener.fileno(), True)
            command = qemu.share_server(root, self.request.share, listener.fileno())
            self._spawn(command, [listener.fileno()], None)
        return path

    def _spawn(self, command: list[str], descriptors: list[int], stderr) -> None:
        process = subprocess.Popen(
            command,
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=os.environ | {"TMPDIR": str(self.scratch)},
            start_new_session=True,  # Ctrl-C is for this process to handle
            preexec_fn=die_with_parent,
        )
        self.processes.append(process)


def _remove_leftovers(directory: Path) -> None:
    """Remove what runs that were killed outright have left behind."""
    for entry in directory.glob(f"{SCRATCH}*-*"):
        process = entry.name.removeprefix(SCRATCH).split("-")[0]
        if not Path("/proc", process).exists():
            shutil.rmtree(entry, ignore_errors=True)
