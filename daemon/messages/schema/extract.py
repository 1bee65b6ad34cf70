#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the tables in this folder from published schemas, or with --check proves that they still say the same.

    extract.py [--check] FOLDER...

Every `<message>.xsd` in the folders that is one of MESSAGES is read. A table file is written for each, and `common.txt`
for the types that two or more messages share. With --check nothing is written: each schema found must say what the
tables say; the exit status is 1 if one does not. A schema that uses what the notation has no word for is an error, never
left out silently.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

MESSAGES = [
    "camt.029.001.09", "camt.052.001.08", "camt.053.001.08", "camt.054.001.08", "camt.056.001.08", "head.001.001.02",
    "pacs.002.001.10", "pacs.003.001.08", "pacs.004.001.09", "pacs.004.001.10", "pacs.008.001.08", "pacs.009.001.08",
    "pacs.028.001.03", "pain.001.001.09", "pain.002.001.10", "pain.008.001.08",
]
XS = "{http://www.w3.org/2001/XMLSchema}"
HERE = Path(__file__).parent
HEADER = "# SPDX-License-Identifier: MIT\n# Written by extract.py from the published schemas. The notation is explained in README.md.\n"


def occurs(node):
    low, high = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
    short = {("1", "1"): "", ("0", "1"): " ?", ("0", "unbounded"): " *", ("1", "unbounded"): " +"}
    high = "" if high == "unbounded" else high
    return short.get((node.get("minOccurs", "1"), node.get("maxOccurs", "1")), f" {low}..{high}")


def plain(node, *allowed):
    """The node's children, refusing any attribute or child that the notation cannot say."""
    for attribute in node.keys():
        if attribute not in allowed:
            raise ValueError(f"{node.tag} {node.get('name')}: attribute {attribute}")
    return [child for child in node if child.tag != XS + "annotation"]


def simple(name, node):
    (restriction,) = plain(node, "name")
    base = restriction.get("base").removeprefix("xs:")
    if base == restriction.get("base"):
        raise ValueError(f"{name}: derived from {base}")
    words, codes = [], []
    for facet in plain(restriction, "base"):
        kind, value = facet.tag.removeprefix(XS), facet.get("value")
        if kind == "enumeration":
            codes.append(value)
        elif kind == "pattern":
            words.append(f"pattern={value}")
        elif kind in ("length", "minLength", "maxLength", "totalDigits", "fractionDigits", "minInclusive", "maxInclusive"):
            words.append(f"{kind}={value}")
        else:
            raise ValueError(f"{name}: facet {kind}")
    if codes:
        words.append("codes=" + "|".join(codes))
    return f"{name} = {base}" + "".join(f" {word}" for word in sorted(words))


def complex_(name, node):
    (group,) = plain(node, "name")
    if group.tag == XS + "simpleContent":
        (extension,) = plain(group)
        (attribute,) = plain(extension, "base")
        plain(attribute, "name", "type", "use")
        if attribute.get("use") != "required":
            raise ValueError(f"{name}: optional attribute")
        return f"{name} = {extension.get('base')} @{attribute.get('name')} {attribute.get('type')}"
    kind = group.tag.removeprefix(XS)
    if kind not in ("sequence", "choice"):
        raise ValueError(f"{name}: {kind}")
    lines = [f"{name} = {kind}"]
    for particle in plain(group):
        if particle.tag == XS + "any":
            plain(particle, "namespace", "processContents", "minOccurs", "maxOccurs")
            if particle.get("processContents") != "lax":
                raise ValueError(f"{name}: any that is not lax")
            lines.append(f"  any {particle.get('namespace', '##any')}{occurs(particle)}")
        elif particle.tag == XS + "element":
            if plain(particle, "name", "type", "minOccurs", "maxOccurs"):
                raise ValueError(f"{name}: anonymous type")
            lines.append(f"  {particle.get('name')} {particle.get('type')}{occurs(particle)}")
        else:
            raise ValueError(f"{name}: nested group")
    return "\n".join(lines)


def read(path):
    """The root line and the types, by name, of a schema."""
    message = path.stem
    schema = ElementTree.parse(path).getroot()
    if schema.get("targetNamespace") != f"urn:iso:std:iso:20022:tech:xsd:{message}" or schema.get("elementFormDefault") != "qualified":
        raise ValueError(f"{path}: another namespace")
    types, root = {}, None
    for node in plain(schema, "elementFormDefault", "targetNamespace"):
        name = node.get("name")
        if node.tag == XS + "element":
            plain(node, "name", "type")
            if root:
                raise ValueError(f"{path}: two roots")
            root = f"message {message} {name} {node.get('type')}"
        elif node.tag == XS + "simpleType":
            types[name] = simple(name, node)
        elif node.tag == XS + "complexType":
            types[name] = complex_(name, node)
        else:
            raise ValueError(f"{path}: {node.tag}")
    return root, types


def parse(text):
    """Root lines by message and types by name of a table file."""
    roots, types = [], {}
    for block in re.split(r"\n(?! )", text):
        if block.startswith("message "):
            roots.append(block)
        elif block and not block.startswith("#"):
            types[block.split(" ", 1)[0]] = block.rstrip("\n")
    return roots, types


def check(message, root, types):
    _, known = parse((HERE / "common.txt").read_text())
    roots, own = parse((HERE / f"{message}.txt").read_text())
    known.update(own)
    wrong = [name for name in types if known.get(name) != types[name]]
    wrong += [name for name in own if name not in types]
    return ([] if roots == [root] else ["the root"]) + wrong


def main(arguments):
    checking = "--check" in arguments
    found = {}
    for folder in (argument for argument in arguments if argument != "--check"):
        for path in sorted(Path(folder).rglob("*.xsd")):
            if path.stem in MESSAGES:
                found.setdefault(path.stem, []).append(path)
    if checking:
        status = 0 if found else 1
        for message, paths in sorted(found.items()):
            for path in paths:
                wrong = check(message, *read(path))
                print(f"{message}: {path}: " + ("as in the tables" if not wrong else "differs: " + ", ".join(wrong)))
                status |= bool(wrong)
        print(f"{len(found)} of {len(MESSAGES)} messages checked")
        return status
    if missing := sorted(set(MESSAGES) - set(found)):
        print("no schema found for: " + ", ".join(missing), file=sys.stderr)
        return 1
    read_all = {message: read(paths[0]) for message, paths in found.items()}
    uses = {}
    for message, (_, types) in read_all.items():
        for name, text in types.items():
            uses.setdefault(name, {}).setdefault(text, []).append(message)
    # A name that means the same everywhere and is used twice is common; what differs stays with its message.
    common = {name: next(iter(texts)) for name, texts in uses.items() if len(texts) == 1 and len(next(iter(texts.values()))) > 1}
    (HERE / "common.txt").write_text(HEADER + "".join(f"{text}\n" for _, text in sorted(common.items())))
    for message, (root, types) in read_all.items():
        own = {name: text for name, text in types.items() if name not in common}
        (HERE / f"{message}.txt").write_text(HEADER + root + "\n" + "".join(f"{text}\n" for _, text in sorted(own.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
