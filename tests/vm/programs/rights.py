"""What a user without the operator right may do, and what not.

Runs as root, and does the user's part in a child that has given up root: uid 1000, with the device's group.
"""

import errno

from qenex import (
    ACCOUNT_OWNER_GIVEN,
    ACCOUNT_UNLIMITED,
    Device,
    check,
    finish,
    refused,
)
from rights_of import CUSTOMER, as_customer

bank = Device()
rich = bank.create_account(840, initial_balance=100_000).account_number
theirs = bank.create_account(840, initial_balance=50_000, flags=ACCOUNT_OWNER_GIVEN, owner=CUSTOMER).account_number


def stranger():
    try:
        Device()
    except PermissionError:
        return
    check("a user outside the group opens the device", "opened", "EACCES")


def customer():
    device = Device()
    # What is theirs they may use, and anyone may be credited.
    device.transfer(theirs, rich, 1_000, 840)
    own = device.create_account(840).account_number
    device.transfer(theirs, own, 2_000, 840)
    # What is not theirs they may neither debit nor see.
    refused("debit another's account", "not_account_owner", errno.EPERM, lambda: device.transfer(rich, theirs, 1, 840))
    check("see another's account", device.accounts(rich)[0].result_name, "not_account_owner")
    check("nothing of it shows", any(bytes(device.accounts(rich)[0])[8:116]), False)
    check("see their own", [a.balance for a in device.accounts(theirs, own)], [47_000, 2_000])
    # What only an operator may do.
    operator = ("operator_right_required", errno.EPERM)
    refused("an opening balance", *operator, lambda: device.create_account(840, initial_balance=1))
    refused("an overdraft limit", *operator, lambda: device.create_account(840, overdraft_limit=1))
    refused("an unlimited account", *operator, lambda: device.create_account(840, flags=ACCOUNT_UNLIMITED))
    refused("another's account", *operator, lambda: device.create_account(840, flags=ACCOUNT_OWNER_GIVEN, owner=0))
    refused("an internal account", *operator, lambda: device.create_account(840, account_type=4))


as_customer(stranger, groups=())
as_customer(customer)

# A file that root opened gives a customer who holds it no right of root's.
inherited = bank


def with_roots_file():
    refused(
        "debit through root's open file",
        "not_account_owner",
        errno.EPERM,
        lambda: inherited.transfer(rich, theirs, 1, 840),
    )


as_customer(with_roots_file)
check("the balances at the end", [a.balance for a in bank.accounts(rich, theirs)], [101_000, 47_000])
finish()
