"""What goes into the guest arrives there exactly."""

import io
import os
import subprocess
import unittest

import support  # noqa: F401
from vmlib import guest
from vmlib.cpio import Archive
from vmlib.module import repository_paths
from vmlib.streams import Output

AWKWARD = ["a b", "", "$HOME", "it's", '"q"', "new\nline", "--", "*", "\\", "`id`", "é", os.fsdecode(b"\xff\xfe")]


class QuotingTest(unittest.TestCase):
    def test_words_survive_the_shell(self):
        script = guest.command_script(["printf", "%s\\0", *AWKWARD])
        printed = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual([os.fsdecode(word) for word in printed.split(b"\0")[:-1]], AWKWARD)


class ArchiveTest(unittest.TestCase):
    def test_layout(self):
        archive = Archive()
        archive.directory("d")
        archive.file("d/f", b"12345", 0o755)
        data = archive.bytes()
        self.assertEqual(len(data) % 4, 0)
        self.assertEqual(data.count(b"070701"), 3)
        at = data.index(b"d/f\0") - 110
        self.assertEqual(int(data[at + 14 : at + 22], 16), 0o100755)
        self.assertEqual(int(data[at + 54 : at + 62], 16), 5)
        self.assertEqual(data[at + 116 : at + 121], b"12345")  # name and data are aligned to 4 bytes
        self.assertIn(b"TRAILER!!!\0", data)


class OutputTest(unittest.TestCase):
    TOKEN = b"\0end"

    def carried(self, *pieces: bytes) -> tuple[bytes, bool]:
        target = io.BytesIO()
        output = Output(target, self.TOKEN)
        for piece in pieces:
            output.feed(piece)
        return target.getvalue(), output.complete

    def test_token_in_any_pieces(self):
        stream = b"a\0b\0en\0end"
        for cut in range(len(stream)):
            with self.subTest(cut=cut):
                self.assertEqual(self.carried(stream[:cut], stream[cut:]), (b"a\0b\0en", True))

    def test_passed_on_at_once(self):
        self.assertEqual(self.carried(b"progress 10%"), (b"progress 10%", False))

    def test_nothing_after_the_end(self):
        self.assertEqual(self.carried(b"a\0endx", b"y"), (b"a", True))


class CompilerMessageTest(unittest.TestCase):
    def test_paths(self):
        for inside, outside in (
            (b" --> ../../kmod/ledger/lib.rs:3:1", b" --> kmod/ledger/lib.rs:3:1"),
            (b"/src/kmod/shim.c:1: error", b"kmod/shim.c:1: error"),
            (b"/usr/src/linux/x.h", b"/usr/src/linux/x.h"),
            (b"../x.h", b"../x.h"),
        ):
            self.assertEqual(repository_paths(inside), outside)


if __name__ == "__main__":
    unittest.main()
