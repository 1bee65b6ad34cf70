#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""The documents: what they link to is there, and the commands in them are run.

	documents.py check            all links; every block of commands is in documents.list
	documents.py list RUNNER      the sections that this runner runs
	documents.py run FILE[#SECTION] run the blocks of shell of a section, or of all, in an empty folder of the caller's

A block of shell that is followed by a block of text must print just that, where `…` stands for whatever comes there; any other
must succeed. Where QENEX_SOCKET names the daemon's socket, it is taken for the usual one. After a line that starts the daemon it is
waited for.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOCKET = "/run/qenex/api.sock"
# Whose commands are for readers; other documents are for whoever works on that folder.
FOR_USERS = re.compile(r"(docs/.*|[^/]*|daemon/API)\.md|tools/clients/README\.md")
# What a line of commands begins with, in whatever block it stands.
COMMAND = re.compile(r"^(\$ )?(sudo |\./)?(apt|cargo|curl|dpkg|docker|git|make|modprobe|podman|python3|qenexd?|systemctl|tests/\S+|qemu/vm)( |$)")
RUNNERS = ("sandbox", "vm", "install", "api", "make")


def blocks(text):
    """The blocks of a document: section, language, text and number of the line."""
    section, language, lines, begun = "", None, [], 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if language is None:
                language, lines, begun = line[3:].strip(), [], number
            else:
                yield section, language, "\n".join(lines), begun
                language = None
        elif language is not None:
            lines.append(line)
        elif re.match(r"##? ", line):
            section = anchor(line)


def anchor(heading):
    """The anchor that a heading has where Markdown is shown."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading.lstrip("#").strip())
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def anchors(text):
    """All of a document; one that is there again gets a number."""
    seen, found = {}, set()
    for line in re.sub(r"^```.*?^```", "", text, flags=re.M | re.S).splitlines():
        if re.match(r"#+ ", line):
            name = anchor(line)
            seen[name] = seen.get(name, -1) + 1
            found.add(f"{name}-{seen[name]}" if seen[name] else name)
    return found


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def listed(text):
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {section: runner for section, runner in rows}


def documents():
    found = subprocess.run(["git", "ls-files", "*.md"], cwd=os.path.join(HERE, ".."), capture_output=True, text=True, check=True)
    return found.stdout.split()


def wrong_links(path, text, root):
    """What a document links to and is not there."""
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https://[\w.-]+(/|$)", target):
            continue
        file, _, name = target.partition("#")
        there = os.path.normpath(os.path.join(root, os.path.dirname(path), file)) if file else os.path.join(root, path)
        if not os.path.exists(there):
            yield f"{path}: there is no {target}"
        elif name and there.endswith(".md") and name not in anchors(read(there)):
            yield f"{path}: there is no section {target}"


def forgotten(path, text, rows):
    """Sections with commands that nothing runs."""
    for section, language, body, number in blocks(text):
        if not language:
            yield f"{path}:{number}: the block has no language"
        commands = language == "sh" or any(COMMAND.match(line) for line in body.splitlines() if language == "text")
        if commands and FOR_USERS.fullmatch(path) and path not in rows and f"{path}#{section}" not in rows:
            yield f"{path}:{number}: nothing runs the commands of #{section}; see tests/documents.list"


def check():
    root = os.path.join(HERE, "..")
    rows = listed(read(os.path.join(HERE, "documents.list")))
    troubles = [f"documents.list: there is no runner {runner}" for runner in rows.values() if runner not in RUNNERS]
    texts = {path: read(os.path.join(root, path)) for path in documents()}
    for path, text in texts.items():
        troubles += [*wrong_links(path, text, root), *forgotten(path, text, rows)]
    with_blocks = {f"{path}#{block[0]}" for path, text in texts.items() for block in blocks(text)} | set(texts)
    troubles += [f"documents.list: there are no commands in {section}" for section in rows if section not in with_blocks]
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    print(f"{len(texts)} documents, {len(rows)} sections with commands, {len(troubles)} troubles")
    return not troubles


def fits(line, shown):
    # Columns are as wide as what stands in them.
    line, shown = (" ".join(text.split()) for text in (line, shown))
    parts = [re.escape(part) for part in shown.split("…")]
    return re.fullmatch(".*".join(parts), line) is not None


def run_block(script, shown, given=""):
    """Runs a block, which can read what is given. Returns what is wrong with it."""
    socket = os.environ.get("QENEX_SOCKET", SOCKET)
    ready = f"\nuntil curl --silent --fail --output /dev/null --unix-socket {SOCKET} http://qenex/readyz; do sleep 0.1; done\n"
    script = re.sub(r"^(qenexd run [^\n]*&)[^\n]*\n", rf"\1{ready}", script + "\n", flags=re.M).replace(SOCKET, socket)
    # A file, for what goes on in the background keeps it open.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        strict = "set -e\n" if shown is None else ""
        done = subprocess.run(
            ["sh", "-c", f"{strict}{script}"], input=given, stdout=output, stderr=subprocess.STDOUT, text=True, check=False, timeout=600
        )
        output.seek(0)
        printed = output.read().replace("\r", "").splitlines()
    if shown is None:
        return [f"ends with {done.returncode}", *printed] if done.returncode else []
    shown = shown.splitlines()
    good = len(printed) == len(shown) and all(fits(*pair) for pair in zip(printed, shown))
    return [] if good else ["prints", *printed, "", "instead of", *shown]


def run(where, given=""):
    """Runs the blocks of a section, or of a whole document. Returns whether all of them did what they should."""
    path, _, wanted = where.partition("#")
    found = [(language, body) for section, language, body, _ in blocks(read(path)) if wanted in ("", section)]
    scripts = 0
    for place, (language, script) in enumerate(found):
        if language != "sh":
            continue
        follows = found[place + 1] if place + 1 < len(found) else ("", "")
        begun = time.monotonic()
        wrong = run_block(script, follows[1] if follows[0] == "text" else None, given)
        if wrong:
            print(f"{where}:\n\n{script}\n", *wrong, sep="\n")
            return False
        scripts += 1
        print(f"{where}: block {scripts} in {time.monotonic() - begun:.1f} s")
    return scripts > 0


def main():
    match sys.argv[1:]:
        case ["check"]:
            good = check()
        case ["list", runner]:
            rows = listed(read(os.path.join(HERE, "documents.list")))
            print(*(section for section, its in rows.items() if its == runner), sep="\n")
            good = True
        case ["run", where]:
            good = run(where)
        case _:
            sys.exit(__doc__)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
