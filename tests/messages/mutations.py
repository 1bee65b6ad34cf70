# SPDX-License-Identifier: MIT
"""Small changes to a message, some of which leave it valid."""

import copy

VALUES = [
    "", " ", "x", "0", "-1", "1.123456", "123456789012345678901", "123456789012345678", "0.000001", "00001.10", "+1.0", "1e3", "NaN",
    ".5", "5.", ".", "-0.00", "1234567890123.12345", "99999999999999.99999", "1000000000000000000", "abc", "EUR", "eur", "EURO", "ÄÖÜ",
    "2026-02-30", "2026-13-01", "2026-11-31", "2024-02-29", "2023-02-29", "2026-11-23T24:00:00", "2026-11-23T25:00:00",
    "2026-11-23T10:30", "2026-11-23T10:30:60", "2026-11-23T10:30:00+14:00", "2026-11-23T10:30:00+15:00", "2026-11-23T10:30:00.5Z",
    "0000-01-01", "12026-01-01", "-2026-01-01", "026-01-01", "2026-1-1", "TRUE", "true", "1", "2", "DE89370400440532013000",
    "de89370400440532013000", "DE8", "DE893", "DEUTDEFF", "DEUTDEFFX", "DEUTDEFFXXX", "DEUTDEFFXXXX", "deutdeff", "A" * 35, "A" * 36,
    "A" * 70, "A" * 71, "A" * 140, "A" * 141, "é" * 35, "é" * 36, "SHAR", "SLEV", "SHARE", "TRF", "+49-1", "+49", "\u20ac", "a\nb", "a\tb",
    "EB6305C9-1F7F-49DE-AED0-16487C27B42D", "eb6305c9-1f7f-19de-aed0-16487c27b42d", "529900T8BM49AURSDO55",
]


def walk(node, parent=None, index=0):
    yield node, parent, index
    for position, child in enumerate(node):
        yield from walk(child, node, position)


def mutate(root, random):
    """A changed copy and a word for the change."""
    root = copy.deepcopy(root)
    nodes = list(walk(root))
    inner = [entry for entry in nodes if entry[1] is not None]
    leaves = [entry for entry in nodes if len(entry[0]) == 0]
    kind = random.choice(KINDS)
    node, parent, index = random.choice(inner)
    if kind == "delete":
        parent.remove(node)
    elif kind == "duplicate":
        parent.insert(index, copy.deepcopy(node))
    elif kind == "swap" and len(parent) > 1:
        other = random.randrange(len(parent))
        children = list(parent)
        children[index], children[other] = children[other], children[index]
        parent[:] = children
    elif kind == "rename":
        node.tag = random.choice(["Xyz", random.choice(nodes)[0].tag, node.tag.lower(), node.tag + "1"])
    elif kind == "empty":
        node[:] = []
        node.text = None
    elif kind == "value":
        leaf = random.choice(leaves)[0]
        leaf.text = random.choice(VALUES)
    elif kind == "edge":
        leaf = random.choice(leaves)[0]
        leaf.text = random.choice([(leaf.text or "") + "A", (leaf.text or "")[:-1], (leaf.text or "") * 2, "0" + (leaf.text or ""),
                                   (leaf.text or "") + "0", (leaf.text or "").lower(), "-" + (leaf.text or "")])
    elif kind == "space":
        leaf = random.choice(leaves)[0]
        leaf.text = random.choice([" {}", "{} ", "\n{}\n", "\t{}"]).format(leaf.text or "")
    elif kind == "attribute":
        amounts = [entry[0] for entry in nodes if "Ccy" in entry[0].attrib]
        target = random.choice(amounts or [node])
        action = random.choice(["remove", "extra", "bad", "xml"])
        if action == "remove":
            target.attrib.pop("Ccy", None)
        elif action == "extra":
            node.set(random.choice(["Ccy", "foo", "ccy", "xsi:foo"]), "EUR")
            root.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        elif action == "xml":
            node.set(random.choice(["xml:lang", "xml:space"]), "de")
        else:
            target.set("Ccy", random.choice(["eur", "EU", "EURO", "", " EUR", "E R", "XXX", "€UR"]))
    elif kind == "instance":
        root.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        node.set(*random.choice([("xsi:nil", "true"), ("xsi:nil", "false"), ("xsi:noNamespaceSchemaLocation", "none.xsd")]))
    elif kind == "text":
        node.tail = (node.tail or "") + random.choice(["x", "\n  ", " ", "&", "0"])
    elif kind == "namespace":
        node.set("xmlns", random.choice(["", "urn:other", root.get("xmlns", "")]))
    elif kind == "move":
        parent.remove(node)
        random.choice([entry[0] for entry in walk(root)]).append(node)
    return root, kind


KINDS = ["delete", "duplicate", "swap", "rename", "empty", "value", "value", "value", "edge", "edge", "space", "attribute", "attribute",
         "instance", "text", "namespace", "move"]


MARKUP = ["<", ">", "/", "&", ";", '"', "'", "=", "!", "?", "-", "--", "-->", "<!--", "]]>", "<![CDATA[", "&amp;", "&#10;", "&#x41;",
          "&#xD800;", "&#65", "&lt", "<?", "?>", '<?xml version="1.0"?>', " ", "\n", "\t", "\r", "\x00", "\x0b", "\xe9", "\ufffe",
          "\ufeff", 'xmlns=""', 'a="1"', "</", "/>", "x", "1", ".", "\u0300", "\xb7", "\U0001f600"]


def damage(text, random):
    """The text of a message with some markup put in, or a few characters taken out."""
    for _ in range(random.choice([1, 1, 1, 2])):
        start = random.randrange(len(text))
        end = start + random.choice([0, 0, 1, 1, 2, 5])
        text = text[:start] + (random.choice(MARKUP) if random.random() < 0.8 else "") + text[end:]
    return text
