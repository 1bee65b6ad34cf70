# SPDX-License-Identifier: MIT

"""The ledger in the kernel. Amounts are whole minor units (cents for 840, US dollars)."""

import ctypes
import fcntl
import os
import secrets

from . import abi
from .abi import Result


class Refused(Exception):
    """The ledger has changed nothing; `result` says which rule was broken."""

    def __init__(self, result, errno):
        super().__init__(f"{result.name.lower()}: {abi.MEANING[result]}")
        self.result, self.errno = result, errno


def new_id():
    """An id for one change. Keep it with the change: sent again with it, the change is made once."""
    return secrets.randbits(120) + 1


class Ledger:
    """The open device. Threads may share it; their calls run in parallel."""

    def __init__(self, path=abi.DEVICE_PATH):
        self._device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        version = self.info().abi_version
        if version >> 16 != abi.ABI_VERSION >> 16:
            self.close()
            raise RuntimeError(f"the module speaks version {version:#x} of the ABI, this client {abi.ABI_VERSION:#x}")

    def close(self):
        os.close(self._device)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def info(self):
        """What the module is, and how full."""
        return self._call(abi.IOCTL_INFO, abi.Info())

    def open_account(self, currency, *, id=0, **given):
        """Opens an account; `account_number` of the answer is its number. What can be given are the request's fields."""
        return self._call(abi.IOCTL_CREATE_ACCOUNT, abi.AccountRequest(id=_id(id), currency=currency, **given))

    def accounts(self, *numbers):
        """Accounts at one instant. One that is unknown, or not yours to see, has a `result` that is not `OK`."""
        wanted, found = (ctypes.c_uint64 * len(numbers))(*numbers), (abi.Account * len(numbers))()
        addresses = {"numbers": ctypes.addressof(wanted), "accounts": ctypes.addressof(found)}
        self._call(abi.IOCTL_GET_ACCOUNTS, abi.AccountsRequest(count=len(numbers), **addresses))
        return list(found)

    def transfer(self, from_account, to_account, amount, currency, *, id=0, related_id=0, **given):
        """Moves money once. `result` of the answer is `Result.EXISTS` if this id has done it before."""
        item = transfer(from_account, to_account, amount, currency, id=id, related_id=related_id, **given)
        request = abi.TransferRequest.from_buffer_copy(bytes(item).ljust(ctypes.sizeof(abi.TransferRequest), b"\0"))
        return self._call(abi.IOCTL_TRANSFER, request)

    def batch(self, items):
        """Moves money up to `abi.BATCH_MAX` times. Returns a result for each item; one that is refused raises nothing."""
        sent, results = (abi.Transfer * len(items))(*items), (abi.TransferResult * len(items))()
        addresses = {"items": ctypes.addressof(sent), "results": ctypes.addressof(results)}
        self._call(abi.IOCTL_BATCH, abi.BatchRequest(count=len(items), **addresses))
        return list(results)

    def _call(self, number, request):
        try:
            fcntl.ioctl(self._device, number, request, True)
        except OSError as error:
            result = getattr(request, "result", 0)
            # Refused by the system, not by the ledger.
            if result == 0:
                raise
            raise Refused(Result(result), error.errno) from None
        return request


def transfer(from_account, to_account, amount, currency, *, id=0, related_id=0, **given):
    """An item of a batch."""
    return abi.Transfer(
        id=_id(id),
        from_account=from_account,
        to_account=to_account,
        amount=amount,
        currency=currency,
        related_id=_id(related_id),
        **given,
    )


def _id(number):
    return abi.Id(low=number & (1 << 64) - 1, high=number >> 64)
