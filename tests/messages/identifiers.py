#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges account numbers and bank codes with qenex and with the Python package schwifty.

Each is put into a payment, which qenex judges. Account numbers are made for every country that schwifty knows a structure
of, right ones and such with one character changed. With QENEX_PROTOCOL_TESTDATA set, the labelled ones of
iban/iban_valid_invalid.tsv in that folder are judged, too; those that other software reads by skipping punctuation must be
refused, because messages carry nothing but letters and digits.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import oracles

PAYMENT = Path(__file__).parents[2] / "daemon/messages/benches/payment.xml"
SAMPLES = 40


def invent(structure, source):
    """A national account number of a structure such as 8!n10!n."""
    kinds = {"n": "0123456789", "a": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "c": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    parts = re.findall(r"(\d+)!?([nac])", structure)
    return "".join(source.choice(kinds[kind]) for count, kind in parts for _ in range(int(count)))


def verdicts(program, values, element):
    """Whether qenex finds nothing wrong with each value in an element of the payment."""
    text = PAYMENT.read_text()
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for index, value in enumerate(values):
            paths.append(Path(folder, f"{index}.xml"))
            paths[-1].write_text(re.sub(f"<{element}>[^<]*<", f"<{element}>{value}<", text, count=1))
        result = []
        for start in range(0, len(paths), 500):
            run = subprocess.run([program, "--json", "msg", "validate", *map(str, paths[start:start + 500])],
                                 capture_output=True, encoding="utf-8")
            result += [file["valid"] for file in json.loads(run.stdout)["files"]]
        return result


def main():
    oracles.enter()
    import schwifty
    from schwifty import BIC, IBAN
    from schwifty.exceptions import SchwiftyException

    program, source = oracles.program(), random.Random(1)

    registry = {}
    for name in ("generated.json", "overwrite.json"):
        for country, entry in json.loads((Path(schwifty.__file__).parent / "iban_registry" / name).read_text()).items():
            registry.setdefault(country, {}).update(entry)

    def theirs(kind, value):
        try:
            kind(value)
            return True
        except SchwiftyException:
            return False

    values = []
    for country, entry in sorted(registry.items()):
        if not entry["iban_spec"].startswith(country):
            continue
        for _ in range(SAMPLES):
            bban = invent(entry["bban_spec"], source)
            digits = 98 - int("".join(str(int(c, 36)) for c in bban + country + "00")) % 97
            right = f"{country}{digits:02}{bban}"
            at = source.randrange(2, len(right))
            values += [right, right[:at] + source.choice("0123456789AZ") + right[at + 1:], right[:-1]]
    wrong = [(value, ours) for value, ours in zip(values, verdicts(program, values, "IBAN")) if ours != theirs(IBAN, value)]
    banks = ["".join(source.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(4)) + source.choice(["DE", "FR", "XY", "QQ", "GB", "D1"])
             + source.choice(["FF", "2L", "F1"]) + source.choice(["", "XXX", "500", "XX"]) for _ in range(1000)]
    wrong += [(value, ours) for value, ours in zip(banks, verdicts(program, banks, "BICFI")) if ours != theirs(BIC, value)]
    count = len(values) + len(banks)
    if folder := os.environ.get("QENEX_PROTOCOL_TESTDATA"):
        rows = [line.split("\t") for line in Path(folder, "iban/iban_valid_invalid.tsv").read_text().splitlines() if line]
        written = [re.sub(r"\s", "", value) for _, _, value in rows]
        judged = verdicts(program, written, "IBAN")
        wrong += [(value, ours) for (label, _, _), value, ours in zip(rows, written, judged) if ours != (label == "V" and value.isalnum())]
        count += len(rows)
    print(f"{count} identifiers, {len(wrong)} judged differently")
    for value, ours in wrong[:40]:
        print(value, "accepted" if ours else "refused")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
