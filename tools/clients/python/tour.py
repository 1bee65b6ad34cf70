#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""What the other clients do, too: money is moved once, however often it is sent, and refusals say why.

	tour.py device            by the device, as root or a ledger operator
	tour.py api USER PASSWORD by the daemon at QENEX_SOCKET or /run/qenex/api.sock, as an operator
"""

import os
import sys

from qenex import Api, Ledger, Problem, Refused, abi
from qenex.device import new_id, transfer

USD = 840


def by_device():
    with Ledger() as ledger:
        payer = ledger.open_account(USD, initial_balance=1000_00).account_number
        payee = ledger.open_account(USD).account_number

        rent = new_id()
        first = ledger.transfer(payer, payee, 50_00, USD, id=rent)
        print("moved 50.00")
        again = ledger.transfer(payer, payee, 50_00, USD, id=rent)
        if again.result == abi.Result.EXISTS and again.sequence == first.sequence:
            print("sent again: the same posting")

        try:
            ledger.transfer(payer, payee, 5000_00, USD)
        except Refused as refused:
            print("refused:", refused.result.name.lower())

        # Both or none: the second is too much.
        chain = [
            transfer(payer, payee, 10_00, USD, flags=abi.TRANSFER_LINKED),
            transfer(payer, payee, 5000_00, USD),
        ]
        print("a chain:", *(abi.Result(result.result).name.lower() for result in ledger.batch(chain)))

        print("balances:", *(f"{account.balance / 100:.2f}" for account in ledger.accounts(payer, payee)))


def by_api(user, password):
    api = Api(os.environ.get("QENEX_SOCKET", "/run/qenex/api.sock"))
    api.log_in(user, password)
    payer = api.call("POST", "/v1/accounts", {"currency": "USD", "opening_balance": "1000.00"})["number"]
    payee = api.call("POST", "/v1/accounts", {"currency": "USD"})["number"]

    rent = {"debtor_account": payer, "creditor_account": payee, "amount": "50.00", "currency": "USD"}
    key = f"rent-{payer}"
    first = api.call("POST", "/v1/transfers", rent, key=key)
    print("moved", first["amount"])
    again = api.call("POST", "/v1/transfers", rent, key=key)
    if again["id"] == first["id"]:
        print("sent again: the same posting")

    try:
        api.call("POST", "/v1/transfers", rent | {"amount": "5000.00"})
    except Problem as problem:
        print("refused:", problem.kind)

    # Both or none: the second is too much.
    item = rent | {"kind": "transfer"}
    chain = [item | {"amount": "10.00", "linked": True}, item | {"amount": "5000.00"}]
    answer = api.call("POST", "/v1/batches", {"items": chain})
    print("a chain:", *(item["result"] for item in answer["items"]))

    print("balances:", *(api.call("GET", f"/v1/accounts/{number}")["balance"] for number in (payer, payee)))


if sys.argv[1:] == ["device"]:
    by_device()
elif sys.argv[1:2] == ["api"] and len(sys.argv) == 4:
    by_api(*sys.argv[2:])
else:
    sys.exit(__doc__)
