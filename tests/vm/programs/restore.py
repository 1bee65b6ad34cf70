"""The module is unloaded, loaded anew, and given back what it held: from the reads and the journal of the old one."""

import errno
import os
import subprocess

from qenex import (
    ALL,
    HOLD,
    OVERDRAFT_LIMIT,
    POST_HOLD,
    SPENDING_LIMIT,
    VOID_HOLD,
    Device,
    check,
    finish,
    refused,
)
from saved import DAY, BeginRequest, RestoreAccount, digest, give, go_live, save

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
