"""Integer extremes in every field of every struct, alone and in pairs: each call has an answer that exists, nothing is
written behind the struct, and the books are right afterwards."""

import ctypes
import itertools
import random
import sys

from extremes_of import EXTREMES, places
from qenex import (
    BATCH_MAX,
    DURABLE,
    IOCTL,
    NAMES,
    Account,
    AccountRequest,
    AccountsRequest,
    AckRequest,
    AttachRequest,
    BatchRequest,
    Device,
    DurableRequest,
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

PAIRS = int(sys.argv[1]) if len(sys.argv) > 1 else 400
PAINT = b"\xa5" * 64
libc = ctypes.CDLL(None, use_errno=True)
libc.ioctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p]
random.seed(7)

bank = Device()
a, b = [bank.create_account(840, initial_balance=1_000_000).account_number for _ in range(2)]
bank.transfer(a, b, 10, 840, id_low=1, flags=2)
# Room for as many as the largest count that is taken.
numbers = (ctypes.c_uint64 * BATCH_MAX)(*[a, b] * 8)
accounts = (Account * BATCH_MAX)()
items = (Transfer * BATCH_MAX)(*[Transfer(from_account=a, to_account=b, amount=1, currency=840) for _ in range(16)])
results = (TransferResult * BATCH_MAX)()
entries = (JournalEntry * BATCH_MAX)()
consumer = Device()
consumer.call("JOURNAL_ATTACH", AttachRequest())
at = ctypes.addressof

# Call, a request that is right, and fields that are left as they are.
CALLS = [
    ("CREATE_ACCOUNT", AccountRequest(currency=840), ()),
    ("GET_ACCOUNTS", AccountsRequest(numbers=at(numbers), accounts=at(accounts), count=2), ()),
    ("TRANSFER", TransferRequest(from_account=a, to_account=b, amount=1, currency=840), ()),
    ("TRANSFER", TransferRequest(related_low=1, amount=1, flags=4), ()),
    ("BATCH", BatchRequest(items=at(items), results=at(results), count=2), ()),
    ("GET_TRANSFERS", TransfersRequest(entries=at(entries), first_sequence=1, count=2), ()),
    ("UPDATE_ACCOUNT", UpdateRequest(account_number=b, changes=16, overdraft_limit=1), ()),
    ("WAIT_DURABLE", DurableRequest(sequence=1), ("timeout_ms",)),
    ("JOURNAL_ATTACH", AttachRequest(flags=1), ()),
    ("JOURNAL_WAIT", WaitRequest(), ("timeout_ms",)),
    ("JOURNAL_ACK", AckRequest(), ()),
    ("RESTORE_BEGIN", BeginRequest(), ()),
    ("RESTORE_ACCOUNTS", RestoreRequest(items=at(entries), count=1), ()),
    ("RESTORE_HOLDS", RestoreRequest(items=at(entries), count=1), ()),
    ("RESTORE_TRANSFERS", RestoreRequest(items=at(entries), count=1), ()),
    ("GO_LIVE", GoLiveRequest(), ()),
]
tries = 0


def attempt(device, name, request, changes):
    """Makes the call with some numbers replaced."""
    global tries
    tries += 1
    data = bytearray(request)
    for offset, size, value in changes:
        data[offset : offset + size] = value.to_bytes(size, "little")
    if name == "TRANSFER" and DURABLE <= TransferRequest.from_buffer(data).flags < 2 * DURABLE:
        return  # right as it is, and would wait for somebody to store it
    memory = ctypes.create_string_buffer(bytes(data) + PAINT)
    ctypes.set_errno(0)
    status = libc.ioctl(device.fd, IOCTL[name], memory)
    problem = ctypes.get_errno()
    answer = type(request).from_buffer_copy(memory)
    if memory.raw[len(data) : len(data) + 64] != PAINT:
        check(f"{name} {changes}: behind the struct", "written", "untouched")
    if problem in (0, 14):  # EFAULT: an address was replaced; the struct is as it was
        if problem == 0 and status != 0:
            check(f"{name} {changes}: status", status, 0)
        return
    told = answer.result
    if told not in NAMES or told == 0:
        check(f"{name} {changes}: errno {problem} without a result", told, "one that exists")


for name, request, waits in CALLS:
    device = consumer if name.startswith("JOURNAL") else bank
    fields = [place for place in places(type(request)) if place[0] not in waits]
    for _, offset, size in fields:
        for value in EXTREMES[size]:
            attempt(device, name, request, [(offset, size, value)])
    pairs = list(itertools.combinations(fields, 2))
    for _ in range(PAIRS):
        chosen = random.choice(pairs)
        attempt(device, name, request, [(offset, size, random.choice(EXTREMES[size])) for _, offset, size in chosen])

# The same in the items that calls refer to: of a batch, and of an empty ledger that is being restored (restore_extremes).
for _, offset, size in places(Transfer):
    for value in EXTREMES[size]:
        data = bytearray(items)[: 16 * 128]
        data[offset : offset + size] = value.to_bytes(size, "little")
        batch = (Transfer * 16).from_buffer(data)
        if batch[0].flags & DURABLE:
            continue
        tries += 1
        answer, told = bank.batch(list(batch))
        if any(one.result not in NAMES for one in told):
            check("a result of a batch", [one.result for one in told], "ones that exist")

info = bank.info()
check("the ledger is open", info.state, 1)
sums = {}
for index in range(1, info.accounts + 1):
    account = bank.accounts(index * 100 + 98 - index * 100 % 97)[0]
    posted, held = sums.get(account.currency, (0, 0))
    posted += account.credits_posted - account.debits_posted
    held += account.credits_held - account.debits_held
    sums[account.currency] = posted, held
check("the books balance", set(sums.values()), {(0, 0)})
consumer.call("JOURNAL_ATTACH", AttachRequest(flags=1))
consumer.call("JOURNAL_ACK", AckRequest(sequence=bank.info().sequence))
print(f"{tries} tries")
finish()
