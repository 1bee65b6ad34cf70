"""Every way to call the device wrongly has its own answer, and changes nothing."""

import ctypes
import errno
import fcntl
import os

from qenex import (
    BATCH_MAX,
    IOCTL,
    AccountRequest,
    AccountsRequest,
    BatchRequest,
    Device,
    Refused,
    Transfer,
    TransferRequest,
    check,
    finish,
    iowr,
)

bank = Device()
a = bank.create_account(840, initial_balance=100_000).account_number
b = bank.create_account(840, initial_balance=100_000).account_number
euro = bank.create_account(978, initial_balance=100_000).account_number
absent = 99_999_999 * 100
absent += 98 - absent % 97


def raw(number, argument):
    try:
        fcntl.ioctl(bank.fd, number, argument)
    except OSError as problem:
        return errno.errorcode[problem.errno]
    return "ok"


# The call itself.
check("unknown number", raw(iowr(99, 128), bytearray(128)), "ENOTTY")
check("another type", raw(3 << 30 | 128 << 16 | ord("X") << 8 | 3, bytearray(128)), "ENOTTY")
check("wrong size", raw(iowr(3, 120), bytearray(128)), "EINVAL")
check("wrong direction", raw(iowr(3, 128) & ~(1 << 31), bytearray(128)), "EINVAL")
for name in ("CREATE_ACCOUNT", "GET_ACCOUNTS", "TRANSFER", "BATCH"):
    check(f"{name} at address 0", raw(IOCTL[name], 0), "EFAULT")
    check(f"{name} at address 8", raw(IOCTL[name], 8), "EFAULT")
check("INFO at address 0", raw(IOCTL["INFO"], 0), "EFAULT")


def refused(what, name, error, request_type, call, **fields):
    request = request_type(**fields)
    try:
        bank.call(call, request)
    except Refused as refusal:
        check(what, (refusal.name, errno.errorcode[refusal.errno]), (name, error))
    else:
        check(what, "ok", name)


def transfer(what, name, error, **fields):
    complete = {"from_account": a, "to_account": b, "amount": 1, "currency": 840} | fields
    refused(what, name, error, TransferRequest, "TRANSFER", **complete)


def account(what, name, error, **fields):
    refused(what, name, error, AccountRequest, "CREATE_ACCOUNT", **({"currency": 840} | fields))


transfer("reserved", "reserved_must_be_zero", "EINVAL", reserved=1)
transfer("reserved2", "reserved_must_be_zero", "EINVAL", reserved2=1)
transfer("an unknown flag", "flags_must_be_known", "EINVAL", flags=1 << 31)
transfer("a chain of one", "linked_chain_open", "EINVAL", flags=1)
transfer("a reserved id", "id_must_not_be_reserved", "EINVAL", id_low=1, id_high=2**64 - 1)
transfer("no debtor", "from_account_must_not_be_zero", "EINVAL", from_account=0)
transfer("no creditor", "to_account_must_not_be_zero", "EINVAL", to_account=0)
transfer("the same account", "accounts_must_be_different", "EINVAL", to_account=a)
transfer("a related id", "related_id_must_be_zero", "EINVAL", related_low=1)
transfer("a timeout", "timeout_must_be_zero", "EINVAL", timeout=1)
transfer("no currency", "currency_must_not_be_zero", "EINVAL", currency=0)
transfer("nothing", "amount_must_not_be_zero", "EINVAL", amount=0)
transfer("a mistyped debtor", "from_account_invalid", "EINVAL", from_account=a + 1)
transfer("a mistyped creditor", "to_account_invalid", "EINVAL", to_account=b + 1)
transfer("an absent debtor", "from_account_not_found", "ENOENT", from_account=absent)
transfer("an absent creditor", "to_account_not_found", "ENOENT", to_account=absent)
transfer("two currencies", "accounts_must_have_same_currency", "EINVAL", to_account=euro)
transfer("another currency", "currency_must_be_that_of_accounts", "EINVAL", currency=978)
transfer("too much", "exceeds_available_balance", "EDQUOT", amount=100_001)
transfer("an overflow", "overflows_credits_posted", "EOVERFLOW", from_account=b, to_account=a, amount=2**64 - 1)

