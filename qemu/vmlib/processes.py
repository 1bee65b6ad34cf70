"""Processes that must not outlive this one."""

import ctypes
import signal

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """To be called in a new child: even if this process is killed outright, the child ends too."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
