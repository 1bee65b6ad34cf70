"""Numbers at the edges of their types, and where the numbers of a struct are."""

import ctypes

EXTREMES = {
    4: [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1],
    8: [0, 1, 98, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**62, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 2, 2**64 - 1],
}


def places(kind, base=0):
    """Name, offset and size of each number in a struct."""
    for name, field in kind._fields_:
        offset = base + getattr(kind, name).offset
        if issubclass(field, ctypes.Structure):
            yield from places(field, offset)
        elif issubclass(field, ctypes.Array):
            size = ctypes.sizeof(field._type_)
            if size in EXTREMES:
                yield from ((name, offset + i * size, size) for i in range(field._length_))
        else:
            yield name, offset, ctypes.sizeof(field)
