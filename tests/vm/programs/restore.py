"""The module is unloaded, loaded anew, and given back what it held: from the reads and the journal of the old one."""

import ctypes
import errno
import hashlib
import os
import subprocess

from qenex import (
    ALL,
    BATCH_MAX,
    HOLD,
    OVERDRAFT_LIMIT,
    POST_HOLD,
    SPENDING_LIMIT,
    VOID_HOLD,
    Device,
    Struct,
    check,
    fields,
    finish,
    refused,
)


class RestoreAccount(Struct):
    _fields_ = fields(
        "account_number:u64 counters:u64*4 overdraft_limit:u64 sequence:u64 opened:u64 reference:u64*2 spending_limit:u64 "
        "spent:u64 spending_window_start:u64 spending_since:u64 spending_window:u32 currency:u32 account_type:u32 flags:u32 owner:u32 code:u32"
    )


class RestoreHold(Struct):
    _fields_ = fields(
        "id:u64*2 sequence:u64 timestamp:u64 from_account:u64 to_account:u64 amount:u64 expires:u64 reference:u64*2 "
        "currency:u32 flags:u32 code:u32 timeout:u32"
    )


class RestoreEnd(Struct):
    _fields_ = fields("ledger_id:u64*2 sequence:u64 timestamp:u64 ids_made:u64 accounts:u64 holds:u64")


class BeginRequest(Struct):
    _fields_ = fields("flags:u32 result:u32 reserved:u64")


class RestoreRequest(Struct):
    _fields_ = fields("items:u64 count:u32 result:u32 taken:u32 reserved:u32 reserved2:u64")


