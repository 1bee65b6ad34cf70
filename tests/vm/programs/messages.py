"""Messages that move money on the kernel's ledger, and the daemon killed (kill -9) while it executes them.

	messages.py TIMES

Customers and another bank hand in pain.001 and pacs.008 of some dozens of payments, and hand them in again until they are
answered. What must have come of them is reckoned here, from the messages alone.
"""

import collections
import datetime
import http.client
import json
import queue
import random
import subprocess
import sys
import threading
import time

from served import SETTINGS, SOCKET, STORE, Client, Daemon
from qenex import check, finish

HOUSE = '[payments]\ncountry = "DE"\nbank_code = "37040044"\nbic = "COBADEFFXXX"\ncurrencies = ["EUR"]\n'
FOREIGN = "FR1420041010050500013M02606"
COPY = "/var/lib/qenex/copy"
OPENING = 1_000_000_00
PAYMENTS = 30
CODES = range(20_022_000, 20_023_000)  # of postings that messages make


def euro(cents):
    sign, cents = "-" * (cents < 0), abs(cents)
    return f"{sign}{cents // 100}.{cents % 100:02}"


def cents(amount):
    return int(amount.replace(".", ""))


def iban(number):
    """The IBAN that an account with this number has here, or would have if there were one."""
    account = f"37040044{number // 100:010}"  # without its check digits
    return f"DE{98 - int(account + '131400') % 97:02}{account}"


def document(definition, content):
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{definition}">{content}</Document>'


def header(message, count):
    return f"<MsgId>{message}</MsgId><CreDtTm>2026-11-20T09:00:00Z</CreDtTm><NbOfTxs>{count}</NbOfTxs>"


def initiation(message, debtor, is_batch, payments):
    """A customer's message: pays each creditor an amount."""
    lines = "".join(
        f"<CdtTrfTxInf><PmtId><EndToEndId>{message}-{place}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="EUR">{euro(amount)}</InstdAmt></Amt><Cdtr><Nm>Creditor</Nm></Cdtr>'
        f"<CdtrAcct><Id><IBAN>{creditor}</IBAN></Id></CdtrAcct></CdtTrfTxInf>"
        for place, (creditor, amount) in enumerate(payments)
    )
    count, total = len(payments), euro(sum(amount for _, amount in payments))
    return document(
        "pain.001.001.09",
        f"<CstmrCdtTrfInitn><GrpHdr>{header(message, count)}<CtrlSum>{total}</CtrlSum>"
        f"<InitgPty><Nm>Customer</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>{message}</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<BtchBookg>{str(is_batch).lower()}</BtchBookg><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
        f"<ReqdExctnDt><Dt>{TODAY}</Dt></ReqdExctnDt><Dbtr><Nm>Customer</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{debtor}</IBAN></Id></DbtrAcct>"
        f"<DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt>{lines}</PmtInf></CstmrCdtTrfInitn>",
    )


def agent(role, bic):
    return f"<{role}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></{role}>"


def transfers(message, payments):
    """Another bank's message: brings each creditor an amount."""
    lines = "".join(
        f"<CdtTrfTxInf><PmtId><InstrId>{message}-{place}</InstrId><EndToEndId>{message}-{place}</EndToEndId>"
        f"<TxId>{message}-{place}</TxId></PmtId>"
        f'<IntrBkSttlmAmt Ccy="EUR">{euro(amount)}</IntrBkSttlmAmt><ChrgBr>SLEV</ChrgBr><Dbtr><Nm>Payer</Nm></Dbtr>'
        f"<DbtrAcct><Id><IBAN>{FOREIGN}</IBAN></Id></DbtrAcct>{agent('DbtrAgt', 'BNPAFRPPXXX')}"
        f"{agent('CdtrAgt', 'COBADEFFXXX')}<Cdtr><Nm>Payee</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>{creditor}</IBAN></Id></CdtrAcct></CdtTrfTxInf>"
        for place, (creditor, amount) in enumerate(payments)
    )
    total = euro(sum(amount for _, amount in payments))
    return document(
        "pacs.008.001.08",
        f"<FIToFICstmrCdtTrf><GrpHdr>{header(message, len(payments))}"
        f'<TtlIntrBkSttlmAmt Ccy="EUR">{total}</TtlIntrBkSttlmAmt><IntrBkSttlmDt>{TODAY}</IntrBkSttlmDt>'
        f"<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>{agent('InstgAgt', 'BNPAFRPPXXX')}"
        f"{agent('InstdAgt', 'COBADEFFXXX')}</GrpHdr>{lines}</FIToFICstmrCdtTrf>",
    )


