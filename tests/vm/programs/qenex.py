"""The device for the tests, on the standard library alone."""

import ctypes
import fcntl
import os
import re
import sys

BATCH_MAX = 8192
ACCOUNT_UNLIMITED = 1
ACCOUNT_OWNER_GIVEN = 2


def iowr(number, size, direction=3):
    return direction << 30 | size << 16 | ord("Q") << 8 | number


IOCTL = {
    "INFO": iowr(0, 256, 2),
    "CREATE_ACCOUNT": iowr(1, 128),
    "GET_ACCOUNTS": iowr(2, 64),
    "TRANSFER": iowr(3, 128),
    "BATCH": iowr(4, 64),
}

U32, U64, I64 = ctypes.c_uint32, ctypes.c_uint64, ctypes.c_int64


def fields(text):
    """`name:type` words as ctypes fields; a number after the type makes an array."""
    types = {"u32": U32, "u64": U64, "i64": I64}
    out = []
    for word in text.split():
        name, kind = word.split(":")
        base, _, length = kind.partition("*")
        out.append((name, types[base] * int(length) if length else types[base]))
    return out


class Struct(ctypes.LittleEndianStructure):
    @property
    def result_name(self):
        return result_name(self.result)


class AccountRequest(Struct):
    _fields_ = fields(
        "id_low:u64 id_high:u64 initial_balance:u64 overdraft_limit:u64 currency:u32 account_type:u32 flags:u32 owner:u32 "
        "reference_low:u64 reference_high:u64 code:u32 reserved:u32 account_number:u64 sequence:u64 timestamp:u64 "
        "result:u32 reserved2:u32 reserved3:u64*3"
    )


class Account(Struct):
    _fields_ = fields(
        "account_number:u64 balance:i64 available:i64 debits_posted:u64 credits_posted:u64 debits_held:u64 "
        "credits_held:u64 overdraft_limit:u64 sequence:u64 opened:u64 reference_low:u64 reference_high:u64 currency:u32 "
        "account_type:u32 flags:u32 owner:u32 code:u32 result:u32 reserved:u64"
    )


class AccountsRequest(Struct):
    _fields_ = fields(
        "numbers:u64 accounts:u64 count:u32 flags:u32 sequence:u64 found:u32 result:u32 reserved:u64*3"
    )


TRANSFER = (
    "id_low:u64 id_high:u64 from_account:u64 to_account:u64 amount:u64 currency:u32 flags:u32 related_low:u64 "
    "related_high:u64 reference_low:u64 reference_high:u64 code:u32 timeout:u32 reserved:u64 "
)


class Transfer(Struct):
    _fields_ = fields(TRANSFER)


class TransferRequest(Struct):
    _fields_ = fields(TRANSFER + "sequence:u64 timestamp:u64 moved:u64 result:u32 reserved2:u32")


class TransferResult(Struct):
    _fields_ = fields("sequence:u64 timestamp:u64 moved:u64 result:u32 reserved:u32")


class BatchRequest(Struct):
    _fields_ = fields("items:u64 results:u64 count:u32 flags:u32 accepted:u32 result:u32 sequence:u64 reserved:u64*3")


def result_names():
    """The names of the result codes, from the header."""
    with open("qenex.h", encoding="utf-8") as header:
        text = header.read()
    body = re.search(r"enum qenex_result \{(.*?)\n\}", text, re.S).group(1)
    return {int(number): name.lower() for name, number in re.findall(r"^\s*QENEX_(\w+) = (\d+)", body, re.M)}


NAMES = result_names()


def result_name(number):
    return NAMES.get(number, f"unknown {number}")


class Refused(Exception):
    def __init__(self, errno, name):
        super().__init__(f"{name} (errno {errno})")
        self.errno, self.name = errno, name


class Device:
    def __init__(self):
        self.fd = os.open("/dev/qenex_banking", os.O_RDWR)

    def call(self, name, request):
        buffer = bytearray(request)
        try:
            fcntl.ioctl(self.fd, IOCTL[name], buffer, True)
        except OSError as problem:
            raise Refused(problem.errno, type(request).from_buffer(buffer).result_name) from None
        return type(request).from_buffer(buffer)

    def create_account(self, currency, **given):
        return self.call("CREATE_ACCOUNT", AccountRequest(currency=currency, **given))

    def transfer(self, from_account, to_account, amount, currency, **given):
        request = TransferRequest(
            from_account=from_account, to_account=to_account, amount=amount, currency=currency, **given
        )
        return self.call("TRANSFER", request)

    def accounts(self, *numbers):
        wanted = (U64 * len(numbers))(*numbers)
        out = (Account * len(numbers))()
        self.call(
            "GET_ACCOUNTS",
            AccountsRequest(numbers=ctypes.addressof(wanted), accounts=ctypes.addressof(out), count=len(numbers)),
        )
        return list(out)

    def batch(self, items):
        array = (Transfer * len(items))(*items)
        results = (TransferResult * len(items))()
        request = BatchRequest(items=ctypes.addressof(array), results=ctypes.addressof(results), count=len(items))
        answer = self.call("BATCH", request)
        return answer, list(results)


failures = []
checks = 0


def check(what, got, wanted):
    global checks
    checks += 1
    if got != wanted:
        failures.append(what)
        print(f"FAILED {what}: wanted {wanted!r}, got {got!r}")


def finish():
    print(f"{checks} checks, {len(failures)} failed")
    sys.exit(1 if failures or not checks else 0)
