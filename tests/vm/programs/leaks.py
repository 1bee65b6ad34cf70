"""Nothing of the kernel's memory comes back to a caller: what a call does not answer is as the caller left it, or zero.

Before each call the kernel's free memory is filled with a pattern, by batches that are refused after they were copied in."""

import ctypes
import mmap

from qenex import (
    HOLD,
    IOCTL,
    Account,
    AccountRequest,
    AccountsRequest,
    AckRequest,
    AttachRequest,
    BatchRequest,
    Device,
    DurableRequest,
    Info,
    JournalEntry,
    Transfer,
    TransferRequest,
    TransferResult,
    TransfersRequest,
    UpdateRequest,
    WaitRequest,
    check,
    finish,
)
from saved import BeginRequest, GoLiveRequest, RestoreRequest

# Without the bit of a transfer that waits to be durable.
POISON, PAINT = 0xC2, 0x5A
libc = ctypes.CDLL(None, use_errno=True)
bank = Device()
a, b = [bank.create_account(840, initial_balance=1000).account_number for _ in range(2)]
for n in range(20):
    bank.transfer(a, b, 1, 840, id_low=1 + n)
at = ctypes.addressof


def poison():
    """Memory of each size that a call takes, filled and freed; refused because the reserved fields are not zero."""
    for count in (1, 2, 4, 8, 16, 32, 64, 200):
        items = ctypes.create_string_buffer(bytes([POISON]) * (128 * count))
        results = ctypes.create_string_buffer(32 * count)
        bank.call("BATCH", BatchRequest(items=at(items), results=at(results), count=count))


def room(count, kind):
    return ctypes.create_string_buffer(bytes([PAINT]) * (ctypes.sizeof(kind) * count + 64))


def call(name, request):
    """Makes the call; its errno and its argument afterwards, with paint behind it."""
    size = ctypes.sizeof(request)
    memory = ctypes.create_string_buffer(bytes(request) + bytes([PAINT]) * 64)
    poison()
    ctypes.set_errno(0)
    libc.ioctl(bank.fd, ctypes.c_ulong(IOCTL[name]), memory)
    check(f"{name}: behind the struct", memory.raw[size : size + 64], bytes([PAINT]) * 64)
    check(f"{name}: no poison in it", bytes([POISON]) * 4 in memory.raw[:size], False)
    return ctypes.get_errno(), type(request).from_buffer_copy(memory)


def holes(kind, names):
    """Every byte of a struct but those of the named fields."""
    keep = set(range(ctypes.sizeof(kind)))
    for name in names:
        field = getattr(kind, name)
        keep -= set(range(field.offset, field.offset + field.size))
    return keep


# Reads of accounts that are not there, or have wrong numbers: only the number and the result.
numbers = (ctypes.c_uint64 * 64)(*([a, 12345, 99_999_999 * 100 + 98 - 99_999_999 * 100 % 97, b] * 16))
for count in (1, 2, 3, 4, 64):
    out = room(count, Account)
    error, answer = call("GET_ACCOUNTS", AccountsRequest(numbers=at(numbers), accounts=at(out), count=count))
    check("read", error, 0)
    for place in range(count):
        one = out.raw[place * 128 : place * 128 + 128]
        account = Account.from_buffer_copy(one)
        if account.result:
            dirty = [byte for byte in holes(Account, ("account_number", "result")) if one[byte]]
            check("of an account that is not there", dirty, [])
        check("its reserved field", account.reserved, 0)
    check("no poison in the accounts", bytes([POISON]) * 4 in out.raw, False)
    check("behind the accounts", out.raw[count * 128 : count * 128 + 64], bytes([PAINT]) * 64)

