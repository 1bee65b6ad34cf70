"""The clock is set forward and back while money moves: time never goes back in the ledger, holds expire once and not before
their time, and a spending limit is not won back by a day that comes twice."""

import errno
import time

from qenex import HOLD, POST_HOLD, SPENDING_LIMIT, Device, Refused, check, finish, refused

DAY = 86_400
bank = Device()
a, b, limited = [bank.create_account(840, initial_balance=100_000).account_number for _ in range(3)]
real = time.clock_gettime(time.CLOCK_REALTIME)
steady = time.monotonic()


def set_clock(shift):
    """So many seconds from what the time really is."""
    time.clock_settime(time.CLOCK_REALTIME, real + time.monotonic() - steady + shift)


def held():
    return bank.accounts(a)[0].debits_held


def wait_until(what, reached):
    """The timer looks at the clock at least once a second; a busy machine may need some of them."""
    for _ in range(600):
        if reached():
            return
        time.sleep(0.1)
    check(what, "not reached", "reached")


last = bank.transfer(a, b, 1, 840)
for shift in (3600, -3600, 10 * DAY, -30 * DAY, 400 * DAY, 0):
    set_clock(shift)
    now = bank.transfer(a, b, 1, 840)
    check(f"time does not go back at {shift}", now.timestamp >= last.timestamp, True)
    check(f"one after the other at {shift}", now.sequence, last.sequence + 1)
    last = now
entries, _ = bank.history(1)
check("nor in the journal", [e.timestamp for e in entries], sorted(e.timestamp for e in entries))

# The ledger's time is now 400 days ahead of the clock. A hold of an hour is one of the ledger's hours.
hold = bank.transfer(a, b, 500, 840, id_low=1, flags=HOLD, timeout=3600)
time.sleep(2.5)
check("not expired while the clock is behind", held(), 500)
set_clock(400 * DAY + 7200)
wait_until("expires when the clock has passed its time", lambda: held() == 0)
refused("settled after its end", "hold_expired", errno.ETIME, lambda: bank.transfer(0, 0, 500, 0, flags=POST_HOLD, related_low=1))
entries, _ = bank.history(hold.sequence)
expired = [e for e in entries if e.kind == "expire"]
check("expired once", len(expired), 1)
check("not before its time", expired[0].timestamp >= hold.timestamp + 3600 * 10**9, True)

# A hold that expired does not come back with the time before it.
set_clock(0)
check("nothing is held again", held(), 0)
refused("nor can it be settled then", "hold_expired", errno.ETIME, lambda: bank.transfer(0, 0, 500, 0, flags=POST_HOLD, related_low=1))

# Many holds of many lengths, and a clock that passes all of them at once.
set_clock(401 * DAY)
for n in range(200):
    bank.transfer(a, b, 1, 840, id_low=1000 + n, flags=HOLD, timeout=1 + n * 1000)
set_clock(500 * DAY)
wait_until("all of them expire", lambda: held() == 0)
entries, _ = bank.history(1)
ended = [e.related_low for e in entries if e.kind == "expire" and e.related_low >= 1000]
check("each once", sorted(ended), list(range(1000, 1200)))
check("no hold is left", bank.info().holds, 0)

# A spending limit of a day: the same day does not give it twice.
bank.update(limited, SPENDING_LIMIT, spending_limit=100, spending_window=DAY)
bank.transfer(limited, b, 100, 840)


def limit_is_used(what):
    try:
        bank.transfer(limited, b, 1, 840)
    except Refused as refusal:
        check(what, refusal.name, "exceeds_spending_limit")
    else:
        check(what, "done", "exceeds_spending_limit")


limit_is_used("the limit")
for shift in (499, 498, 100, 0, -1):
    set_clock(shift * DAY)
    limit_is_used(f"the limit with the clock back by {500 - shift} days")
set_clock(502 * DAY)
check("a new day", bank.transfer(limited, b, 100, 840).result_name, "ok")

# The ends of what a clock can be set to: not before the machine was started.
for when in (int(time.monotonic()) + 60, 2**31 - 1, 2**31, 2**32 - 1, 2**32):
    time.clock_settime(time.CLOCK_REALTIME, when)
    now = bank.transfer(a, b, 1, 840)
    check(f"at {when}", now.timestamp >= last.timestamp, True)
    last = now
set_clock(0)
account = bank.accounts(a)[0]
check("the money", account.balance + bank.accounts(b)[0].balance + bank.accounts(limited)[0].balance, 300_000)
finish()
