"""Holds that expire, accounts that are frozen, limited, closed: through the device, by the kernel's own timer."""

import errno
import threading
import time

from qenex import (
    ALL,
    CLOSE,
    FREEZE_CREDITS,
    FREEZE_DEBITS,
    HOLD,
    OVERDRAFT_LIMIT,
    OWNER,
    POST_HOLD,
    REOPEN,
    REVERSE,
    SPENDING_LIMIT,
    UNFREEZE_CREDITS,
    UNFREEZE_DEBITS,
    VOID_HOLD,
    Device,
    Refused,
    Transfer,
    check,
    finish,
    refused,
)

bank = Device()
a = bank.create_account(840, initial_balance=100_000).account_number
b = bank.create_account(840, initial_balance=0).account_number


def state(number):
    account = bank.accounts(number)[0]
    return account.balance, account.available, account.debits_held, account.credits_held


# A hold expires by itself, once, to the second.
hold = bank.transfer(a, b, 30_000, 840, id_low=1, flags=HOLD, timeout=1)
check("held", (state(a), state(b)), ((100_000, 70_000, 30_000, 0), (0, 0, 0, 30_000)))
time.sleep(0.5)
check("not before its time", state(a)[1] == 70_000 or time.time_ns() > hold.timestamp + 1_000_000_000, True)
for _ in range(100):
    time.sleep(0.1)
    if state(a)[2] == 0:
        break
check("released by the timer", (state(a), state(b)), ((100_000, 100_000, 0, 0), (0, 0, 0, 0)))
entries, _ = bank.history(hold.sequence)
check("its end is on record", [entry.kind for entry in entries], ["hold", "expire"])
late = entries[1].timestamp - hold.timestamp - 1_000_000_000
# A busy machine may be late, but never early.
check("at its time", 0 <= late < 5_000_000_000, True)
settle = {"from_account": 0, "to_account": 0, "currency": 0}
for flag, amount in ((POST_HOLD, ALL), (VOID_HOLD, 0)):
    refused("settled after its end", "hold_expired", errno.ETIME, lambda: bank.transfer(0, 0, amount, 0, flags=flag, related_low=1))

# Holds that expire while they are being posted: each ends exactly once. Two threads aim at the moment at which each expires,
# one from the first hold on, one from the last; how many they catch is up to the machine, so they go on with new holds until
# some were posted and some expired.
N = 300
posted = [0, 0]


def post(which, step, holds):
    device = Device()
    for n, expires in holds[::step]:
        # From 20 ms before to 20 ms after.
        time.sleep(max(0, (expires - time.time_ns()) / 1e9 + (n * 7 % 41 - 20) / 1000))
        try:
            device.transfer(0, 0, ALL, 0, flags=POST_HOLD, related_low=n, id_low=n, id_high=1 + which)
            posted[which] += 1
        except Refused as refusal:
            if refusal.name not in ("hold_expired", "hold_already_posted"):
                check("a race's result", refusal.name, "hold_expired or hold_already_posted")


