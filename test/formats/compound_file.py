"""Writes Microsoft's compound files (MS-CFB, version 3), the container of Outlook messages and of older Office documents."""

import struct

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def _padded(data, size):
    return data + b"\0" * (-len(data) % size)


def compound_file(tree):
    """Bytes of a file that holds a tree: dicts are storages, bytes are streams."""
    entries = [["Root Entry", 5, FREE, FREE, FREE, END, 0]]
    mini, mini_fat, sectors, fat = b"", [], [], []

    def chain(table, first, count):
        table.extend(list(range(first + 1, first + count)) + [END])

    def store(data):
        nonlocal mini
        if len(data) == 0:
            return END
        if len(data) < CUTOFF:
            first, padded = len(mini) // MINI, _padded(data, MINI)
            mini += padded
            chain(mini_fat, first, len(padded) // MINI)
            return first
        first, padded = len(sectors), _padded(data, SECTOR)
        sectors.extend(padded[at:at + SECTOR] for at in range(0, len(padded), SECTOR))
        chain(fat, first, len(padded) // SECTOR)
        return first

    def add(parent, children):
        """Siblings form a search tree by length and name; one that leans to the right is allowed."""
        before = None
        for name in sorted(children, key=lambda name: (len(name), name.upper())):
            node, index = children[name], len(entries)
            if isinstance(node, dict):
                entries.append([name, 1, FREE, FREE, FREE, 0, 0])
                add(index, node)
            else:
                entries.append([name, 2, FREE, FREE, FREE, store(node), len(node)])
            if before is None:
                entries[parent][4] = index
            else:
                entries[before][3] = index
            before = index

    add(0, tree)
    entries[0][5:7] = [END, len(mini)]
    if mini:
        first, padded = len(sectors), _padded(mini, SECTOR)
        sectors.extend(padded[at:at + SECTOR] for at in range(0, len(padded), SECTOR))
        chain(fat, first, len(padded) // SECTOR)
        entries[0][5] = first
    directory = b"".join(
        struct.pack("<64sHBBIII16sIQQIQ", name.encode("utf-16-le"), 2 * len(name) + 2, kind, 1, left, right, child,
                    b"", 0, 0, 0, start, size)
        for name, kind, left, right, child, start, size in entries)

    def place(data, filler):
        first, padded = len(sectors), data + filler * (-len(data) % SECTOR)
        sectors.extend(padded[at:at + SECTOR] for at in range(0, len(padded), SECTOR))
        chain(fat, first, len(padded) // SECTOR)
        return first, len(padded) // SECTOR

    directory_at, _ = place(directory, b"\0")
    mini_at, mini_count = place(struct.pack(f"<{len(mini_fat)}I", *mini_fat), b"\xff") if mini_fat else (END, 0)
    fat_count = 1
    while (len(fat) + fat_count) * 4 > fat_count * SECTOR:
        fat_count += 1
    fat_at = len(sectors)
    fat.extend([FAT] * fat_count)
    table = struct.pack(f"<{len(fat)}I", *fat)
    table += b"\xff" * (fat_count * SECTOR - len(table))
    header = struct.pack("<8s16sHHHHH6sIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
                         0, fat_count, directory_at, 0, CUTOFF, mini_at, mini_count, END, 0)
    header += struct.pack("<109I", *(list(range(fat_at, fat_at + fat_count)) + [FREE] * (109 - fat_count)))
    return header + b"".join(sectors) + table