# History: by id what is not found is zero, by sequence what is not found is not touched.
ids = (ctypes.c_uint64 * 16)(1, 0, 777, 777, 2, 0, 888, 0, 3, 0, 999, 999, 4, 0, 0, 0)
out = room(8, JournalEntry)
error, answer = call("GET_TRANSFERS", TransfersRequest(ids=at(ids), entries=at(out), count=8))
found = [out.raw[place * 192 : place * 192 + 192] for place in range(8)]
check("found", (error, answer.found, [any(one) for one in found]), (0, 4, [True, False] * 4))
check("no poison in the entries", bytes([POISON]) * 4 in out.raw, False)
out = room(64, JournalEntry)
last = bank.info().sequence
error, answer = call("GET_TRANSFERS", TransfersRequest(entries=at(out), first_sequence=last - 2, count=64))
check("the last three", (error, answer.found), (0, 3))
check("behind them", set(out.raw[3 * 192 : 64 * 192 + 64]), {PAINT})
for first in (last + 1, last + 1000, 2**64 - 1):
    out = room(8, JournalEntry)
    error, answer = call("GET_TRANSFERS", TransfersRequest(entries=at(out), first_sequence=first, count=8))
    check("nothing", (error, answer.found, set(out.raw[: 8 * 192 + 64])), (0, 0, {PAINT}))

# Results of a batch: refused items have nothing but their result; a refused batch writes none.
items = (Transfer * 8)(*[Transfer(from_account=a, to_account=b, amount=n % 2, currency=840) for n in range(8)])
out = room(8, TransferResult)
error, answer = call("BATCH", BatchRequest(items=at(items), results=at(out), count=8))
for place in range(8):
    one = TransferResult.from_buffer_copy(out.raw[place * 32 : place * 32 + 32])
    check("reserved", one.reserved, 0)
    if one.result:
        check("a refused item", (one.sequence, one.timestamp, one.moved), (0, 0, 0))
check("behind the results", out.raw[8 * 32 : 8 * 32 + 64], bytes([PAINT]) * 64)
for request in (
    BatchRequest(items=at(items), count=8, flags=1),
    BatchRequest(items=at(items), count=0),
    BatchRequest(items=8, count=8),
):
    out = room(8, TransferResult)
    request.results = at(out)
    error, _ = call("BATCH", request)
    check("a refused batch writes no results", (error != 0, set(out.raw[: 8 * 32 + 64])), (True, {PAINT}))

# The struct of each call, refused and done: nothing that was not said or is not an answer.
REQUESTS = [
    ("CREATE_ACCOUNT", AccountRequest(currency=1), {"id_low", "id_high", "currency", "result"}),
    ("TRANSFER", TransferRequest(from_account=a, to_account=b, currency=840), {"id_low", "id_high", "from_account", "to_account", "currency", "result"}),
    ("UPDATE_ACCOUNT", UpdateRequest(account_number=a), {"id_low", "id_high", "account_number", "result"}),
    ("WAIT_DURABLE", DurableRequest(sequence=1), {"sequence", "result", "durable"}),
    ("JOURNAL_ATTACH", AttachRequest(flags=2), {"flags", "result"}),
    ("JOURNAL_WAIT", WaitRequest(after=1), {"after", "result", "written"}),
    ("JOURNAL_ACK", AckRequest(sequence=1), {"sequence", "result"}),
    ("RESTORE_BEGIN", BeginRequest(), {"result"}),
    ("RESTORE_ACCOUNTS", RestoreRequest(items=at(items), count=1), {"items", "count", "result"}),
    ("RESTORE_HOLDS", RestoreRequest(items=at(items), count=1), {"items", "count", "result"}),
    ("RESTORE_TRANSFERS", RestoreRequest(items=at(items), count=1), {"items", "count", "result"}),
    ("GO_LIVE", GoLiveRequest(), {"result"}),
]
for name, request, said in REQUESTS:
    error, answer = call(name, request)
    dirty = sorted(byte for byte in holes(type(request), said) if bytes(answer)[byte])
    check(f"{name} refused", (error != 0, dirty), (True, []))
memory = ctypes.create_string_buffer(bytes([PAINT]) * (256 + 64))
poison()
libc.ioctl(bank.fd, ctypes.c_ulong(IOCTL["INFO"]), memory)
info = Info.from_buffer_copy(memory)
check("INFO: reserved", (any(info.reserved), set(memory.raw[256 : 256 + 64])), (False, {PAINT}))

# The ring: slots that were never written are zero.
consumer = Device()
attached = consumer.call("JOURNAL_ATTACH", AttachRequest())


ring = mmap.mmap(consumer.fd, attached.ring_size, mmap.MAP_SHARED, mmap.PROT_READ)
last = bank.info().sequence
check("of the ring what is not written is zero", any(ring[(last + 1) * 192 :]), False)
ring.close()
consumer.call("JOURNAL_ACK", AckRequest(sequence=last))
finish()
