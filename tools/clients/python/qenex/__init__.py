# SPDX-License-Identifier: MIT

"""QENEX from Python, on the standard library alone: `Ledger` is the device in the kernel, `Api` the daemon's HTTP API."""

from .api import Api, Problem
from .device import Ledger, Refused

__all__ = ["Api", "Ledger", "Problem", "Refused"]
