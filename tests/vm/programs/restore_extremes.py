"""Integer extremes in every field of what is restored: refused, or taken and then refused at the end, and never a ledger that
is open with numbers that do not add up."""

import ctypes
import os
import subprocess

from extremes_of import places
from qenex import HOLD, NAMES, Device, Refused, check, finish
from saved import BeginRequest, GoLiveRequest, RestoreRequest, digest, save

MODULE = os.environ["QENEX_MODULE"]


def reload():
    subprocess.run(["rmmod", "qenex_banking"], check=True)
    subprocess.run(["insmod", MODULE, "volatile=1", "journal_entries=16384", "max_holds=64", "max_accounts=64"], check=True)


bank = Device()
numbers = [bank.create_account(840, initial_balance=1000).account_number for _ in range(2)]
bank.transfer(*numbers, 5, 840, id_low=1)
bank.transfer(*numbers, 6, 840, id_low=2, flags=HOLD, timeout=100_000)
accounts, holds, entries, end = save(bank, numbers)
bank.close()
reload()
opened, refusals, tries = 0, set(), 0


def give_up(bank, name, request):
    """Makes the call; whether it was taken."""
    try:
        bank.call(name, request)
    except Refused as refusal:
        refusals.add(refusal.name)
        return False
    return True


def restore(changed_accounts, changed_holds, changed_entries, changed_end):
    """Everything, with the digest of what is given: so that only the kernel's own checks stand between it and business."""
    global opened, tries
    tries += 1
    with Device() as bank:
        bank.call("RESTORE_BEGIN", BeginRequest())
        steps = (("ACCOUNTS", changed_accounts), ("HOLDS", changed_holds), ("TRANSFERS", changed_entries))
        taken = True
        for name, items in steps:
            array = (type(items[0]) * len(items))(*items)
            request = RestoreRequest(items=ctypes.addressof(array), count=len(items))
            taken = taken and give_up(bank, f"RESTORE_{name}", request)
        if taken:
            wanted = (ctypes.c_uint8 * 32)(*digest(changed_accounts, changed_holds, changed_end))
            taken = give_up(bank, "GO_LIVE", GoLiveRequest(end=changed_end, digest=wanted))
        check("open only when all was taken", bank.info().state, int(taken))
        if taken:
            opened += 1
            found = bank.accounts(*[account.account_number for account in changed_accounts])
            check("the books balance", sum(one.credits_posted - one.debits_posted for one in found), 0)
            check("so do the holds", sum(one.credits_held - one.debits_held for one in found), 0)
            # Money can still be moved and never overflows.
            for request in ({"amount": 1}, {"amount": 2**64 - 1}):
                try:
                    bank.transfer(*numbers, request["amount"], 840)
                except Refused as refusal:
                    check("a transfer has an answer", refusal.name in NAMES.values(), True)
    reload()


def changed(items, which, offset, size, value):
    copies = [type(item).from_buffer_copy(item) for item in items]
    data = bytearray(copies[which])
    data[offset : offset + size] = value.to_bytes(size, "little")
    copies[which] = type(items[0]).from_buffer_copy(data)
    return copies


restore(accounts, holds, entries, end)
check("what was saved is taken", opened, 1)
VALUES = {4: [0, 2**31, 2**32 - 1], 8: [0, 2**63, 2**64 - 1]}
for _, offset, size in places(type(accounts[0])):
    for value in VALUES[size]:
        restore(changed(accounts, 1, offset, size, value), holds, entries, end)
for _, offset, size in places(type(holds[0])):
    for value in VALUES[size]:
        restore(accounts, changed(holds, 0, offset, size, value), entries, end)
for _, offset, size in places(type(entries[0])):
    for value in VALUES[size][1:]:
        restore(accounts, holds, changed(entries, len(entries) - 1, offset, size, value), end)
for _, offset, size in places(type(end)):
    for value in VALUES[size]:
        restore(accounts, holds, entries, changed([end], 0, offset, size, value)[0])
print(f"{tries} restorings, {opened} opened, refused by: {' '.join(sorted(refusals))}")
check("what contradicts itself is refused", {"restore_inconsistent", "restore_out_of_order"} <= refusals, True)
finish()
