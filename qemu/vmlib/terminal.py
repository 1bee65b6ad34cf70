"""The caller's terminal, lent to the guest for an interactive session."""

import contextlib
import os
import shutil
import signal
import socket
import sys
import termios
import tty

QUIT = b"\x1d"  # Ctrl-]
QUIT_TIMES = 3


class Terminal:
    """Raw mode: every key, Ctrl-C too, goes to the guest.

    Ctrl-] three times in a row ends the session whatever the guest does.
    """

    def __init__(self, channel: socket.socket, control: socket.socket):
        self._channel = channel
        self._control = control
        self._quits = 0
        self._saved = termios.tcgetattr(sys.stdin)
        self._previous = signal.signal(signal.SIGWINCH, self._resized)
        tty.setraw(sys.stdin)

    def close(self) -> None:
        if self._saved:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._saved)
            signal.signal(signal.SIGWINCH, self._previous)
            self._saved = None

    def feed(self, data: bytes) -> None:
        """What the guest prints."""
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def type_ahead(self) -> bool:
        """What the user types; False when it means to quit."""
        data = os.read(sys.stdin.fileno(), 4096)
        self._quits = self._quits + data.count(QUIT) if data.strip(QUIT) == b"" else 0
        if not data or self._quits >= QUIT_TIMES:
            return False
        with contextlib.suppress(OSError):  # the emulator may be gone already; the loop notices
            self._channel.sendall(data)
        return True

    def _resized(self, *_) -> None:
        size = shutil.get_terminal_size()
        with contextlib.suppress(OSError):
            self._control.sendall(b"size %d %d\n" % (size.lines, size.columns))
