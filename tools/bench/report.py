#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/benchmarks.md and its pictures from what `tools/bench/run` measured, and prints it."""

import collections
import json
import os
import statistics
from pathlib import Path

import svg

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "target/bench"
DOCUMENT = ROOT / "docs/benchmarks.md"
PICTURES = ROOT / "docs/benchmarks"

text: list[str] = []
# What was to be reached: what, the wish in words, what was measured, whether it is reached.
goals: list[tuple[str, str, str, bool]] = []


def say(line: str = "") -> None:
    text.append(line)


def table(head: list[str], rows: list[list[str]]) -> None:
    say("| " + " | ".join(head) + " |")
    say("| " + " | ".join("---" if at == 0 else "---:" for at in range(len(head))) + " |")
    for row in rows:
        say("| " + " | ".join(row) + " |")
    say()


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (RAW / name).read_text().splitlines() if line.startswith("{")]


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def picture(name: str, *chart) -> None:
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.svg").write_text(svg.chart(*chart))
    say(f"![{chart[0]}](benchmarks/{name}.svg)")
    say()


def core() -> None:
    rows = json.loads((RAW / "core.json").read_text())
    best = {row["name"]: min(row["ours"]) for row in rows}
    naive = {row["name"]: min(row["naive"]) for row in rows}
    tens = {row["name"]: min(row["ours"]) for row in json.loads((RAW / "core-10.json").read_text())}
    usual = "uniform, 10,000 accounts, batches of 8,192"
    say("## The ledger alone, in a process")
    say()
    say(
        "The same source as in the kernel. Nanoseconds of processor time per item, the least of nine runs of a million items and of two of ten million, beside a naive ledger in the same run: "
        "a hash map of ids, a vector of accounts and a log, with the checks of balance and overflow, for one thread. The memory of both is in large pages, as the module asks the kernel for them. Of two threads, the time of the "
        "slower one. A workload says only in what it differs from the first one. The naive ledger knows no holds and no batches."
    )
    say()
    table(
        ["workload", "ours", "ours, ten million", "naive", "naive / ours"],
        [[n, f"{best[n]:.0f}", f"{tens[n]:.0f}" if n in tens else "", f"{naive[n]:.0f}", f"{naive[n] / best[n]:.2f}"] for n in best],
    )
    by = lambda key, names: [(row[key], best[row["name"]]) for row in sorted(rows, key=lambda row: row[key]) if row["name"] in names]
    picture(
        "accounts",
        "Cost by number of accounts",
        "accounts",
        "ns per transfer",
        {
            which: [(row["accounts"], min(row[key])) for row in sorted(rows, key=lambda row: row["accounts"])
                    if row["name"] == usual or row["name"].endswith(" accounts")]
            for which, key in (("ours", "ours"), ("naive", "naive"))
        },
    )
    picture("batches", "Cost by size of the batch", "items in a batch", "ns per transfer",
            {"ours": by("batch", {usual, "batches of 1,000", "batches of 100", "batches of 10", "one at a time"})})
    kept = {"one thread, all remembered", "a tenth of the items, all remembered", "ten times as many items, all remembered"}
    picture("history", "Cost by what is remembered", "changes remembered", "ns per transfer", {"ours": by("items", kept)})
    two = best["one thread, all remembered"] / best["two threads, all remembered"]
    goals.extend([
        ("Uniform, batches of 8,192", "≤ 80 ns", f"{best[usual]:.0f} ns", best[usual] <= 80),
        ("The same beside the naive ledger", "≥ 2 ×", f"{naive[usual] / best[usual]:.2f} ×", naive[usual] / best[usual] >= 2),
        ("Random ids / sequential ones", "≤ 1.2", f"{best['random ids'] / best[usual]:.2f}", best["random ids"] <= 1.2 * best[usual]),
        ("One hot account / uniform", "≤ 1.3", f"{best['one hot account'] / best[usual]:.2f}", best["one hot account"] <= 1.3 * best[usual]),
        ("Two threads / one", "≥ 1.6 ×", f"{two:.2f} ×", two >= 1.6),
    ])
    # Last in the list, and long: a run that was ended early lacks it.
    if most := best.get("10,000,000 accounts"):
        goals.append(("10,000,000 accounts / 10,000", "≤ 4", f"{most / best[usual]:.2f}", most <= 4 * best[usual]))
    else:
        goals.append(("10,000,000 accounts / 10,000", "≤ 4", "not measured", False))


def sections(profile: str) -> list[str]:
    """Of the profile of each call, its name and the first lines."""
    shown: list[str] = []
    left = 0
    for line in profile.splitlines():
        if line.endswith(":"):
            left = 13
        if left > 0:
            shown.append(line.rstrip())
            left -= 1
    return shown


