"""Runs the command in the guest and carries its output to the host.

The command gets ordinary pipes, not the channels themselves: a channel can be
opened once only, which would break `echo … > /dev/stderr`. Output ends when
the command does, as far as its background children have written until then.

What the host is told on the control channel: `ready` before the command
starts and `exit N` after it ended. Each output ends with a token, so that the
host knows that it has everything before it answers `bye`.
"""

import fcntl
import os
import select
import signal
import struct
import sys
import termios

CONSOLE = "/dev/hvc0"  # the interactive terminal


def main() -> None:
    control = os.open(os.environ.pop("VM_CONTROL"), os.O_RDWR)
    outputs = [os.open(os.environ.pop(name), os.O_WRONLY) for name in ("VM_OUT", "VM_ERR")]
    interactive = bool(os.environ.pop("INTERACTIVE", ""))
    size = os.environ.pop("ROWS"), os.environ.pop("COLUMNS")
    token = b"\0" + os.environ.pop("TOKEN").encode()

    os.write(control, b"ready\n")
    if interactive:
        status = run_on_terminal(control, size)
    else:
        status = run_with_pipes(outputs)
    for output in outputs:
        os.write(output, token)
    os.write(control, b"exit %d\n" % status)
    # A host that is gone or stuck must not keep the guest up.
    if select.select([control], [], [], 20)[0]:
        os.read(control, 100)


def run_with_pipes(outputs: list[int]) -> int:
    pipes = [os.pipe() for _ in outputs]
    child = os.fork()
    if child == 0:
        become_command([os.open("/dev/null", os.O_RDONLY), *(write for _, write in pipes)])
    routes = {}
    poll = select.poll()
    for (read, write), output in zip(pipes, outputs):
        os.close(write)
        os.set_blocking(read, False)
        routes[read] = output
        poll.register(read, select.POLLIN)
    ended = os.pidfd_open(child)
    poll.register(ended, select.POLLIN)

    running = True
    while running:
        for fd, _ in poll.poll():
            if fd == ended:
                running = False
            elif not carry(fd, routes[fd]):
                poll.unregister(fd)
    for fd, output in routes.items():
        while carry(fd, output):
            pass
    return exit_status(child)


def carry(source: int, output: int) -> bool:
    """Carry what can be read just now; False when there is nothing (more)."""
    try:
        data = os.read(source, 65536)
    except BlockingIOError:
        return False
    write_all(output, data)
    return bool(data)


def write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def run_on_terminal(control: int, size: tuple[str, str]) -> int:
    terminal = os.open(CONSOLE, os.O_RDWR | os.O_NOCTTY)
    resize(terminal, *size)
    child = os.fork()
    if child == 0:
        become_command([terminal] * 3, controlling=True)
    ended = os.pidfd_open(child)
    while True:
        ready = select.select([ended, control], [], [])[0]
        if ended in ready:
            return exit_status(child)
        for line in os.read(control, 1000).decode().splitlines():
            match line.split():
                case ["size", rows, columns]:
                    resize(terminal, rows, columns)


def resize(terminal: int, rows: str, columns: str) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


def become_command(standard: list[int], controlling: bool = False) -> None:
    os.setsid()
    for number, fd in enumerate(standard):
        os.dup2(fd, number)
    if controlling:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these
        signal.signal(number, signal.SIG_DFL)
    os.closerange(3, 100)
    os.execv("/bin/sh", ["sh", "/run/vm/command"])


def exit_status(child: int) -> int:
    """The status as a shell reports it: 128 + number for a signal."""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status if status >= 0 else 128 - status


sys.exit(main())
