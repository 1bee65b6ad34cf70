#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges messages by CBPR+ with qenex and with the Python package cbpr-usage-rules, rule by rule.

The messages are the package's own examples, each changed a little many times, as far as they stay valid by schema. For
each rule of RULES both must say the same of each message. The package is a second opinion, no authority: it looks at fewer
places for the rules of WIDER, which qenex may find broken alone.
"""

import copy
import json
import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import oracles

YEAR = 2026
COUNT = 600

# The guideline's name of a rule: how qenex calls what it finds.
RULES = {
    "CBPR_BusinessMessageIdentifier_FormalRule": "CBPR_BusinessMessageIdentifier_FormalRule",
    "CBPR_From_Instructing_Agent_BIC_FormalRule": "CBPR_From_Instructing_Agent_BIC_FormalRule",
    "CBPR_Agent_Name_Postal_Address_FormalRule": "CBPR_Agent_Name_Postal_Address_FormalRule",
    "CBPR_CRED_FormalRule": "CBPR_CRED_FormalRule",
    "CBPR_Remittance_Mutually_Exclusive_FormalRule": "CBPR_Remittance_Mutually_Exclusive_FormalRule",
    "CBPR_Instruction_Identification_FormalRule": "CBPR_Instruction_Identification_FormalRule",
    "CBPR_Transaction_Status_Reject_Reason_FormalRule": "CBPR_Transaction_Status_Reject_Reason_FormalRule",
    "CBPR_Message_Definition_Identifier_TextualRule": "CBPR_Message_Definition_Identifier_TextualRule",
}
WIDER = {"CBPR_Agent_Name_Postal_Address_FormalRule", "CBPR_Instruction_Identification_FormalRule"}
VALUES = {
    "MsgId": ["EXMsgId", "OTHER"], "BizMsgIdr": ["OTHER"], "MsgDefIdr": ["pacs.008.001.07", "pacs.009.001.08"],
    "BICFI": ["DEUTDEFFXXX", "BNPAFRPPXXX"], "ChrgBr": ["CRED", "DEBT", "SHAR"], "InstrId": ["/a", "a/", "a//b", "a/b"],
    "TxSts": ["RJCT", "ACSC"], "Cd": ["HOLD", "CHQB", "PHOB", "TELB"],
}
DROPPED = ["Nm", "PstlAdr", "ChrgsInf", "StsRsnInf", "Rsn", "Ustrd", "Strd", "CpyDplct"]
MESSAGES = ["pacs.002", "pacs.004", "pacs.008", "pacs.009", "pain.001"]


def change(root, source):
    """Changes one value, or takes an element out, where a rule looks."""
    parents = {child: parent for parent in root.iter() for child in parent}
    name = source.choice([*VALUES, *DROPPED, "Ustrd", "Cd"])
    found = [node for node in parents if node.tag == name]
    if not found:
        return
    node = source.choice(found)
    if name == "Ustrd":
        strd = ElementTree.Element("Strd")
        ElementTree.SubElement(strd, "AddtlRmtInf").text = "x"
        parents[node].append(strd)
    elif name in VALUES:
        if name != "Cd" or parents[node].tag == "InstrForCdtrAgt":
            node.text = source.choice(VALUES[name])
    else:
        parents[node].remove(node)


def ours(program, paths):
    """The guideline rules that qenex finds broken in each message, or None if the schema already is."""
    found = []
    for start in range(0, len(paths), 200):
        run = subprocess.run([program, "--json", "msg", "validate", "--profile", "cbpr+", *map(str, paths[start:start + 200])],
                             capture_output=True, encoding="utf-8")
        for file in json.loads(run.stdout)["files"]:
            broken = any(finding["code"].startswith("schema-") for finding in file["findings"]) or not file["readable"]
            found.append(None if broken else {finding["rule"] for finding in file["findings"]})
    return found


def main():
    packages = oracles.enter()
    from cbpr_rules import loader, message as parsed, registry

    program, source = oracles.program(), random.Random(1)
    compared, fired, differences = Counter(), Counter(), []
    for kind in MESSAGES:
        rules = [rule for rule in registry.load_rules(YEAR, kind) if rule.name in RULES and rule.check]
        seeds = []
        for path in sorted((packages / f"cbpr_rules/examples/y{YEAR}").glob(f"{kind}.m*.xml")):
            root = ElementTree.parse(path).getroot()
            # One declaration on each message, as the changes expect it.
            for child in root:
                namespace = child.tag[1:].split("}")[0]
                for node in child.iter():
                    node.tag = node.tag.split("}")[-1]
                child.set("xmlns", namespace)
            seeds.append(root)
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number in range(COUNT):
                root = copy.deepcopy(seeds[number % len(seeds)])
                for _ in range(source.randint(0, 4)):
                    change(root, source)
                paths.append(Path(folder, f"{number}.xml"))
                paths[-1].write_text(ElementTree.tostring(root, encoding="unicode"))
            for path, mine in zip(paths, ours(program, paths)):
                if mine is None:
                    continue
                tree = loader.parse_file(str(path))
                message = parsed.ParsedMessage(tree, *loader.locate(tree), message_type=kind, year=YEAR)
                theirs = {RULES[rule.name] for rule in rules if rule.check(message)}
                known = {RULES[rule.name] for rule in rules}
                for rule in known:
                    compared[rule] += 1
                    fired[rule] += rule in theirs
                    if (rule in mine) != (rule in theirs) and not (rule in WIDER and rule in mine):
                        differences.append((kind, rule, rule in mine, path.read_text()))
    for rule, count in sorted(compared.items()):
        print(f"{count:6} messages, broken in {fired[rule]:4}: {rule}")
    print(f"{len(differences)} judged differently")
    for kind, rule, mine, text in differences[:10]:
        print(kind, rule, "found by qenex alone" if mine else "found by cbpr-usage-rules alone")
        print(text[:3000])
    return 1 if differences or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