def calls() -> None:
    counts = {}
    for line in (RAW / "calls.txt").read_text().splitlines():
        name, count = line.strip().rsplit(None, 1)
        counts[name.strip()] = float(count)
    say("## The module, in instructions")
    say()
    say(
        "In the virtual machine, whose clock counts instructions, so that the figures are the same on every machine; those of "
        "the kernel around ours included. The processor has no "
        "fast string instructions there: each byte that one copies would count, as it does nowhere else. `make test` "
        "compares them with [a budget](../tests/speed/budget.toml)."
    )
    say()
    table(["call", "instructions"], [[name, f"{count:,.0f}"] for name, count in counts.items()])
    say("Where they go, by function (`tools/bench/profile/run`; each the largest ones):")
    say()
    say("```text")
    text.extend(sections((RAW / "profile.txt").read_text()))
    say("```")
    say()
    allowed = 1.5 * counts["empty ioctl"] + 1500
    each = counts["BATCH of 8192, each item"]
    goals.extend([
        ("One TRANSFER", f"≤ {allowed:,.0f} instructions (1.5 × an empty ioctl + 1,500)", number(counts["TRANSFER"]), counts["TRANSFER"] <= allowed),
        ("BATCH of 8,192, each item", "≤ 700 instructions", number(each), each <= 700),
    ])


def rates(name: str) -> dict[tuple[str, int, int], list[float]]:
    found = collections.defaultdict(list)
    for line in lines(name):
        found[line["what"], line["clients"], line["batch"]].append(line["transfers"] / line["seconds"])
    return found


def threads() -> None:
    found = rates("threads.jsonl")
    say("## The module, threads in the virtual machine")
    say()
    say(
        f"Transfers a second that are accepted, not durable, between 10,000 accounts; the best of three runs of 4 s, on {os.cpu_count()} "
        "emulated processors (no KVM here). Emulation makes everything some 20 to 50 times slower: only the ratios tell something."
    )
    say()
    counts = sorted({clients for _, clients, _ in found})
    best = {(clients, batch): max(rate) for (_, clients, batch), rate in found.items()}
    table(
        ["threads", "one at a time", "/ one thread", "batches of 1,000", "/ one thread"],
        [[str(n), number(best[n, 1]), f"{best[n, 1] / best[1, 1]:.2f}", number(best[n, 1000]), f"{best[n, 1000] / best[1, 1000]:.2f}"] for n in counts],
    )


def peers() -> None:
    found = rates("peers.jsonl")
    say("## Durable, beside PostgreSQL and SQLite")
    say()
    say(
        "Durable transfers a second between 10,000 accounts, each answered when it is on the disk: all in one virtual machine, on "
        "one ext4 file system, in turn, each figure for 5 or 6 s in every round; the median, and in brackets the least and the most. "
        "PostgreSQL 17 with a plpgsql function (locks both accounts in order, checks the balance, updates both, inserts the "
        "transfer), `pgbench -M prepared`, `synchronous_commit = on`, 512 MB of buffers; in batches one statement that draws 8,192 "
        "transfers itself and updates each account once. SQLite 3.46 in the client's process, WAL, `synchronous = FULL`; in "
        "batches 8,192 transfers in one transaction. Ours is the daemon and the device, in batches of 8,192 items."
    )
    say()
    order = ["QENEX", "PostgreSQL", "SQLite"]
    median = {key: statistics.median(values) for key, values in found.items()}
    cell = lambda key: f"{number(median[key])} ({number(min(found[key]))}–{number(max(found[key]))})" if key in found else ""
    kinds = [(1, 1, "1 client"), (8, 1, "8 clients"), (32, 1, "32 clients"), (1, 8192, "1 client, batches of 8,192"), (8, 8192, "8 clients, batches of 8,192")]
    rows = []
    for clients, batch, words in kinds:
        keys = [(what, clients, batch) for what in order]
        ratio = lambda key: f"{median[keys[0]] / median[key]:.1f} ×" if key in median else ""
        rows.append([words, *(cell(key) for key in keys), ratio(keys[1]), ratio(keys[2])])
    table(["", *order, "QENEX / PostgreSQL", "QENEX / SQLite"], rows)
    raw = ("write + fdatasync of 4 KiB", 1, 1)
    say(f"The disk itself does {cell(raw)} writes of 4 KiB a second, each synced.")
    say()
    picture("durable", "Durable transfers by number of clients", "clients", "transfers a second",
            {what: [(clients, median[what, clients, 1]) for clients in (1, 8, 32)] for what in order})
    for clients, batch, words, wish in ((32, 1, "32 clients", 10), (1, 8192, "one client, batches", 20), (1, 1, "one client", 1)):
        ratio = median["QENEX", clients, batch] / median["PostgreSQL", clients, batch]
        goals.append((f"Durable, {words} / PostgreSQL", f"≥ {wish} ×", f"{ratio:.1f} ×", ratio >= wish))