class Books:
    """Accounts, messages, and what is to come of these."""

    def __init__(self, client):
        self.rich = [self.open(client, OPENING), self.open(client, OPENING)]
        self.poor = self.open(client, 0)
        self.payees = [self.open(client, 0) for _ in range(3)]
        self.closed = self.open(client, 0)
        client.expect(200, "PATCH", f"/v1/accounts/{self.closed}", {"closed": True})
        self.nobody = iban(99_999_999_00)
        self.balances = collections.Counter({account: OPENING for account in self.rich})
        self.settlement = 0
        # Of each message: its text, how many of its payments are made, rejected and sent back, and the reasons of returns.
        self.expected = {}
        self.lock = threading.Lock()

    @staticmethod
    def open(client, balance):
        opened = client.expect(201, "POST", "/v1/accounts", {"currency": "EUR", "opening_balance": euro(balance)})
        check("the IBAN of an account", opened["iban"], iban(int(opened["number"])))
        return int(opened["number"])

    def next(self, chance):
        """A new message, and its effects."""
        with self.lock:
            name = f"M{len(self.expected)}"
            made, reasons = collections.Counter(), set()
            kind = chance.choice(("single", "batch", "bank"))
            places = self.payees * 3 + [self.closed, None, "foreign"]
            payments = []
            debtor = self.poor if chance.random() < 0.15 else chance.choice(self.rich)
            for _ in range(PAYMENTS):
                to, amount = chance.choice(places), chance.randrange(1, 1000)
                if kind == "bank" and to == "foreign":
                    to = None
                known = {None: self.nobody, "foreign": FOREIGN}
                payments.append((known[to] if to in known else iban(to), amount))
                is_made = to not in (None, self.closed) and (kind == "bank" or debtor != self.poor)
                made["settled" if is_made else "returned" if kind == "bank" else "rejected"] += 1
                if not is_made:
                    reasons.add("AC04" if to else "AC01")
                    continue
                if kind == "bank":
                    self.settlement -= amount
                else:
                    self.balances[debtor] -= amount
                if to == "foreign":
                    self.settlement += amount
                else:
                    self.balances[to] += amount
            text = transfers(name, payments) if kind == "bank" else initiation(name, iban(debtor), kind == "batch", payments)
            self.expected[name] = text, made, reasons
            return name, text


def hand_in(client, text):
    return client.call("POST", "/v1/messages", text, headers={"Content-Type": "application/xml"})


def log_in():
    client = Client(SOCKET)
    client.log_in("admin", "AdminPass123!")
    return client


def pages(client, path, name):
    page = client.expect(200, "GET", f"{path}limit=1000")
    yield from page[name]
    while "next" in page:
        page = client.expect(200, "GET", f"{path}limit=1000&after={page['next']}")
        yield from page[name]


def accounts(client):
    """Balance and turnover of every account in euro."""
    listed = [a for a in pages(client, "/v1/accounts?", "accounts") if a["currency"] == "EUR"]
    return {a["number"]: (a["type"], a["balance"], a["debits_posted"], a["credits_posted"]) for a in listed}


def send(books, which, token, answered, again, stop, troubles):
    chance = random.Random(which)
    client = None
    while not stop.is_set():
        name, text = books.next(chance)
        # Also after the end: what was begun is answered.
        while name not in answered:
            try:
                if client is None:
                    client = Client(SOCKET)
                    client.token = token
                answer = hand_in(client, text)
            except (OSError, http.client.HTTPException):
                client = None
                again.put(name)
                time.sleep(0.05)
                continue
            if answer.status in (200, 201):
                answered[name] = answer.json["id"]
            elif answer.status != 503:
                troubles.append((name, answer.status, answer.body))
                return
            else:
                time.sleep(0.05)


def settle(client):
    """Waits until nothing is left to be executed."""
    until = time.monotonic() + 120
    while client.expect(200, "GET", "/v1/messages?state=received")["messages"]:
        if time.monotonic() > until:
            sys.exit("FAILED: messages are left")
        time.sleep(0.1)


