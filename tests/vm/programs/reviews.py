"""Payments that people must look at, on the kernel's ledger, and the daemon killed (kill -9) while they are asked for and
decided about.

	reviews.py TIMES

Customers pay, and whatever is more than 1.00 is held and put into the queue; analysts approve and reject what is there. Each
request is sent again until it is answered. What must have come of them is reckoned here, from the answers alone.
"""

import http.client
import queue
import random
import subprocess
import sys
import threading
import time

from served import SETTINGS, SOCKET, STORE, Client, Daemon
from qenex import check, finish

RULES = "/run/rules.toml"
RISK = f'[risk]\nrules = "{RULES}"\n'
CODE = 77  # of the payments here
OPENING = 1_000_000_00
DECIDED = {"approve": "approved", "reject": "rejected"}


def dollar(cents):
    return f"{cents // 100}.{cents % 100:02}"


def rules():
    """Whatever one account pays at once above 1.00 is looked at."""
    with open(RULES, "w", encoding="ascii") as file:
        file.write('[[limit]]\nid = "large"\naction = "review"\ncurrency = "USD"\nmost_sum = "1.00"\n')


class Sender:
    """Sends until there is an answer."""

    def __init__(self, token, interrupted):
        self.token, self.interrupted, self.client = token, interrupted, None

    def send(self, method, path, body, key=None):
        while True:
            try:
                if self.client is None:
                    self.client = Client(SOCKET)
                    self.client.token = self.token
                answer = self.client.call(method, path, body, key)
            except (OSError, http.client.HTTPException):
                self.client = None
                self.interrupted.put((method, path))
                time.sleep(0.05)
                continue
            if answer.status != 503:
                return answer
            time.sleep(0.05)


class Bank:
    def __init__(self, admin):
        opened = {"currency": "USD", "opening_balance": dollar(OPENING)}
        self.payer = admin.expect(201, "POST", "/v1/accounts", opened)["number"]
        self.payee = admin.expect(201, "POST", "/v1/accounts", {"currency": "USD"})["number"]
        self.asked = {}  # by id: amount, state that was answered last
        self.waiting = queue.SimpleQueue()
        self.lock = threading.Lock()
        self.interrupted, self.stop, self.troubles = queue.SimpleQueue(), threading.Event(), []
        self.requests = {}  # by key: body and id

    def ask(self, which, token):
        """Pays: some of it goes through, most must be looked at."""
        sender, chance, n = Sender(token, self.interrupted), random.Random(which), 0
        while not self.stop.is_set():
            n += 1
            cents = chance.choice((50, 150, 275))
            body = {"debtor_account": self.payer, "creditor_account": self.payee, "amount": dollar(cents),
                    "currency": "USD", "code": CODE}
            answer = sender.send("POST", "/v1/transfers", body, f"{which}-{n}")
            small = cents <= 100
            if answer.status not in ((200, 201) if small else (202,)):
                self.troubles.append((body, answer.status, answer.body))
                return
            number = answer.json["id"]
            with self.lock:
                self.asked[number] = cents, "posted" if small else "pending"
                self.requests[f"{which}-{n}"] = body, number
            if not small:
                self.waiting.put(number)

    def decide(self, which, token):
        """Approves and rejects, until nothing waits any more; now and then something is left to wait."""
        sender, chance = Sender(token, self.interrupted), random.Random(which)
        while True:
            try:
                number = self.waiting.get(timeout=0.2)
            except queue.Empty:
                if self.stop.is_set():
                    return
                continue
            if chance.random() < 0.1:
                continue
            how = chance.choice(("approve", "reject"))
            answer = sender.send("POST", f"/v1/risk/reviews/{number}/{how}", {"label": False})
            # What was interrupted goes on by itself when the daemon is there again.
            until = time.monotonic() + 60
            while answer.status == 200 and answer.json["state"] in ("approving", "rejecting") and time.monotonic() < until:
                time.sleep(0.1)
                answer = sender.send("GET", f"/v1/risk/reviews/{number}", None)
            if answer.status != 200 or answer.json["state"] != DECIDED[how]:
                self.troubles.append((number, how, answer.status, answer.body))
                return
            with self.lock:
                self.asked[number] = self.asked[number][0], DECIDED[how]


def pages(client, path, name):
    page = client.expect(200, "GET", f"{path}limit=1000")
    yield from page[name]
    while "next" in page:
        page = client.expect(200, "GET", f"{path}limit=1000&after={page['next']}")
        yield from page[name]