class GoLiveRequest(Struct):
    _fields_ = [
        ("end", RestoreEnd),
        ("digest", ctypes.c_uint8 * 32),
        ("result", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("digest_found", ctypes.c_uint8 * 32),
    ]


DAY = 86_400
MODULE = os.environ["QENEX_MODULE"]


def live():
    """A ledger with something in it; a fresh device."""
    bank = Device()
    numbers = [bank.create_account(840, initial_balance=10_000 + n, code=n).account_number for n in range(300)]
    a, b = numbers[:2]
    bank.update(b, OVERDRAFT_LIMIT | SPENDING_LIMIT, overdraft_limit=20, spending_limit=5_000, spending_window=DAY)
    for n in range(1, 500):
        bank.transfer(numbers[n % 300], numbers[n * 7 % 300 if n * 7 % 300 != n % 300 else (n + 1) % 300], n, 840, id_low=n)
    for n in range(20):
        bank.transfer(b, a, 10 + n, 840, id_low=1000 + n, flags=HOLD, timeout=3600 * (n % 2))
    bank.transfer(0, 0, 5, 0, flags=POST_HOLD, related_low=1000, id_low=2000)
    bank.transfer(0, 0, 0, 0, flags=VOID_HOLD, related_low=1001, id_low=2001)
    return bank, numbers


def save(bank, numbers):
    """Accounts, open holds, entries and where the ledger stands, as the calls of the restoring want them."""
    info = bank.info()
    entries, first = [], 1
    while first <= info.sequence:
        more, first = bank.history(first)
        entries += more
    cash = entries[0].to_account
    spending, holds, spent, since = {}, {}, {}, {}
    for entry in entries:
        window, start = spending.get(entry.from_account, (0, 0))
        if entry.kind == "update":
            spending[entry.to_account] = entry.timeout, entry.timestamp // 10**9 // DAY * DAY
            since[entry.to_account] = entry.sequence
            spent[entry.to_account] = 0
        elif entry.kind in ("posting", "hold") and window:
            spent[entry.from_account] += entry.amount
        if entry.kind == "hold":
            holds[entry.id_low] = entry
        elif entry.kind in ("post", "void"):
            held = holds.pop(entry.related_low)
            if window:
                spent[entry.from_account] -= held.amount - (entry.amount if entry.kind == "post" else 0)
    saved = []
    for number in [cash, *numbers]:
        account = bank.accounts(number)[0]
        window, start = spending.get(number, (0, 0))
        saved.append(
            RestoreAccount(
                account_number=number,
                counters=(ctypes.c_uint64 * 4)(
                    account.debits_posted, account.credits_posted, account.debits_held, account.credits_held
                ),
                overdraft_limit=account.overdraft_limit,
                sequence=account.sequence,
                opened=account.opened,
                spending_limit=5_000 if window else 0,
                spent=spent.get(number, 0),
                spending_window_start=start,
                spending_since=since.get(number, 0),
                spending_window=window,
                currency=account.currency,
                account_type=account.account_type,
                flags=account.flags & 0xFFF,
                owner=account.owner,
                code=account.code,
            )
        )
    saved_holds = [
        RestoreHold(
            id=(ctypes.c_uint64 * 2)(held.id_low, held.id_high),
            sequence=held.sequence,
            timestamp=held.timestamp,
            from_account=held.from_account,
            to_account=held.to_account,
            amount=held.amount,
            expires=held.timestamp + held.timeout * 10**9 if held.timeout else 0,
            currency=held.currency,
            flags=held.flags,
            code=held.code,
            timeout=held.timeout,
        )
        for held in sorted(holds.values(), key=lambda held: held.sequence)
    ]
    made = max(entry.id_low for entry in entries if entry.id_high == ALL)
    end = RestoreEnd(
        ledger_id=info.ledger_id,
        sequence=info.sequence,
        timestamp=info.timestamp,
        ids_made=made,
        accounts=info.accounts,
        holds=info.holds,
    )
    return saved, saved_holds, entries, end


def digest(accounts, holds, end):
    return hashlib.sha256(b"".join(map(bytes, [*accounts, *holds, end]))).digest()


def give(bank, call, items):
    for at in range(0, len(items), BATCH_MAX):
        piece = items[at : at + BATCH_MAX]
        array = (type(piece[0]) * len(piece))(*piece)
        answer = bank.call(call, RestoreRequest(items=ctypes.addressof(array), count=len(piece)))
        check("all taken", answer.taken, len(piece))


def go_live(bank, accounts, holds, end):
    wanted = (ctypes.c_uint8 * 32)(*digest(accounts, holds, end))
    return bank.call("GO_LIVE", GoLiveRequest(end=end, digest=wanted))


def reload():
    subprocess.run(["rmmod", "qenex_banking"], check=True)
    subprocess.run(["insmod", MODULE, "volatile=1"], check=True)


bank, numbers = live()
a, b = numbers[:2]
refused("restoring a ledger in use", "ledger_not_empty", errno.ENOTEMPTY, lambda: bank.call("RESTORE_BEGIN", BeginRequest()))
accounts, holds, entries, end = save(bank, numbers)
read = [bytes(account) for account in bank.accounts(*numbers)]
os.close(bank.fd)

# What is not what was saved is not opened for business.
reload()
bank = Device()
refused("before the beginning", "not_restoring", errno.EINVAL, lambda: go_live(bank, accounts, holds, end))
bank.call("RESTORE_BEGIN", BeginRequest())
refused("no business meanwhile", "not_live", errno.EAGAIN, lambda: bank.create_account(840))
forged = [RestoreAccount.from_buffer_copy(account) for account in accounts]
forged[5].counters[1] += 1
give(bank, "RESTORE_ACCOUNTS", forged)
give(bank, "RESTORE_HOLDS", holds)
give(bank, "RESTORE_TRANSFERS", entries)
refused("a forged balance", "digest_mismatch", errno.EBADMSG, lambda: go_live(bank, accounts, holds, end))
refused("still no business", "not_live", errno.EAGAIN, lambda: bank.transfer(a, b, 1, 840))
refused("and not empty any more", "ledger_not_empty", errno.ENOTEMPTY, lambda: bank.call("RESTORE_BEGIN", BeginRequest()))
os.close(bank.fd)

# What is, is.
reload()
bank = Device()
bank.call("RESTORE_BEGIN", BeginRequest())
give(bank, "RESTORE_ACCOUNTS", accounts)
give(bank, "RESTORE_HOLDS", holds)
give(bank, "RESTORE_TRANSFERS", entries)
answer = go_live(bank, accounts, holds, end)
check("the digest", bytes(answer.digest_found), digest(accounts, holds, end))
check("every account", [bytes(account) for account in bank.accounts(*numbers)], read)
info = bank.info()
check("where it stands", (info.sequence, info.timestamp, list(info.ledger_id), info.holds), (end.sequence, end.timestamp, list(end.ledger_id), 18))
check("a retry", bank.transfer(numbers[7], numbers[49], 7, 840, id_low=7).result_name, "exists")
check("a hold", bank.transfer(0, 0, ALL, 0, flags=POST_HOLD, related_low=1002).moved, 12)
refused("an ended hold", "hold_already_voided", errno.EALREADY, lambda: bank.transfer(0, 0, ALL, 0, flags=POST_HOLD, related_low=1001))
check("the next change", bank.transfer(a, b, 1, 840).sequence, end.sequence + 2)
check("the next account", bank.create_account(840).account_number // 100, end.accounts + 1)
finish()