def outcome(client, books, answered):
    """Compares everything with what the messages say."""
    now = accounts(client)
    for account, balance in books.balances.items():
        check(f"balance of {account}", now[str(account)][1], euro(balance))
    check("of the poor", now[str(books.poor)][1:], ("0.00", "0.00", "0.00"))
    own = collections.Counter()
    for kind, balance, _, _ in now.values():
        own[kind] += cents(balance)
    check("settlement account", own["settlement"], books.settlement)
    check("nothing is left in the clearing account", own["suspense"], 0)
    lines = client.expect(200, "GET", "/v1/trial-balance")["currencies"]
    check("the trial balance", [line["balances"] for line in lines], [True] * len(lines))

    posted = set()
    for name, (_, made, reasons) in books.expected.items():
        detail = client.expect(200, "GET", f"/v1/messages/{answered[name]}")
        check(f"{name} is done", detail["message"]["state"], "done")
        check(f"payments of {name}", collections.Counter(payment["state"] for payment in detail["payments"]), made)
        for payment in detail["payments"]:
            posted.update(posting["sequence"] for posting in payment["postings"])
        posted.update(booking["sequence"] for booking in detail["bookings"] if "sequence" in booking)
        answers = client.expect(200, "GET", f"/v1/messages/{answered[name]}/answers")["answers"]
        kinds = collections.Counter(answer["message"]["definition"][:8] for answer in answers)
        is_bank = detail["message"]["definition"].startswith("pacs")
        # A return has one reason for all that it brings back.
        wanted = {"pacs.002": 1, "pacs.004": len(reasons)} if is_bank else {"pain.002": 1, "pacs.008": kinds["pacs.008"]}
        check(f"answers to {name}", kinds, collections.Counter(wanted))
        check(f"and no second one {kinds}", kinds["pacs.008"] <= 1, True)
    journal = pages(client, "/v1/journal?kind=posting&", "entries")
    journal = [entry["sequence"] for entry in journal if entry["code"] in CODES]
    check("every posting belongs to a message, every message knows its postings", sorted(journal), sorted(posted))
    handed_in = list(pages(client, "/v1/messages?direction=in&", "messages"))
    check("messages handed in", sorted(message["reference"] for message in handed_in), sorted(books.expected))
    return now


def repeated(client, books, answered):
    """Every message once more: the first answer, and no effect."""
    for name, (text, *_) in books.expected.items():
        answer = hand_in(client, text)
        told = answer.status, answer.headers["Idempotent-Replayed"], answer.json["id"]
        check(f"{name} sent again", told, (200, "true", answered[name]))


def tool(*words):
    done = subprocess.run(["qenexd", *words], capture_output=True, text=True, check=False)
    check(f"qenexd {' '.join(words)}: {done.stderr}", done.returncode, 0)
    return done.stdout


def main(times):
    daemon = Daemon(SETTINGS + HOUSE)
    admin = log_in()
    books, answered, again, stop, troubles = Books(admin), {}, queue.SimpleQueue(), threading.Event(), []
    work = [(books, which, admin.token, answered, again, stop, troubles) for which in range(3)]
    threads = [threading.Thread(target=send, args=arguments) for arguments in work]
    for thread in threads:
        thread.start()
    chance = random.Random(times)
    for _ in range(times):
        time.sleep(chance.uniform(0.3, 2))
        daemon.kill()
        daemon = Daemon(SETTINGS + HOUSE)
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    check("no trouble", troubles, [])
    check("every message is answered", sorted(answered), sorted(books.expected))
    check("some were interrupted", again.qsize() > 0, True)

    client = log_in()
    settle(client)
    before = outcome(client, books, answered)
    repeated(client, books, answered)
    check("nothing changed", accounts(client), before)
    tool("backup", "--store", STORE, COPY)
    check("it stops cleanly", daemon.stop(), 0)
    for store in (STORE, COPY):
        check(f"{store} is verified", "agree" in tool("verify", "--store", store), True)

    # The copy goes on in the store's place: it knows every message.
    daemon = Daemon(SETTINGS + HOUSE, COPY)
    client = log_in()
    repeated(client, books, answered)
    check("the same from the copy", outcome(client, books, answered), before)
    check("it stops cleanly", daemon.stop(), 0)
    payments = sum((made for _, made, _ in books.expected.values()), collections.Counter())
    print(f"daemon killed {times} times, {again.qsize()} requests without an answer: {len(answered)} messages, "
          f"payments {json.dumps(payments)}, 0 lost, 0 doubled")


if len(sys.argv) != 2:
    sys.exit(__doc__)
TODAY = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
main(int(sys.argv[1]))
finish()
