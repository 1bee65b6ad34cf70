"""The archive format of an initramfs (cpio "newc"): just enough to write one."""


class Archive:
    """Directories and files, all owned by root; parents have to be added first."""

    def __init__(self):
        self._parts: list[bytes] = []
        self._inode = 0

    def directory(self, name: str) -> None:
        self._add(name, 0o040755, b"")

    def file(self, name: str, data: bytes, mode: int = 0o644) -> None:
        self._add(name, 0o100000 | mode, data)

    def bytes(self) -> bytes:
        trailer = Archive()
        trailer._add("TRAILER!!!", 0, b"")
        return b"".join(self._parts + trailer._parts)

    def _add(self, name: str, mode: int, data: bytes) -> None:
        self._inode += 1
        path = name.encode() + b"\0"
        fields = (
            self._inode,
            mode,
            0,  # owner
            0,  # group
            1,  # links
            0,  # time
            len(data),
            0, 0, 0, 0,  # device numbers
            len(path),
            0,  # checksum, unused in this variant
        )  # fmt: skip
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + path
        self._parts += [header, b"\0" * (-len(header) % 4), data, b"\0" * (-len(data) % 4)]
