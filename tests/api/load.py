#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Many durable transfers over many connections at once; there must be no error.

    load.py SOCKET-OR-URL USER FROM TO CURRENCY [--requests 10000] [--connections 64] [--pid PID] < PASSWORD

Moves one minor unit to and fro, so that balances are in the end what they were. With --pid the memory of the daemon
before and after is told, and must not have grown by more than 64 MiB.
"""

import argparse
import asyncio
import json
import secrets
import statistics
import time
import urllib.parse

from client import Client, password

LIMIT_KIB = 64 * 1024


def resident(pid):
    """Resident memory of a process in KiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


async def open_stream(where):
    if where.startswith("http://"):
        address = urllib.parse.urlsplit(where)
        return await asyncio.open_connection(address.hostname, address.port)
    return await asyncio.open_unix_connection(where)


async def worker(where, token, work, times, errors):
    """Sends requests one after the other over one connection."""
    reader, writer = await open_stream(where)
    for key, body in work:
        begun = time.perf_counter()
        content = json.dumps(body).encode()
        writer.write((f"POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                      f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\n"
                      f"Content-Length: {len(content)}\r\n\r\n").encode() + content)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        answer = await reader.readexactly(length)
        times.append(time.perf_counter() - begun)
        if not head.startswith("http/1.1 201 ") or not json.loads(answer)["durable"]:
            errors.append(answer.decode())
    writer.close()


async def load(arguments, token):
    run = secrets.token_hex(4)
    there = {"debtor_account": arguments.debtor, "creditor_account": arguments.creditor, "amount": arguments.amount,
             "currency": arguments.currency}
    back = {**there, "debtor_account": arguments.creditor, "creditor_account": arguments.debtor}
    work = iter([(f"{run}-{number}", back if number % 2 else there) for number in range(arguments.requests)])
    times, errors = [], []
    begun = time.perf_counter()
    workers = [worker(arguments.where, token, work, times, errors) for _ in range(arguments.connections)]
    await asyncio.gather(*workers)
    return times, errors, time.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("where")
    parser.add_argument("user")
    parser.add_argument("debtor")
    parser.add_argument("creditor")
    parser.add_argument("currency")
    parser.add_argument("--amount", default="0.01")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--pid", type=int)
    arguments = parser.parse_args()
    client = Client(arguments.where)
    client.log_in(arguments.user, password(arguments.user))
    accounts = f"/v1/accounts?numbers={arguments.debtor},{arguments.creditor}"
    balances = [account["balance"] for account in client.expect(200, "GET", accounts)["accounts"]]
    before = resident(arguments.pid) if arguments.pid else None
    times, errors, took = asyncio.run(load(arguments, client.token))
    after = resident(arguments.pid) if arguments.pid else None
    assert not errors, f"{len(errors)} errors, the first: {errors[0]}"
    assert len(times) == arguments.requests
    # The first connection was idle for long, and may be closed by now.
    token, client = client.token, Client(arguments.where)
    client.token = token
    assert [account["balance"] for account in client.expect(200, "GET", accounts)["accounts"]] == balances
    times.sort()
    print(f"{len(times)} durable transfers over {arguments.connections} connections, no error, "
          f"{len(times) / took:.0f}/s, median {statistics.median(times) * 1e3:.1f} ms, "
          f"99 % within {times[len(times) * 99 // 100] * 1e3:.1f} ms")
    if arguments.pid:
        print(f"resident memory: {before} KiB before, {after} KiB after")
        assert after - before < LIMIT_KIB, "the daemon's memory has grown"
    client.expect(204, "DELETE", "/v1/sessions/current")


if __name__ == "__main__":
    main()