def store() -> None:
    say("## The store, and restarts")
    say()
    say("Natively. Entries a second, the better of two runs, beside raw `write` and `fdatasync` of the same bytes in the same run.")
    say()
    best = {}
    for run in json.loads((RAW / "append.json").read_text().splitlines()[-1]):
        best[run["what"]] = max(best.get(run["what"], 0), run["entries_per_second"])
    table(["", "entries/s"], [[what, number(rate)] for what, rate in best.items()])
    raw, ours = (next(rate for what, rate in best.items() if what.startswith(kind) and "8,192" in what) for kind in ("raw", "store"))
    goals.append(("Into the store in large groups", "≥ 1,000,000 a second, or within 1.5 × of raw writes",
                  f"{number(ours)} a second, raw {number(raw)}", ours >= 1e6 or ours * 1.5 >= raw))
    rows = []
    for path in sorted(RAW.glob("restore-*.json"), key=lambda path: int(path.stem.split("-")[1])):
        for run in json.loads(path.read_text().splitlines()[-1]):
            rows.append([f"{int(path.stem.split('-')[1]):,}", run["what"], f"{run['entries']:,}", f"{run['seconds']:.2f}", number(run["entries_per_second"])])
    table(["accounts", "what", "entries", "s", "entries/s"], rows)


def memory() -> None:
    say("## Memory")
    say()
    say("What a process with the ledger takes more when there are a million more of these:")
    say()
    taken = json.loads((RAW / "memory.json").read_text())
    table(["", "bytes each"], [[one["what"], f"{one['bytes_each']:.0f}"] for one in taken])


# Why, where a goal is not reached, and what would.
WHY = {
    "Uniform, batches of 8,192": "memory. Each transfer writes three lines of the ring, a link and a bucket of the index and two accounts, some "
    "of them never in the cache; with `perf record` (`--alone --only uniform`) no place has more samples than the one where the bucket is brought near. "
    "Fewer bytes in each entry would help, and would be another ABI.",
    "Two threads / one": "what the threads share: two that have a ledger each, a row of the next table, do much better. Each change writes the head "
    "of the journal, whose line goes to and fro between the processors, and neighbours in the ring. Eight and twenty-four transfers to each visit of "
    "the head were tried, as was leaving out what is brought near of the ring: neither made it faster.",
    "Into the store in large groups": "SQLite writes everything twice, into its log and from there into the database. An own "
    "log would help, or entries that are compressed; then the journal could no longer be read and checked with SQL and SHA-256 alone.",
    "Random ids / sequential ones": "the moment: both find their bucket by a hash, and the ratio for ten million items in the next table is another "
    "one.",
    "Durable, 32 clients / PostgreSQL": "the processors: the threads that follow the journal for the books and for the judgement of payments take as much "
    "of the two emulated ones as the commits did, by `/proc/PID/task/*/stat`; and the rounds differ by more than what is missing.",
    "Durable, one client, batches / PostgreSQL": "the emulation: the thread that commits is never idle, by `/proc/PID/task/*/stat`. It checks and hashes the "
    "entries and has SQLite copy them twice; natively it does so far faster, see the store below. PostgreSQL's batch is one "
    "statement that updates each account once.",
}


def reasons() -> list[str]:
    missed = [what for what, _, _, ok in goals if not ok]
    return ["What keeps them from it, where they are not reached:", "", *(f"- **{what}**: {WHY.get(what, 'not examined.')}" for what in missed), ""] if missed else []


def reached() -> list[str]:
    rows = [f"| {what} | {wish} | {got} | {'yes' if ok else 'no'} |" for what, wish, got, ok in goals]
    return ["## Goals", "", "| what | goal | measured | reached |", "| --- | --- | --- | --- |", *rows, ""]


def model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "an unknown processor"


for part in (core, calls, threads, peers, store, memory):
    try:
        part()
    except FileNotFoundError as missing:
        say(f"Not measured: {Path(missing.filename).name} is missing.")
        say()

load = (RAW / "load.txt").read_text().split("load average:")[-1].strip()
head = [
    "<!-- Printed by `make bench`. -->",
    "",
    "# How fast it is",
    "",
    f"Measured by `make bench` on {os.cpu_count()} processors of a shared virtual machine ({model()}) that others used at the same time: the load "
    f"average at the end was {load}. Wall times are therefore worth something only beside each other within one table; counts of instructions "
    "do not depend on it.",
    "",
    *reached(),
    *reasons(),
    "What is not in the figures:",
    "",
    "- No network, and no HTTP: callers are on the machine and use the device. The daemon's API, with its checks of users and "
    "requests, is slower.",
    "- Sequential ids, a few hundred thousand changes and warm caches, unless a row says otherwise.",
    "- The naive ledger does a small part of the rules. PostgreSQL and SQLite have indexes by account, which ours builds afterwards, "
    "and are databases for everything; PostgreSQL makes its batches itself, so that nothing is sent for them.",
    "- Emulation of the processor (no KVM) slows all programs in the virtual machine, databases more than a disk: on bare metal "
    "the ratios differ. One sync of the disk costs the same for all.",
    "- With more to do than processors, figures of one row differ by a factor of two and more from round to round, and threads and "
    "clients wait for each other longer than they would.",
    "",
]
readme = ROOT / "README.md"
above, _, rest = readme.read_text().partition("<!-- printed by make bench -->\n")
below = rest.partition("<!-- end -->\n")[2]
shown = "\n".join(reached()[2:])
readme.write_text(f"{above}<!-- printed by make bench -->\n{shown}\n<!-- end -->\n{below}")
DOCUMENT.write_text("\n".join(head + text).rstrip() + "\n")
print(DOCUMENT.read_text())
