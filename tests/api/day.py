#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""A day of banking over the API, with every balance checked.

    day.py SOCKET-OR-URL ADMIN < PASSWORD

ADMIN is an administrator, such as that of --demo. The day makes users and accounts of its own, so that it can be had as
often as wanted. It needs the default rules of four eyes: overdraft limits, and reversals of more than 10,000.
"""

import json
import secrets
import sys
import threading
from decimal import Decimal

from client import Client, connection, password

RUN = secrets.token_hex(4)
PASSWORD = "a password for " + RUN


def key(name):
    """An idempotency key of this run."""
    return f"{RUN}-{name}".replace(" ", "-")


def balance_of(client, account):
    return Decimal(client.expect(200, "GET", f"/v1/accounts/{account}")["balance"])


def check_balances(client, **expected):
    """Reads several accounts at one instant and compares their balances."""
    numbers = ",".join(number for number, _ in expected.values())
    read = client.expect(200, "GET", f"/v1/accounts?numbers={numbers}")["accounts"]
    for (name, (number, balance)), account in zip(expected.items(), read):
        assert account["number"] == number
        assert account["balance"] == balance, f"{name} has {account['balance']} instead of {balance}"


def people(admin):
    """Two operators and two customers of this run."""
    users = {}
    for name, role in [("olga", "operator"), ("oskar", "operator"), ("anna", "customer"), ("bert", "customer")]:
        full = f"{name}-{RUN}"
        body = {"name": full, "role": role, "password": PASSWORD}
        first = admin.expect(201, "POST", "/v1/users", body, key("user-" + name))
        again = admin.expect(201, "POST", "/v1/users", body, key("user-" + name))
        assert first == again and first["owner"] >= 2**31
        users[name] = Client(admin.where)
        users[name].log_in(full, PASSWORD)
        users[name].owner = first["owner"]
    admin.refused(409, "user_exists", "POST", "/v1/users", body)
    return users


def accounts(olga, anna, bert):
    """Anna's account has 1,000.00, her savings nothing; Bert's has nothing."""
    number = olga.expect(201, "POST", "/v1/accounts", {
        "currency": "USD", "owner": anna.owner, "opening_balance": "1000.00"}, key("annas"))["number"]
    savings = anna.expect(201, "POST", "/v1/accounts", {"currency": "USD", "type": "savings"}, key("savings"))["number"]
    berts = bert.expect(201, "POST", "/v1/accounts", {"currency": "USD"}, key("berts"))["number"]
    anna.refused(403, "not_allowed", "POST", "/v1/accounts", {"currency": "USD", "opening_balance": "1.00"})
    listed = [account["number"] for account in anna.expect(200, "GET", "/v1/accounts")["accounts"]]
    assert listed == [number, savings], listed
    anna.refused(404, "account_not_found", "GET", f"/v1/accounts/{berts}")
    return number, savings, berts


def follow(client, account, after, found, enough):
    """Reads events of an account until there are enough, or `end`."""
    line = connection(client.where, timeout=30)
    line.request("GET", f"/v1/events?account={account}", headers={
        "Authorization": "Bearer " + client.token, "Last-Event-ID": after, "Accept": "text/event-stream"})
    response = line.getresponse()
    assert response.status == 200 and response.headers["Content-Type"] == "text/event-stream", response.status
    event = {}
    while len(found) < enough:
        text = response.readline().decode().rstrip("\n")
        if not text:
            if "data" in event:
                found.append((event["id"], event["event"], json.loads(event["data"])))
            event = {}
        elif not text.startswith(":"):
            name, _, value = text.partition(": ")
            event[name] = value
    line.close()


def transfers(anna, number, savings, berts):
    """Immediate transfers, and what is refused."""
    body = {"debtor_account": number, "creditor_account": berts, "amount": "250.00", "currency": "USD",
            "reference": "eb6305c9-1f7f-49de-aed0-16487c27b42d"}
    first = anna.call("POST", "/v1/transfers", body, key("rent"))
    assert first.status == 201 and first.json["durable"] and first.headers["Idempotency-Key"] == key("rent")
    again = anna.call("POST", "/v1/transfers", body, key("rent"))
    assert again.status == 200 and again.json == first.json and again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == "/v1/transfers/" + first.json["id"]
    assert anna.expect(200, "GET", again.headers["Location"]) == first.json
    anna.refused(409, "exists_with_different_amount", "POST", "/v1/transfers", {**body, "amount": "251.00"}, key("rent"))
    check_balances(anna, anna=(number, "750.00"))
    for change, status, problem in [
        ({"amount": 250}, 400, "wrong_type"),
        ({"amount": "NaN"}, 400, "amount_not_a_number"),
        ({"amount": "1e3"}, 400, "amount_exponent"),
        ({"amount": "-1.00"}, 400, "amount_negative"),
        ({"amount": "1,000.00"}, 400, "amount_separator"),
        ({"amount": "1.001"}, 422, "amount_too_many_decimals"),
        ({"amount": "0.00"}, 422, "amount_must_not_be_zero"),
        ({"amount": "750.01"}, 422, "exceeds_available_balance"),
        ({"currency": "EUR"}, 422, "currency_must_be_that_of_accounts"),
        ({"currency": "ZZZ"}, 422, "currency_unknown"),
        ({"creditor_account": "293"}, 422, "to_account_invalid"),
        ({"creditor_account": number}, 422, "accounts_must_be_different"),
        ({"debtor_account": berts}, 403, "not_your_account"),
        ({"memo": "hello"}, 400, "unknown_field"),
    ]:
        anna.refused(status, problem, "POST", "/v1/transfers", {**body, **change}, key("refused"))
    anna.refused(400, "malformed_json", "POST", "/v1/transfers", '{"amount": NaN}')
    anna.refused(400, "duplicate_field", "POST", "/v1/transfers", '{"amount": "1.00", "amount": "2.00"}')
    anna.refused(415, "unsupported_media_type", "POST", "/v1/transfers", "amount=1", headers={"Content-Type": "text/plain"})
    anna.refused(405, "method_not_allowed", "PUT", "/v1/transfers", body)
    check_balances(anna, anna=(number, "750.00"))
    moved = anna.expect(201, "POST", "/v1/transfers", {
        "debtor_account": number, "creditor_account": savings, "amount": "100.00", "currency": "USD"})
    assert moved["kind"] == "posting"
    check_balances(anna, anna=(number, "650.00"), savings=(savings, "100.00"))
    return first.json


def holds(anna, number, berts):
    """A hold posted in part, one voided, and one that expires."""
    body = {"debtor_account": number, "creditor_account": berts, "amount": "80.00", "currency": "USD"}
    hold = anna.expect(201, "POST", "/v1/holds", body, key("hold"))
    account = anna.expect(200, "GET", f"/v1/accounts/{number}")
    assert (account["balance"], account["available"], account["debits_held"]) == ("650.00", "570.00", "80.00"), account
    part = {"amount": "30.00", "currency": "USD"}
    posted = anna.expect(200, "POST", f"/v1/holds/{hold['id']}/post", part, key("post"))
    assert posted["amount"] == "30.00" and posted["related_id"] == hold["id"]
    assert anna.expect(200, "POST", f"/v1/holds/{hold['id']}/post", part, key("post")) == posted
    anna.refused(409, "hold_already_posted", "POST", f"/v1/holds/{hold['id']}/post", None, key("post again"))
    shown = anna.expect(200, "GET", f"/v1/holds/{hold['id']}")
    assert shown["state"] == "posted" and shown["end"] == posted, shown
    other = anna.expect(201, "POST", "/v1/holds", body, key("other hold"))
    anna.expect(200, "POST", f"/v1/holds/{other['id']}/void", {}, key("void"))
    anna.refused(404, "hold_not_found", "POST", f"/v1/holds/{'0' * 31}1/void", {}, key("no hold"))
    check_balances(anna, anna=(number, "620.00"))


def reversals(olga, anna, rent, number, berts):
    """The rent is moved back in part, then the rest; never more."""
    path = f"/v1/transfers/{rent['id']}/reversals"
    anna.refused(403, "not_allowed", "POST", path, {}, key("not hers to reverse"))
    part = olga.expect(201, "POST", path, {"amount": "50.00", "currency": "USD"}, key("part"))
    assert part["kind"] == "reversal" and part["debtor_account"] == berts
    olga.refused(422, "exceeds_original_amount", "POST", path, {"amount": "200.01", "currency": "USD"}, key("too much"))
    check_balances(olga, anna=(number, "670.00"), bert=(berts, "230.00"))
    assert olga.expect(201, "POST", path, None, key("rest"))["amount"] == "200.00"
    olga.refused(409, "original_already_reversed", "POST", path, None, key("once more"))
    check_balances(olga, anna=(number, "870.00"), bert=(berts, "30.00"))


def batch_and_chain(anna, number, savings, berts):
    """Items with results of their own, and items that happen together or not at all."""
    def item(creditor, amount, **more):
        return {"kind": "transfer", "debtor_account": number, "creditor_account": creditor, "amount": amount,
                "currency": "USD", **more}
    body = {"items": [item(berts, "10.00"), item(berts, "99999.00"), item(savings, "20.00")]}
    done = anna.expect(200, "POST", "/v1/batches", body, key("batch"))
    assert [entry["result"] for entry in done["items"]] == ["ok", "exceeds_available_balance", "ok"], done
    again = anna.expect(200, "POST", "/v1/batches", body, key("batch"))
    assert [entry["result"] for entry in again["items"]] == ["exists", "exceeds_available_balance", "exists"], again
    assert again["done"] == 2 and again["durable"]
    check_balances(anna, anna=(number, "840.00"), savings=(savings, "120.00"))
    bad = {"items": [item(berts, "1.00"), item(berts, "99999.00")]}
    assert anna.refused(422, "exceeds_available_balance", "POST", "/v1/chains", bad, key("bad chain"))["item"] == 1
    check_balances(anna, anna=(number, "840.00"))
    good = {"items": [item(berts, "30.00"), item(savings, "0.50")]}
    chain = anna.expect(201, "POST", "/v1/chains", good, key("chain"))["entries"]
    assert [entry["amount"] for entry in chain] == ["30.00", "0.50"]
    assert anna.expect(200, "POST", "/v1/chains", good, key("chain"))["entries"] == chain
    check_balances(anna, anna=(number, "809.50"), savings=(savings, "120.50"))


def four_eyes(olga, oskar, anna, number, berts):
    """An overdraft limit that a second operator approves; then the overdraft is used."""
    body = {"overdraft_limit": "200.00"}
    asked = olga.expect(202, "PATCH", f"/v1/accounts/{number}", body, key("overdraft"))
    assert asked["state"] == "pending"
    assert olga.expect(202, "PATCH", f"/v1/accounts/{number}", body, key("overdraft")) == asked
    olga.refused(409, "idempotency_key_reused", "PATCH", f"/v1/accounts/{number}", {"overdraft_limit": "300.00"}, key("overdraft"))
    path = f"/v1/approvals/{asked['id']}"
    olga.refused(403, "own_request", "POST", path + "/approve")
    anna.refused(403, "not_allowed", "POST", path + "/approve")
    transfer = {"debtor_account": number, "creditor_account": berts, "amount": "1000.00", "currency": "USD"}
    anna.refused(422, "exceeds_available_balance", "POST", "/v1/transfers", transfer, key("deep"))
    done = oskar.expect(200, "POST", path + "/approve")
    assert done["state"] == "carried_out" and done["outcome"]["result"] == "ok", done
    assert oskar.expect(200, "POST", path + "/approve") == done
    oskar.refused(409, "already_decided", "POST", path + "/reject")
    assert olga.expect(200, "GET", f"/v1/accounts/{number}")["overdraft_limit"] == "200.00"
    anna.expect(201, "POST", "/v1/transfers", transfer, key("deep"))
    check_balances(anna, anna=(number, "-190.50"))
    other = olga.expect(202, "PATCH", f"/v1/accounts/{number}", {"overdraft_limit": "9000.00"}, key("too much"))
    assert oskar.expect(200, "POST", f"/v1/approvals/{other['id']}/reject")["state"] == "rejected"
    assert olga.expect(200, "GET", f"/v1/accounts/{number}")["overdraft_limit"] == "200.00"


def freezing(olga, anna, number, berts):
    """A frozen account takes no debits until it is unfrozen."""
    olga.expect(200, "PATCH", f"/v1/accounts/{number}", {"debits_frozen": True}, key("freeze"))
    body = {"debtor_account": number, "creditor_account": berts, "amount": "1.00", "currency": "USD"}
    anna.refused(409, "from_account_frozen", "POST", "/v1/transfers", body, key("frozen"))
    olga.expect(200, "PATCH", f"/v1/accounts/{number}", {"debits_frozen": False}, key("unfreeze"))
    anna.expect(201, "POST", "/v1/transfers", body, key("frozen"))
    check_balances(anna, anna=(number, "-191.50"))


def history(olga, anna, number, rent):
    """The statement explains the balance, page by page as at once; a balance of the past; search."""
    whole = anna.expect(200, "GET", f"/v1/accounts/{number}/statement?limit=1000")
    assert whole["opening"]["balance"] == "0.00" and whole["closing"]["balance"] == "-191.50" and "next" not in whole
    assert sum(Decimal(line["change"]) for line in whole["lines"]) == Decimal("-191.50")
    lines, after = [], "0"
    while after is not None:
        page = anna.expect(200, "GET", f"/v1/accounts/{number}/statement?limit=3&from_sequence={after}")
        assert len(page["lines"]) <= 3
        lines += page["lines"]
        after = page.get("next")
    assert lines == whole["lines"]
    before = str(int(rent["sequence"]) - 1)
    past = anna.expect(200, "GET", f"/v1/accounts/{number}/balance?sequence={before}")
    assert past["at"]["balance"] == "1000.00", past
    past = anna.expect(200, "GET", f"/v1/accounts/{number}/balance?time={rent['timestamp']}")
    assert past["at"]["balance"] == "1000.00", past
    found = olga.expect(200, "GET", f"/v1/journal?account={number}&reference={rent['reference']}")["entries"]
    assert found == [rent], found
    found = olga.expect(200, "GET", f"/v1/journal?account={number}&kind=reversal")["entries"]
    assert [entry["amount"] for entry in found] == ["50.00", "200.00"], found
    query = f"/v1/journal?account={number}&amount_min=1000&amount_max=1000&currency=USD&kind=posting"
    assert len(olga.expect(200, "GET", query)["entries"]) == 2
    anna.refused(403, "not_your_account", "GET", "/v1/journal")
    trial = olga.expect(200, "GET", "/v1/trial-balance")
    assert all(line["balances"] for line in trial["currencies"]) and trial["currencies"]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    admin = Client(sys.argv[1])
    admin.log_in(sys.argv[2], password(sys.argv[2]))
    users = people(admin)
    olga, oskar, anna, bert = (users[name] for name in ["olga", "oskar", "anna", "bert"])
    number, savings, berts = accounts(olga, anna, bert)

    start = olga.expect(200, "GET", f"/v1/accounts/{number}")["sequence"]
    live = []
    follower = threading.Thread(target=follow, args=(anna, number, start, live, 12), daemon=True)
    follower.start()

    rent = transfers(anna, number, savings, berts)
    holds(anna, number, berts)
    reversals(olga, anna, rent, number, berts)
    batch_and_chain(anna, number, savings, berts)
    four_eyes(olga, oskar, anna, number, berts)
    freezing(olga, anna, number, berts)
    history(olga, anna, number, rent)

    follower.join(30)
    assert not follower.is_alive() and len(live) == 12, f"{len(live)} events"
    assert live[0][0] == rent["sequence"] and live[0][2] == rent
    # After a break, from the last event that was read on: the same as without the break.
    resumed = []
    follow(anna, number, live[4][0], resumed, 7)
    assert resumed == live[5:12], "events differ after a break"

    decisions = admin.expect(200, "GET", "/v1/audit/head")["decisions"]
    log = admin.expect(200, "GET", f"/v1/audit/decisions?after={max(0, int(decisions['sequence']) - 200)}&limit=1000")
    kinds = {decision["what"] for decision in log["decisions"]}
    assert {"login", "user_added", "refused", "approval_requested", "approved", "carried_out", "rejected"} <= kinds, kinds

    for client in [olga, oskar, anna, bert, admin]:
        client.expect(204, "DELETE", "/v1/sessions/current")
        client.refused(401, "session_invalid", "GET", "/v1/accounts")
    print(f"a day of banking: {number} ends with -191.50, {savings} with 120.50; every balance is as expected")


if __name__ == "__main__":
    main()
