# SPDX-License-Identifier: MIT
"""Random messages that are valid by a published schema, made by walking the schema itself."""

import xml.etree.ElementTree as ElementTree

XS = "{http://www.w3.org/2001/XMLSchema}"

# A text for each pattern of the schemas that is not a plain run of characters.
TEXTS = {
    "[A-Z]{2,2}[0-9]{2,2}[a-zA-Z0-9]{1,30}": ["DE89370400440532013000", "GB29NWBK60161331926819", "XX00a"],
    "[A-Z0-9]{4,4}[A-Z]{2,2}[A-Z0-9]{2,2}([A-Z0-9]{3,3}){0,1}": ["DEUTDEFF", "BNPAFRPPXXX", "1234AB99"],
    "[A-Z0-9]{18,18}[0-9]{2,2}": ["529900T8BM49AURSDO55", "000000000000000000ZZ"[:18] + "00"],
    "[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}": ["eb6305c9-1f7f-49de-aed0-16487c27b42d"],
    r"\+[0-9]{1,3}-[0-9()+\-]{1,30}": ["+49-30123456", "+1-(555)-0100"],
    "[A-Z]{3,3}": ["EUR", "USD", "JPY", "QQQ"],
    "[A-Z]{2,2}": ["DE", "FR", "QQ"],
    "[a-z]{2,2}": ["de"],
    "[A-Z]{2,2}[A-Z0-9]{9,9}[0-9]{1,1}": ["US0378331005"],
    r"[\+]{0,1}[0-9]{1,15}": ["+1", "000000000000001"],
    "[a-z]{4,4}[.]{1,1}[0-9]{3,3}[.]{1,1}001[.]{1,1}[0-9]{2,2}": ["pacs.008.001.08"],
    "[a-zA-Z0-9]{4}": ["aZ09"],
    "[0-9]{1,15}": ["1", "999999999999999"],
    "[0-9]{1,3}": ["1", "999"],
    "[0-9]{1,5}": ["1", "99999"],
    "[0-9]{2,3}": ["11", "999"],
    "[0-9]{3,4}": ["111", "9999"],
    "[0-9]{8,28}": ["12345678", "1" * 28],
    "[0-9]": ["7"],
    "[0-9]{2}": ["42"],
    "[0-9]{3}": ["978"],
}
PLAIN = "Zürich & Söhne <GmbH> 'x' 東京 €/-?:().,+ 0123456789 abc"


class Instances:
    """A source of messages of one schema."""

    def __init__(self, path, random):
        root = ElementTree.parse(path).getroot()
        self.random = random
        self.namespace = root.get("targetNamespace")
        self.types = {node.get("name"): node for node in root if node.get("name") and node.tag != XS + "element"}
        (self.root,) = [node for node in root if node.tag == XS + "element"]

    def make(self, eagerness):
        """One message, in which an optional element is there with this probability, less at depth."""
        self.eagerness = eagerness
        element = self.element(self.root, 0)
        element.set("xmlns", self.namespace)
        return element

    def element(self, declaration, depth):
        node = ElementTree.Element(declaration.get("name"))
        self.fill(node, self.types[declaration.get("type")], depth)
        return node

    def fill(self, node, definition, depth):
        body = [child for child in definition if child.tag != XS + "annotation"][0]
        if body.tag == XS + "restriction":
            node.text = self.value(body)
        elif body.tag == XS + "simpleContent":
            extension = body[0]
            attribute = extension.find(XS + "attribute")
            self.fill(node, self.types[extension.get("base")], depth)
            holder = ElementTree.Element("x")
            self.fill(holder, self.types[attribute.get("type")], depth)
            node.set(attribute.get("name"), holder.text)
        elif body.tag == XS + "choice":
            self.append(node, self.random.choice(list(body)), depth, force=True)
        else:
            for particle in body:
                self.append(node, particle, depth, force=False)

    def append(self, node, particle, depth, force):
        if particle.tag == XS + "any":
            child = ElementTree.SubElement(node, "x:Extra", {"xmlns:x": particle.get("namespace").replace("##any", "urn:x"), "a": "1"})
            child.text = "text"
            ElementTree.SubElement(child, "inner").text = "1"
            return
        low = max(int(particle.get("minOccurs", "1")), int(force))
        high = particle.get("maxOccurs", "1")
        count = low
        if count == 0 and self.random.random() < self.eagerness / (1 + depth / 3):
            count = 1
        if count and high != "1" and depth < 8 and self.random.random() < 0.3:
            count = self.random.randint(count, 3 if high == "unbounded" else int(high))
        node.extend(self.element(particle, depth + 1) for _ in range(count))

    def value(self, restriction):
        facets = {}
        for facet in restriction:
            facets.setdefault(facet.tag.removeprefix(XS), []).append(facet.get("value"))
        pick = self.random.choice
        if "enumeration" in facets:
            return pick(facets["enumeration"])
        if "pattern" in facets:
            return pick(TEXTS[facets["pattern"][0]])
        base = restriction.get("base")
        if base == "xs:string":
            exact = facets.get("length", [None])[0]
            low = int(exact or facets.get("minLength", ["0"])[0])
            high = int(exact or facets.get("maxLength", ["300"])[0])
            length = pick([low, high, self.random.randint(low, high)]) if high < 200 else self.random.randint(low, 60)
            return (PLAIN * (length // len(PLAIN) + 1))[:length]
        if base == "xs:decimal":
            total, fraction = int(facets.get("totalDigits", ["18"])[0]), int(facets.get("fractionDigits", ["2"])[0])
            digits = self.random.randint(0, min(fraction, 5))
            whole = self.random.randint(1, max(1, min(6, total - digits)))
            text = str(self.random.randrange(10**whole))
            return text + ("." + "".join(pick("0123456789") for _ in range(digits)) if digits else "")
        return pick({
            "xs:boolean": ["true", "false", "1", "0"],
            "xs:date": ["2026-11-23", "2024-02-29", "2026-11-23Z", "2026-11-23+01:00"],
            "xs:dateTime": ["2026-11-23T10:30:00", "2026-11-23T10:30:00.123+01:00", "2026-12-31T23:59:59Z"],
            "xs:time": ["10:30:00", "23:59:59.9Z"],
            "xs:gYearMonth": ["2026-11", "2026-12Z"],
            "xs:base64Binary": ["AAAA", "QUJD"],
        }[base])
