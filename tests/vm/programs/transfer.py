"""Opens two accounts, moves money and reads both balances, with nothing but the standard library."""

import ctypes
import fcntl
import os
import struct
import sys


def iowr(number, size):
    return 3 << 30 | size << 16 | ord("Q") << 8 | number


QENEX_CREATE_ACCOUNT = iowr(1, 128)
QENEX_GET_ACCOUNTS = iowr(2, 64)
QENEX_TRANSFER = iowr(3, 128)

device = os.open("/dev/qenex_banking", os.O_RDWR)


def open_account(initial_balance, currency):
    # id, initial_balance, overdraft_limit, currency, account_type, flags, owner, ... account_number at 72
    request = bytearray(128)
    struct.pack_into("<16xQQI", request, 0, initial_balance, 0, currency)
    fcntl.ioctl(device, QENEX_CREATE_ACCOUNT, request, True)
    return struct.unpack_from("<Q", request, 72)[0]


def transfer(from_account, to_account, amount, currency):
    # id, from_account, to_account, amount, currency, ... sequence at 96
    request = bytearray(128)
    struct.pack_into("<16xQQQI", request, 0, from_account, to_account, amount, currency)
    fcntl.ioctl(device, QENEX_TRANSFER, request, True)
    return struct.unpack_from("<Q", request, 96)[0]


def balances(*numbers):
    wanted = (ctypes.c_uint64 * len(numbers))(*numbers)
    accounts = ctypes.create_string_buffer(128 * len(numbers))
    request = bytearray(64)
    struct.pack_into("<QQI", request, 0, ctypes.addressof(wanted), ctypes.addressof(accounts), len(numbers))
    fcntl.ioctl(device, QENEX_GET_ACCOUNTS, request, True)
    return [struct.unpack_from("<q", accounts, 128 * i + 8)[0] for i in range(len(numbers))]


first = open_account(100_000, 840)
second = open_account(0, 840)
sequence = transfer(first, second, 5_000, 840)
print(*balances(first, second))
sys.exit(0 if sequence and balances(first, second) == [95_000, 5_000] else 1)
