"""kernel.pin is read strictly: a slip in it is reported, not guessed around."""

import tempfile
import unittest
from pathlib import Path

import support  # noqa: F401
from vmlib import pin
from vmlib.errors import Failure


class PinTest(unittest.TestCase):
    def read(self, text: str) -> pin.Pin:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "kernel.pin"
            path.write_text(text)
            return pin.read(path)

    def test_the_real_one(self):
        real = pin.read()
        self.assertTrue(real.release.startswith(real.series + "."))
        self.assertTrue(real.release.endswith(pin.FLAVOUR))
        self.assertIn(real.series, real.fallback)
        self.assertEqual(set(real.packages), set(real.checksums))

    def test_slips(self):
        good = pin.PIN_FILE.read_text()
        slips = {
            "unknown word": good + "\ncolour blue\n",
            "twice": good + "\nseries 7.3\n",
            "short checksum": good.replace("sha256 linux-source-7.3 ", "sha256 linux-source-7.3 abc", 1),
            "missing version": "\n".join(line for line in good.splitlines() if not line.startswith("version")),
            "missing checksum": "\n".join(line for line in good.splitlines() if "linux-binary" not in line),
        }
        for name, text in slips.items():
            with self.subTest(name), self.assertRaises(Failure):
                self.read(text)


if __name__ == "__main__":
    unittest.main()
