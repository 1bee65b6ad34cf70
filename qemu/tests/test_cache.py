"""A cached product is used only when it is whole."""

import os
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

import support  # noqa: F401
from vmlib import cache


class CacheTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        patches = [
            mock.patch.dict(os.environ, {"XDG_CACHE_HOME": directory.name}),
            mock.patch("vmlib.cache.say", lambda text: None),
        ]
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)
        self.builds = 0

    def product(self, *inputs: str, build=None) -> cache.Product:
        def default(directory: Path) -> None:
            self.builds += 1
            (directory / "sub").mkdir()
            (directory / "sub/data").write_text("precious")

        return cache.Product("thing", inputs or ("recipe 1",), build or default, ("sub/*",))

    def test_made_once(self):
        first = cache.ensure(self.product())
        self.assertEqual(cache.ensure(self.product()), first)
        self.assertEqual(self.builds, 1)
        self.assertIsNone(cache.problem(self.product()))

    def test_other_inputs_are_another_product(self):
        self.assertNotEqual(cache.ensure(self.product("ab", "c")), cache.ensure(self.product("a", "bc")))

    def test_damage_is_noticed_and_repaired(self):
        def truncate(path: Path):
            path.write_text("prec")

        def change(path: Path):
            path.write_text("prEcious")
            os.utime(path, ns=(1, 1))

        def damage_stamp(path: Path):
            (path.parent.parent / cache.STAMP).write_text('{"files": ')

        for damage in (truncate, change, Path.unlink, damage_stamp):
            with self.subTest(damage=damage.__name__):
                data = cache.ensure(self.product()) / "sub/data"
                damage(data)
                self.assertIsNotNone(cache.problem(self.product()))
                cache.ensure(self.product())
                self.assertEqual(data.read_text(), "precious")

    def test_new_time_alone_is_no_damage(self):
        data = cache.ensure(self.product()) / "sub/data"
        os.utime(data)
        self.assertIsNone(cache.problem(self.product()))

    def test_interrupted_build_leaves_nothing_usable(self):
        def interrupted(directory: Path):
            (directory / "half").write_text("")
            raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            cache.ensure(self.product(build=interrupted))
        self.assertIsNotNone(cache.problem(self.product()))
        path = cache.ensure(self.product())
        self.assertEqual(sorted(entry.name for entry in path.iterdir()), [cache.STAMP, "sub"])

    def test_two_at_once_make_it_once(self):
        barrier = threading.Barrier(2)

        def ensure():
            barrier.wait()
            cache.ensure(self.product())

        threads = [threading.Thread(target=ensure) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.builds, 1)

    def test_clean_keeps_what_is_current_or_in_use(self):
        used, old, current = self.product("used"), self.product("old"), self.product("current")
        for product in (old, current):
            cache.ensure(product)
        with cache.in_use(used):
            cache.clean([current], everything=False)
        self.assertIsNone(cache.problem(used))
        self.assertIsNone(cache.problem(current))
        self.assertFalse(old.path.exists())
        cache.clean([current], everything=True)
        self.assertFalse(current.path.exists())


if __name__ == "__main__":
    unittest.main()