ends = {}
first = hold.sequence
for attempt in range(1, 21):
    holds = []
    for n in range(attempt * 1000, attempt * 1000 + N):
        made = bank.transfer(a, b, 10, 840, id_low=n, flags=HOLD, timeout=1)
        holds.append((n, made.timestamp + 1_000_000_000))
    threads = [threading.Thread(target=post, args=(which, step, holds)) for which, step in enumerate((1, -1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(100):
        time.sleep(0.1)
        if bank.info().holds == 0:
            break
    while True:
        entries, first = bank.history(first)
        if not entries:
            break
        for entry in entries:
            if entry.kind in ("post", "expire") and entry.related_low >= 1000:
                ends.setdefault(entry.related_low, []).append(entry.kind)
    check("every hold ended once", sorted(len(end) for end in ends.values()), [1] * (N * attempt))
    moved = sum(end == ["post"] for end in ends.values())
    check("what was posted", (moved, state(b)[0]), (sum(posted), 10 * moved))
    check("nothing is held", (state(a)[2], state(b)[3], bank.info().holds), (0, 0, 0))
    if 0 < moved < N * attempt:
        break
check("some were posted, some expired", 0 < moved < N * attempt, True)

# Freezing takes effect for transfers that are under way, and only in its direction.
c = bank.create_account(840, initial_balance=1_000_000).account_number
stop = threading.Event()
seen = []


def spend():
    device = Device()
    while not stop.is_set():
        try:
            device.transfer(c, b, 1, 840)
            seen.append("ok")
        except Refused as refusal:
            seen.append(refusal.name)


threads = [threading.Thread(target=spend) for _ in range(4)]
for thread in threads:
    thread.start()
time.sleep(0.3)
bank.update(c, FREEZE_DEBITS)
frozen_at = bank.accounts(c)[0].balance
time.sleep(0.3)
check("frozen means no debit", bank.accounts(c)[0].balance, frozen_at)
check("but credits", bank.transfer(a, c, 5, 840).result_name, "ok")
bank.update(c, UNFREEZE_DEBITS)
time.sleep(0.2)
stop.set()
for thread in threads:
    thread.join()
check("all outcomes", set(seen), {"ok", "from_account_frozen"})
check("every ok moved one", bank.accounts(c)[0].balance, 1_000_005 - seen.count("ok"))
bank.update(b, FREEZE_CREDITS)
refused("credits frozen", "to_account_frozen", errno.EACCES, lambda: bank.transfer(a, b, 1, 840))
bank.update(b, UNFREEZE_CREDITS)

# Overdraft and spending limits.
d = bank.create_account(840, initial_balance=100).account_number
bank.update(d, OVERDRAFT_LIMIT, overdraft_limit=50)
bank.transfer(d, b, 120, 840)
refused("beyond the overdraft", "exceeds_available_balance", errno.EDQUOT, lambda: bank.transfer(d, b, 31, 840))
refused("a limit below what is used", "limit_below_used", errno.EBUSY, lambda: bank.update(d, OVERDRAFT_LIMIT, overdraft_limit=19))
check("overdrawn", state(d)[:2], (-20, 30))
e = bank.create_account(840, initial_balance=10_000).account_number
day = 86_400
bank.update(e, SPENDING_LIMIT, spending_limit=1_000, spending_window=day)
bank.transfer(e, b, 600, 840, id_low=70)
refused("beyond the day's limit", "exceeds_spending_limit", errno.EDQUOT, lambda: bank.transfer(e, b, 401, 840))
bank.transfer(e, b, 400, 840, id_low=71, flags=HOLD)
refused("holds count", "exceeds_spending_limit", errno.EDQUOT, lambda: bank.transfer(e, b, 1, 840))
bank.transfer(0, 0, 100, 0, flags=POST_HOLD, related_low=71)
bank.transfer(e, b, 300, 840)
refused("what was released came back, no more", "exceeds_spending_limit", errno.EDQUOT, lambda: bank.transfer(e, b, 1, 840))
chain = [Transfer(from_account=e, to_account=b, amount=1, currency=840, flags=1), Transfer(from_account=a, to_account=b, amount=1, currency=840)]
check("in a chain too", [result.result_name for result in bank.batch(chain)[1]], ["exceeds_spending_limit", "linked_item_failed"])
bank.update(e, SPENDING_LIMIT)
check("without the limit", bank.transfer(e, b, 5_000, 840).result_name, "ok")

# Closing, opening again, another owner.
refused("closing with money", "account_has_balance", errno.EBUSY, lambda: bank.update(a, CLOSE))
f = bank.create_account(840).account_number
bank.transfer(a, f, 10, 840, id_low=80, flags=HOLD)
refused("closing with holds", "account_has_holds", errno.EBUSY, lambda: bank.update(f, CLOSE))
bank.transfer(0, 0, 0, 0, flags=VOID_HOLD, related_low=80)
bank.update(f, CLOSE)
refused("paying a closed account", "to_account_closed", errno.EACCES, lambda: bank.transfer(a, f, 1, 840))
refused("changing a closed account", "account_is_closed", errno.EACCES, lambda: bank.update(f, OWNER, owner=5))
bank.update(f, REOPEN)
refused("opening an open account", "account_is_open", errno.EINVAL, lambda: bank.update(f, REOPEN))
first = bank.update(f, OWNER, owner=5, id_low=90)
again = bank.update(f, OWNER, owner=5, id_low=90)
check("an update again", (again.result_name, again.sequence), ("exists", first.sequence))
refused("the same id for another owner", "exists_with_different_owner", errno.EEXIST, lambda: bank.update(f, OWNER, owner=6, id_low=90))
check("the owner", bank.accounts(f)[0].owner, 5)
refused("nothing to change", "update_must_not_be_empty", errno.EINVAL, lambda: bank.update(f, 0))
refused("freeze and unfreeze", "flags_exclude_each_other", errno.EINVAL, lambda: bank.update(f, FREEZE_DEBITS | UNFREEZE_DEBITS))
refused("close and more", "flags_exclude_each_other", errno.EINVAL, lambda: bank.update(f, CLOSE | OWNER, owner=1))
refused("a field without its flag", "reserved_must_be_zero", errno.EINVAL, lambda: bank.update(f, FREEZE_DEBITS, owner=1))
refused("a limit without a window", "spending_window_must_not_be_zero", errno.EINVAL, lambda: bank.update(f, SPENDING_LIMIT, spending_limit=1))
refused("an unknown change", "flags_must_be_known", errno.EINVAL, lambda: bank.update(f, 1 << 9))
refused("an unknown account", "account_number_invalid", errno.EINVAL, lambda: bank.update(f + 1, CLOSE))
cash = bank.history(1)[0][0].to_account
refused("the kernel's own account", "account_is_the_kernels", errno.EPERM, lambda: bank.update(cash, FREEZE_DEBITS))

# Reversals.
paid = bank.transfer(a, f, 1_000, 840, id_low=95)
bank.transfer(0, 0, 400, 0, flags=REVERSE, related_low=95)
refused("more than is left", "exceeds_original_amount", errno.EINVAL, lambda: bank.transfer(0, 0, 601, 0, flags=REVERSE, related_low=95))
rest = bank.transfer(0, 0, ALL, 0, flags=REVERSE, related_low=95, id_low=96)
check("the rest", rest.moved, 600)
refused("once more", "original_already_reversed", errno.EALREADY, lambda: bank.transfer(0, 0, 1, 0, flags=REVERSE, related_low=95))
refused("a reversal's reversal", "original_must_not_be_reversal", errno.EINVAL, lambda: bank.transfer(0, 0, 1, 0, flags=REVERSE, related_low=96))
refused("an unknown original", "original_not_found", errno.ENOENT, lambda: bank.transfer(0, 0, 1, 0, flags=REVERSE, related_low=97))
refused("a hold's reversal", "original_must_be_posting", errno.EINVAL, lambda: bank.transfer(0, 0, 1, 0, flags=REVERSE, related_low=80))

# A chain that fails at every position leaves nothing; one that does not happens whole.
LEGS = 64
for broken in range(LEGS):
    before = state(a)
    legs = [Transfer(from_account=a, to_account=f, amount=1 + n, currency=840, flags=1 if n < LEGS - 1 else 0) for n in range(LEGS)]
    legs[broken].to_account = a
    answer, results = bank.batch(legs)
    wanted = ["accounts_must_be_different" if n == broken else "linked_item_failed" for n in range(LEGS)]
    if [result.result_name for result in results] != wanted or state(a) != before:
        check(f"a chain broken at {broken}", [result.result_name for result in results], wanted)
check("a broken chain moves nothing", state(f)[0], 0)
legs[-1].to_account = f
answer, results = bank.batch(legs)
check("a whole chain", (answer.accepted, state(f)[0]), (LEGS, LEGS * (LEGS + 1) // 2))
too_long = legs[:1] + legs
answer, results = bank.batch(too_long)
check("a chain too long", [results[0].result_name, results[-1].result_name], ["chain_too_long", "linked_item_failed"])
open_end = legs[:3]
check("an open chain", [result.result_name for result in bank.batch(open_end)[1]], ["linked_item_failed"] * 2 + ["linked_chain_open"])
finish()
