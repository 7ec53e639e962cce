"""Makes sample.zbi and sample.bootfs with nothing but struct, zlib and the lz4 command, as oracles for src/images."""
import struct
import subprocess
import zlib

def page(data):
    return data + bytes(-len(data) % 4096)

def bootfs(files):
    entries = [name.encode() + b"\0" for name, _ in files]
    directory_size = sum(12 + (len(name) + 3) // 4 * 4 for name in entries)
    offset = (16 + directory_size + 4095) // 4096 * 4096
    directory, contents = b"", b""
    for name, (_, data) in zip(entries, files):
        directory += struct.pack("<III", len(name), len(data), offset + len(contents))
        directory += name + bytes(-len(name) % 4)
        contents += page(data)
    return page(struct.pack("<IIII", 0xA56D3FF9, directory_size, 0, 0) + directory) + contents

def lz4(data, *options):
    command = ["lz4", "-q", "-c", *options]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout

def item(kind, payload, extra=0, flags=0, crc=True):
    flags |= 0x10000 | (0x20000 if crc else 0)
    header = struct.pack("<7I", kind, len(payload), extra, flags, 0, 0, 0xB5781729)
    check = zlib.crc32(header + bytes(4) + payload) if crc else 0x4A87E8D6
    return header + struct.pack("<I", check) + payload + bytes(-len(payload) % 8)

def container(*items):
    body = b"".join(items)
    return struct.pack("<8I", 0x544F4F42, len(body), 0x868CF7E6, 0x10000, 0, 0, 0xB5781729, 0x4A87E8D6) + body

files = [
    ("bin/hello", b"hello, world\n" * 400),
    ("lib/ld.so.1", bytes(range(256)) * 17),
    ("data/empty", b""),
    ("data/\u00fcml\u00e4ut", b"x"),
]
image = bootfs(files)
with open("sample.bootfs", "wb") as out:
    out.write(image)
with open("image.tmp", "wb") as out:
    out.write(image)
# The content size is only written for a named file, not for a pipe.
frame = subprocess.run(["lz4", "-q", "-c", "-B4", "-BD", "--content-size", "image.tmp"], stdout=subprocess.PIPE, check=True).stdout
subprocess.run(["rm", "image.tmp"], check=True)
kernel = struct.pack("<QQ", 0x50, 0x20000) + b"\xd5\x03\x20\x1f" * 4
memory = struct.pack("<QQII", 0x40000000, 0x20000000, 1, 0) + struct.pack("<QQII", 0x08000000, 0x01000000, 2, 0)
cpus = struct.pack("<IIII", 2, 0, 0, 0) + struct.pack("<IIII", 4, 0, 0, 0) * 2
platform = struct.pack("<II32s", 3, 1, b"qemu")
with open("sample.zbi", "wb") as out:
    out.write(
        container(
            item(0x384E524B, kernel),
            item(0x42534642, frame, extra=len(image), flags=1),
            item(0x4C444D43, b"userboot.next=bin/hello+a\0"),
            item(0x4C444D43, b"aslr.disable\0", crc=False),
            item(0x434D454D, memory),
            item(0x43555043, cpus),
            item(0x44494C50, platform),
            item(0x4B534452, b"disk", extra=4),
            item(0x12345678, b"odd"),
        )
    )
text = b"a frame's blocks may be linked, " * 9000
for name, options in [("linked", ["-B4", "-BD"]), ("checked", ["-B4", "-BX"]), ("sized", ["-9"])]:
    with open(f"{name}.lz4", "wb") as out:
        out.write(lz4(text, *options))
