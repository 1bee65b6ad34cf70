#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""How long the daemon takes to judge a payment, by its own metrics: features, rules and a model with labels included.

    judge.py SOCKET-OR-URL USER [--payments 20000] [--batch 1] < PASSWORD

USER is an administrator of a daemon that runs with risk.learn.maturity_hours = 0. Makes accounts, payments that are honest and
some that are not, says so, trains a model, lets it decide, and pays again, --batch payments in a request. Of these it tells
the mean time of one judgement, its 99th percentile (the upper bound of its bucket, which is twice the lower one), and how many
a second that is on one core.
"""

import argparse
import random
import time

from client import Client, password


def buckets(client):
    """Sum and counts of the histogram of judgements."""
    text = client.call("GET", "/metrics").body
    name = "qenex_risk_decision_seconds"
    total = count = 0.0
    found = {}
    for line in text.splitlines():
        if line.startswith(name + "_sum "):
            total = float(line.split()[1])
        elif line.startswith(name + "_count "):
            count = float(line.split()[1])
        elif line.startswith(name + "_bucket"):
            found[float(line.split('le="')[1].split('"')[0])] = float(line.split()[1])
    return total, count, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("where")
    parser.add_argument("user")
    parser.add_argument("--payments", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1)
    arguments = parser.parse_args()
    client = Client(arguments.where)
    login = client.expect(201, "POST", "/v1/sessions", {"user": arguments.user, "password": password(arguments.user)})
    client.token = login["token"]
    dice = random.Random(1)
    opened = {"currency": "USD", "opening_balance": "900000.00"}
    accounts = [client.expect(201, "POST", "/v1/accounts", opened)["number"] for _ in range(200)]

    def item(fraud):
        payer = dice.randrange(200)
        payee = dice.randrange(195, 200) if fraud else dice.randrange(195)
        if payer == payee:
            payee = (payee + 1) % 195
        amount = dice.randrange(90_000, 120_000) if fraud else dice.randrange(500, 5_000)
        device = "thief" if fraud else f"own {payer}"
        return {"kind": "transfer", "debtor_account": accounts[payer], "creditor_account": accounts[payee],
                "amount": f"{amount // 100}.{amount % 100:02}", "currency": "USD",
                "context": {"channel": "online", "country": "DE", "device": device}}

    frauds = []
    for _ in range(10):
        kinds = [dice.random() < 0.008 for _ in range(1000)]
        done = client.expect(200, "POST", "/v1/batches", {"items": [item(kind) for kind in kinds]})
        frauds += [one["id"] for one, kind in zip(done["items"], kinds) if kind]
    for one in frauds:
        client.expect(200, "POST", f"/v1/risk/payments/{one}/label", {"fraud": True})
    client.expect(200, "POST", "/v1/risk/train", {})
    begun = time.monotonic()
    while (models := client.expect(200, "GET", "/v1/risk/models"))["training"]["state"] == "running":
        time.sleep(0.5)
    assert models["training"]["state"] == "done", models["training"]
    print(f"a model of {models['challenger']['rows']} payments, {models['challenger']['fraud']} of them fraud, in "
          f"{time.monotonic() - begun:.0f} s")
    client.expect(200, "POST", "/v1/risk/promote")

    before = buckets(client)
    begun = time.monotonic()
    for _ in range(0, arguments.payments, arguments.batch):
        items = [item(False) for _ in range(arguments.batch)]
        if arguments.batch == 1:
            body = {key: value for key, value in items[0].items() if key != "kind"}
            status = client.call("POST", "/v1/transfers", body, headers={"Prefer": "respond-async"}).status
            assert status in (201, 202), status
        else:
            client.expect(200, "POST", "/v1/batches", {"items": items}, headers={"Prefer": "respond-async"})
    took = time.monotonic() - begun
    after = buckets(client)
    count = after[1] - before[1]
    mean = (after[0] - before[0]) / count
    since = sorted((bound, number - before[2].get(bound, 0.0)) for bound, number in after[2].items())
    p99 = next(bound for bound, number in since if number >= 0.99 * count)
    print(f"{count:.0f} judgements inside the daemon: mean {mean * 1e6:.1f} µs, 99 % within {p99 * 1e6:.0f} µs, "
          f"{1 / mean:.0f} a second on one core; {count / took:.0f} payments a second by one client")


if __name__ == "__main__":
    main()