def still_there(client, bank, known):
    """Every review that was answered before the daemon was killed is there, and no verdict is taken back."""
    states = {review["id"]: review["state"] for review in pages(client, "/v1/risk/reviews?", "reviews")}
    gone = [number for number, (_, state) in known.items() if state != "posted" and number not in states]
    check("reviews that are lost", gone, [])
    undone = [number for number, (_, state) in known.items()
              if state in DECIDED.values() and states.get(number) != state]
    check("verdicts that are lost", undone, [])


def outcome(client, bank):
    """Compares reviews, journal and balances with what was answered."""
    listed = list(pages(client, "/v1/risk/reviews?", "reviews"))
    wanted = {number: state for number, (_, state) in bank.asked.items() if state != "posted"}
    check("the reviews", {review["id"]: review["state"] for review in listed}, wanted)
    check("each once", len(listed), len(wanted))

    entries = [entry for entry in pages(client, f"/v1/journal?account={bank.payer}&", "entries")]
    of = {kind: [entry for entry in entries if entry["kind"] == kind] for kind in ("posting", "hold", "post_hold", "void_hold")}
    posted = sorted(entry["id"] for entry in of["posting"] if entry["code"] == CODE)
    small = sorted(number for number, (_, state) in bank.asked.items() if state == "posted")
    check("what is small is posted once", posted, small)
    check("what is large is held once", sorted(entry["id"] for entry in of["hold"]), sorted(wanted))
    for kind, state in (("post_hold", "approved"), ("void_hold", "rejected")):
        ended = sorted(entry["related_id"] for entry in of[kind])
        check(f"{kind} of each {state} one, once", ended, sorted(n for n in wanted if wanted[n] == state))

    total = {state: sum(cents for cents, its in bank.asked.values() if its == state)
             for state in ("posted", "approved", "rejected", "pending")}
    paid = total["posted"] + total["approved"]
    payer = client.expect(200, "GET", f"/v1/accounts/{bank.payer}")
    check("the payer has the rest", payer["balance"], dollar(OPENING - paid))
    check("only what waits is held", payer["debits_held"], dollar(total["pending"]))
    check("the payee has it", client.expect(200, "GET", f"/v1/accounts/{bank.payee}")["balance"], dollar(paid))
    lines = client.expect(200, "GET", "/v1/trial-balance")["currencies"]
    check("the trial balance", [line["balances"] for line in lines], [True] * len(lines))


def repeated(bank, token):
    """Every payment once more: the answer tells of the same one."""
    sender = Sender(token, bank.interrupted)
    for key, (body, number) in bank.requests.items():
        answer = sender.send("POST", "/v1/transfers", body, key)
        state = bank.asked[number][1]
        wanted = 202 if state == "pending" else 200
        check(f"{key} sent again", (answer.status, answer.json["id"]), (wanted, number))


def main(times):
    rules()
    daemon = Daemon(SETTINGS + RISK)
    admin = Client(SOCKET)
    admin.log_in("admin", "AdminPass123!")
    tokens = [admin.token]
    for name in ("first", "second"):
        admin.expect(201, "POST", "/v1/users", {"name": name, "role": "operator", "password": "OperatorPass123!"})
        operator = Client(SOCKET)
        tokens.append(operator.log_in(name, "OperatorPass123!")["token"])
    bank = Bank(admin)
    threads = [threading.Thread(target=bank.ask, args=(which, tokens[0])) for which in range(3)]
    threads += [threading.Thread(target=bank.decide, args=(which, tokens[which])) for which in (1, 2)]
    for thread in threads:
        thread.start()
    chance = random.Random(times)
    for _ in range(times):
        time.sleep(chance.uniform(1, 3))
        daemon.kill()
        with bank.lock:
            known = dict(bank.asked)
        daemon = Daemon(SETTINGS + RISK)
        client = Client(SOCKET)
        client.token = tokens[0]
        still_there(client, bank, known)
    time.sleep(1)
    bank.stop.set()
    for thread in threads:
        thread.join()
    check("no trouble", bank.troubles, [])
    check("some requests were interrupted", bank.interrupted.qsize() > 0, True)
    counts = {state: sum(its == state for _, its in bank.asked.values())
              for state in ("posted", "approved", "rejected", "pending")}
    check(f"there are some of each {counts}", all(counts.values()), True)

    client = Client(SOCKET)
    client.log_in("admin", "AdminPass123!")
    outcome(client, bank)
    repeated(bank, client.token)
    outcome(client, bank)
    check("it stops cleanly", daemon.stop(), 0)
    verified = subprocess.run(["qenexd", "verify", "--store", STORE], capture_output=True, text=True, check=False)
    check(f"the store is verified {verified.stderr}", (verified.returncode, "agree" in verified.stdout), (0, True))
    print(f"daemon killed {times} times, {bank.interrupted.qsize()} requests without an answer: {counts}, 0 lost, 0 doubled")


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(int(sys.argv[1]))
finish()
