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
    "GET_TRANSFERS": iowr(5, 64),
    "UPDATE_ACCOUNT": iowr(6, 128),
    "WAIT_DURABLE": iowr(7, 32),
    "JOURNAL_ATTACH": iowr(16, 64),
    "JOURNAL_WAIT": iowr(17, 32),
    "JOURNAL_ACK": iowr(18, 16),
    "RESTORE_BEGIN": iowr(32, 16),
    "RESTORE_ACCOUNTS": iowr(33, 32),
    "RESTORE_HOLDS": iowr(34, 32),
    "RESTORE_TRANSFERS": iowr(35, 32),
    "GO_LIVE": iowr(36, 128),
}

# Flags of transfers.
LINKED, HOLD, POST_HOLD, VOID_HOLD, REVERSE, UP_TO, ZERO_AMOUNT, ID_ONCE, DURABLE = (1 << bit for bit in range(9))
ALL = 2**64 - 1

# Changes to accounts.
FREEZE_DEBITS, UNFREEZE_DEBITS, FREEZE_CREDITS, UNFREEZE_CREDITS, OVERDRAFT_LIMIT, SPENDING_LIMIT, OWNER, CLOSE, REOPEN = (
    1 << bit for bit in range(9)
)

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


class UpdateRequest(Struct):
    _fields_ = fields(
        "id_low:u64 id_high:u64 account_number:u64 changes:u32 owner:u32 overdraft_limit:u64 spending_limit:u64 "
        "spending_window:u32 code:u32 reference_low:u64 reference_high:u64 reserved:u64 sequence:u64 timestamp:u64 "
        "result:u32 reserved2:u32 reserved3:u64*3"
    )


class JournalEntry(Struct):
    _fields_ = fields(
        "sequence:u64 timestamp:u64 id_low:u64 id_high:u64 from_account:u64 to_account:u64 amount:u64 requested:u64 "
        "related_low:u64 related_high:u64 reference_low:u64 reference_high:u64 currency:u32 flags:u32 code:u32 "
        "timeout:u32 kind_and_account_flags:u32 actor:u32 from_after:u64*4 to_after:u64*4 owner:u32 crc:u32"
    )

    @property
    def kind(self):
        return KINDS[self.kind_and_account_flags & 0xFFFF]


KINDS = [None, "open", "posting", "hold", "post", "void", "expire", "reversal", "id used up", "update"]


class TransfersRequest(Struct):
    _fields_ = fields(
        "ids:u64 entries:u64 first_sequence:u64 count:u32 flags:u32 found:u32 result:u32 next_sequence:u64 reserved:u64*2"
    )


class DurableRequest(Struct):
    _fields_ = fields("sequence:u64 timeout_ms:u32 result:u32 durable:u64 reserved:u64")


class AttachRequest(Struct):
    _fields_ = fields("flags:u32 result:u32 epoch:u64 entries:u64 ring_size:u64 acknowledged:u64 reserved:u64*3")


class WaitRequest(Struct):
    _fields_ = fields("after:u64 timeout_ms:u32 result:u32 written:u64 reserved:u64")


class AckRequest(Struct):
    _fields_ = fields("sequence:u64 result:u32 reserved:u32")


class Info(Struct):
    _fields_ = fields(
        "abi_version:u32 state:u32 ledger_id:u64*2 sequence:u64 sequence_durable:u64 timestamp:u64 accounts:u64 "
        "accounts_max:u64 holds:u64 holds_max:u64 journal_entries:u64 batch_max:u32 chain_max:u32 accepted:u64 refused:u64 "
        "repeated:u64 reserved:u64*17"
    )


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

    def close(self):
        os.close(self.fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def call(self, name, request):
        buffer = bytearray(request)
        try:
            fcntl.ioctl(self.fd, IOCTL[name], buffer, True)
        except OSError as problem:
            raise Refused(problem.errno, type(request).from_buffer(buffer).result_name) from None
        return type(request).from_buffer(buffer)

    def info(self):
        buffer = bytearray(256)
        fcntl.ioctl(self.fd, IOCTL["INFO"], buffer, True)
        return Info.from_buffer(buffer)

    def update(self, number, changes, **given):
        return self.call("UPDATE_ACCOUNT", UpdateRequest(account_number=number, changes=changes, **given))

    def history(self, first_sequence=0, count=BATCH_MAX):
        entries = (JournalEntry * count)()
        answer = self.call(
            "GET_TRANSFERS",
            TransfersRequest(entries=ctypes.addressof(entries), first_sequence=first_sequence, count=count),
        )
        return list(entries)[: answer.found], answer.next_sequence

    def recorded(self, low, high=0):
        ids = (U64 * 2)(low, high)
        entries = (JournalEntry * 1)()
        request = TransfersRequest(ids=ctypes.addressof(ids), entries=ctypes.addressof(entries), count=1)
        return entries[0] if self.call("GET_TRANSFERS", request).found else None

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


def refused(what, name, errno, call):
    """`call` is refused with this code and errno."""
    try:
        call()
    except Refused as refusal:
        check(what, (refusal.name, refusal.errno), (name, errno))
    else:
        check(what, "done", name)


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
