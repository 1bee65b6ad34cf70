"""A ledger's state as the calls of the restoring want it: taken from its reads and its journal, and given back."""

import ctypes
import hashlib

from qenex import ALL, BATCH_MAX, Struct, check, fields


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