account("reserved", "reserved_must_be_zero", "EINVAL", reserved=1)
account("reserved2", "reserved_must_be_zero", "EINVAL", reserved2=1)
account("reserved3", "reserved_must_be_zero", "EINVAL", reserved3=(0, 0, 1))
account("an unknown flag", "flags_must_be_known", "EINVAL", flags=1 << 8)
account("a reserved id", "id_must_not_be_reserved", "EINVAL", id_low=1, id_high=2**64 - 1)
account("no currency", "currency_must_not_be_zero", "EINVAL", currency=0)
account("an unknown currency", "currency_unknown", "EINVAL", currency=999)
account("an absurd currency", "currency_unknown", "EINVAL", currency=2**32 - 1)
account("an unknown type", "account_type_unknown", "EINVAL", account_type=9)
account("the kernel's own type", "account_type_unknown", "EINVAL", account_type=8)
account("an owner without the flag", "owner_must_be_zero", "EINVAL", owner=5)
account("an overflow", "overflows_debits_posted", "EOVERFLOW", initial_balance=2**64 - 1)

numbers = (ctypes.c_uint64 * 1)(a)
out = ctypes.create_string_buffer(128)
good = {"numbers": ctypes.addressof(numbers), "accounts": ctypes.addressof(out), "count": 1}
refused("no numbers", "count_must_not_be_zero", "EINVAL", AccountsRequest, "GET_ACCOUNTS", **(good | {"count": 0}))
too_many = good | {"count": BATCH_MAX + 1}
refused("too many numbers", "count_too_large", "E2BIG", AccountsRequest, "GET_ACCOUNTS", **too_many)
refused("flags", "reserved_must_be_zero", "EINVAL", AccountsRequest, "GET_ACCOUNTS", **(good | {"flags": 1}))
for field in ("numbers", "accounts"):
    check(f"bad {field}", raw(IOCTL["GET_ACCOUNTS"], bytearray(AccountsRequest(**(good | {field: 8})))), "EFAULT")

items = (Transfer * 1)(Transfer(from_account=a, to_account=b, amount=1, currency=840))
results = ctypes.create_string_buffer(32)
good = {"items": ctypes.addressof(items), "results": ctypes.addressof(results), "count": 1}
refused("no items", "count_must_not_be_zero", "EINVAL", BatchRequest, "BATCH", **(good | {"count": 0}))
refused("too many items", "count_too_large", "E2BIG", BatchRequest, "BATCH", **(good | {"count": BATCH_MAX + 1}))
refused("flags", "reserved_must_be_zero", "EINVAL", BatchRequest, "BATCH", **(good | {"flags": 1}))
check("bad items", raw(IOCTL["BATCH"], bytearray(BatchRequest(**(good | {"items": 8})))), "EFAULT")

check("nothing moved", [account.balance for account in bank.accounts(a, b, euro)], [100_000] * 3)

# The same id: once.
first = bank.transfer(a, b, 10, 840, id_low=77)
again = bank.transfer(a, b, 10, 840, id_low=77)
check("a retry", (again.result_name, again.sequence, again.timestamp), ("exists", first.sequence, first.timestamp))
transfer("another amount", "exists_with_different_amount", "EEXIST", id_low=77, amount=11)
transfer("another creditor", "exists_with_different_to_account", "EEXIST", id_low=77, to_account=euro, amount=10)
check("moved once", [account.balance for account in bank.accounts(a, b)], [99_990, 100_010])
opened = bank.create_account(840, id_low=78)
check("an opening again", bank.create_account(840, id_low=78).account_number, opened.account_number)
account("an opening with another currency", "exists_with_different_currency", "EEXIST", id_low=78, currency=978)

os.close(bank.fd)
finish()
