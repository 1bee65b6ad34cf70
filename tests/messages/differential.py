#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges messages by their schema with qenex and with xmllint, and names every message that they judge differently.

Messages are made at random from the published schemas and changed a little, most of which makes them invalid. Where the
two differ, the third judge, the Python package xmlschema, decides: DEVIATIONS names the classes of values in which
libxml2 is known to deviate from XML Schema, and any other difference fails.

    differential.py [--seed N] [--count N]      N mutations for each schema, 1500 by default

With QENEX_PROTOCOL_TESTDATA set to a folder with xsd/ and samples/<message>/{valid,invalid}/, its schemas are used as
well, and its samples are judged and mutated.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import oracles
from instances import Instances
from mutations import damage, mutate

# What libxml2 2.9 judges otherwise than the standards say, by the text of the message. Each is checked against the third
# judge.
DEVIATIONS = {
    "a prefix that is not declared (Namespaces in XML, 5), which libxml2 reports and then ignores": r"<[a-z]+:",
    "white space around a date or time, which collapses (XML Schema part 2, 4.3.6)":
        r">\s+[-0-9T:.Z+]+\s*<|>[-0-9T:.Z+]+\s+<",
}


def sources(root):
    """The text of a message."""
    return ElementTree.tostring(root, encoding="unicode")


def ours(program, paths):
    """Verdict of qenex for each path."""
    verdicts = {}
    for start in range(0, len(paths), 500):
        group = paths[start:start + 500]
        run = subprocess.run([program, "--json", "msg", "validate", "--profile", "schema", "--limit", "3", *map(str, group)],
                             capture_output=True, encoding="utf-8", errors="replace")
        if run.returncode not in (0, 1, 2):
            sys.exit(f"qenex ended with {run.returncode}: {run.stderr}")
        for file in json.loads(run.stdout)["files"]:
            verdicts[file["file"]] = (file["valid"], file["findings"])
    return verdicts


def theirs(xmllint, schema, paths):
    """Verdict of xmllint for each path."""
    verdicts = {}
    for start in range(0, len(paths), 500):
        group = [str(path) for path in paths[start:start + 500]]
        run = subprocess.run([xmllint, "--noout", "--nonet", "--schema", str(schema), *group], capture_output=True, encoding="utf-8", errors="replace")
        valid = set(re.findall(r"^(.*) validates$", run.stderr, re.MULTILINE))
        verdicts.update({path: path in valid for path in group})
    return verdicts


def third_verdict(schema, path):
    """Verdict of the Python package, for which text that is no XML is an error."""
    try:
        return schema.is_valid(path)
    except ElementTree.ParseError:
        return False


def samples(message):
    """Messages of the folder of test data, with the verdict that it gives them."""
    folder = os.environ.get("QENEX_PROTOCOL_TESTDATA")
    for verdict in ("valid", "invalid"):
        for path in sorted(Path(folder, "samples", message, verdict).glob("*.xml")) if folder else []:
            yield path, verdict == "valid"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--keep", type=Path, help="folder for the messages that are judged differently")
    options = parser.parse_args()
    packages = oracles.enter()
    import xmlschema

    xmllint, program = oracles.xmllint(), oracles.program()
    schemas = oracles.schemas(packages)
    tables = Path(__file__).parents[2] / "daemon/messages/schema"
    folders = sorted({str(path.parent) for path in schemas.values()})
    # Python alone, because it is the tables that are compared here.
    if subprocess.run([sys.executable, tables / "extract.py", "--check", *folders]).returncode:
        sys.exit("the tables do not say what the schemas say")
    total, failures, deviations = Counter(), [], Counter()
    for message, schema in sorted(schemas.items()):
        if not (tables / f"{message}.txt").exists():
            continue
        source = random.Random(f"{options.seed} {message}")
        with tempfile.TemporaryDirectory() as folder:
            kinds, paths = {}, []

            def store(text, kind):
                path = Path(folder) / f"{len(paths)}.xml"
                path.write_text(text, newline="")
                paths.append(path)
                kinds[str(path)] = kind

            instances = Instances(schema, source)
            seeds = [instances.make(source.choice([0, 0.1, 0.2, 0.3, 0.5])) for _ in range(options.count // 10)]
            given = list(samples(message))
            for path, _ in given:
                text = path.read_text(encoding="utf-8-sig")
                root = ElementTree.fromstring(text)
                if root.tag.endswith("}Document") and "{" + instances.namespace + "}" in root.tag:
                    for node in root.iter():
                        node.tag = node.tag.replace("{" + instances.namespace + "}", "")
                        node.attrib = {key: value for key, value in node.attrib.items() if not key.startswith("{")}
                    root.set("xmlns", instances.namespace)
                    seeds.append(root)
            for root in seeds:
                store(sources(root), "seed")
            for _ in range(options.count):
                root, kind = mutate(source.choice(seeds), source)
                store(sources(root), kind)
            for _ in range(options.count // 4):
                store(damage(sources(source.choice(seeds)), source), "damage")
            mine, other = ours(program, paths), theirs(xmllint, schema, paths)
            third = None
            for path in map(str, paths):
                total[kinds[path], other[path]] += 1
                if mine[path][0] == other[path]:
                    continue
                third = third or xmlschema.XMLSchema(str(schema))
                text = Path(path).read_text(errors="replace")
                known = [name for name, pattern in DEVIATIONS.items() if re.search(pattern, text)]
                namespace = any(finding["code"] == "xml-namespace" for finding in mine[path][1])
                known = [name for name in known if ("prefix" in name) == namespace]
                if known and third_verdict(third, path) == mine[path][0]:
                    deviations[known[0]] += 1
                    continue
                failures.append(f"{message} {kinds[path]}: qenex {mine[path]}, xmllint {other[path]}")
                if options.keep:
                    options.keep.mkdir(exist_ok=True)
                    (options.keep / f"{message}-{len(failures)}.xml").write_text(text)
            verdicts = ours(program, [path for path, _ in given])
            for path, valid in given:
                total["sample", valid] += 1
                if verdicts[str(path)][0] != valid:
                    failures.append(f"{path}: {verdicts[str(path)]}")
    for (kind, valid), count in sorted(total.items()):
        print(f"{count:7} {kind}, {'valid' if valid else 'invalid'}")
    for name, count in sorted(deviations.items()):
        print(f"{count:7} judged as the standard says, not as libxml2 does: {name}")
    print(f"{sum(total.values()):7} messages, {len(failures)} judged differently")
    for failure in failures[:50]:
        print(failure)
    return 1 if failures or not total else 0


if __name__ == "__main__":
    sys.exit(main())
