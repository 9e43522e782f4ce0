"""Opens zip files that nobody vouches for: layout, names and every byte are checked first."""

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from mediadesk.host.package.names import check_distinct, check_path
from mediadesk.host.package.refusal import Refusal, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that a package may be: numbers of files and wheels, sizes and paths in bytes.

    `ratio` is how many times larger than packed a file or the whole may be, where it is larger
    than `small` (libraries patched by auditwheel reach 220); `text` is for each file that is read
    as a whole, such as METADATA.
    """

    archive: int = 1 << 30
    files: int = 20_000
    wheels: int = 100
    unpacked: int = 2 << 30
    single: int = 1 << 30
    ratio: int = 200
    small: int = 16 << 20
    path: int = 240
    text: int = 8 << 20


CAPS = Caps()
PIECE = 1 << 20
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_SIZE = 20
_HEAD = struct.Struct("<4s5H3L2H")
_HEAD_MARK = b"PK\x03\x04"
_DIRECTORY_BYTES_PER_FILE = 512
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_PATCH = 0x20
_UTF_8 = 0x800


def digest(file: BufferedReader) -> str:
    """Give the SHA-256 of a whole open file, in hexadecimal."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def open_zip(file: BufferedReader, caps: Caps = CAPS) -> zipfile.ZipFile:
    """Open a zip of which nothing is believed; all of it has been decompressed once when it is.

    Raises:
        Refusal: if it breaks a rule or a cap.
        zipfile.BadZipFile, ValueError, NotImplementedError, zlib.error: if it is damaged.
    """
    directory, count = _check_end(file, caps)
    archive = zipfile.ZipFile(file)
    entries = archive.infolist()
    if len(entries) != count:
        raise Refusal(f"it says that it holds {count} files, and holds {len(entries)}")
    if count > caps.files:
        raise Refusal(f"it holds more than {caps.files} files")
    for entry in entries:
        _check_entry(entry, caps)
    check_distinct([each.filename for each in entries if not each.is_dir()])
    _check_sizes(entries, caps)
    _check_contents(file, entries, directory)
    return archive


def _check_end(file: BufferedReader, caps: Caps) -> tuple[int, int]:
    """Check the last record, before `zipfile` makes objects of a directory of any size.

    `zipfile` itself would accept a comment that hides another archive, or a 64-bit record that
    contradicts this one; nothing within the caps needs either.

    Returns:
        Where the directory starts, and how many files it is said to hold.
    """
    size = file.seek(0, os.SEEK_END)
    if size > caps.archive:
        raise Refusal(f"it is larger than {caps.archive >> 20} MB")
    file.seek(max(0, size - _END.size - _LOCATOR_64_SIZE))
    tail = file.read()
    if len(tail) < _END.size or not tail.startswith(_END_MARK, len(tail) - _END.size):
        raise Refusal(
            "it is no zip file, or something is cut off or added at its end: get it again"
        )
    _, *disks, here, count, length, start, comment = _END.unpack(tail[-_END.size :])
    if tail.startswith(_LOCATOR_64):
        raise Refusal("it is a 64-bit zip file, which no plugin needs")
    if any(disks) or here != count or comment or start + length + _END.size != size:
        raise Refusal("its directory is wrong, or something is added before or after it")
    if length > caps.files * _DIRECTORY_BYTES_PER_FILE:
        raise Refusal(f"its directory is larger than one of {caps.files} files")
    return int(start), int(count)


def _check_entry(entry: zipfile.ZipInfo, caps: Caps) -> None:
    name = shown(entry.orig_filename[:80])
    if entry.filename != entry.orig_filename:
        raise Refusal(f"the name “{name}” in it has a control character, a backslash or two forms")
    if not entry.filename.isascii() and not entry.flag_bits & _UTF_8:
        raise Refusal(f"the name “{name}” in it is not in UTF-8")
    check_path(entry.filename, longest=caps.path)
    if entry.flag_bits & _ENCRYPTED:
        raise Refusal(f"“{name}” in it is encrypted")
    if entry.flag_bits & _PATCH or entry.compress_type not in {
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    }:
        raise Refusal(f"“{name}” in it is compressed in a way other than “deflate”")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG}:
        what = "a link" if kind == stat.S_IFLNK else "no ordinary file"
        raise Refusal(f"“{name}” in it is {what}")
    if entry.is_dir() and entry.file_size:
        raise Refusal(f"the folder “{name}” in it has contents of its own")


def _check_sizes(entries: list[zipfile.ZipInfo], caps: Caps) -> None:
    """Check what the entries say of themselves; `_check_contents` proves that it is true."""
    for entry in entries:
        if entry.file_size > caps.single:
            raise Refusal(f"“{entry.filename}” in it is larger than {caps.single >> 20} MB")
        _check_swelling(entry.file_size, entry.compress_size, caps)
    whole = sum(each.file_size for each in entries)
    if whole > caps.unpacked:
        raise Refusal(f"unpacked it is larger than {caps.unpacked >> 20} MB")
    _check_swelling(whole, sum(each.compress_size for each in entries), caps)


def _check_swelling(unpacked: int, packed: int, caps: Caps) -> None:
    if unpacked > max(caps.small, caps.ratio * packed):
        raise Refusal(f"it swells to more than {caps.ratio} times its size when it is unpacked")


def _check_contents(file: BufferedReader, entries: list[zipfile.ZipInfo], directory: int) -> None:
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise Refusal(f"“{entry.filename}” in it lies on top of another file")
        start = _data_start(file, entry)
        end = start + entry.compress_size
        if end > directory:
            raise Refusal(f"“{entry.filename}” in it lies on top of the directory")
        size = crc = 0
        for piece in _pieces(file, entry, start):
            size += len(piece)
            crc = zlib.crc32(piece, crc)
            if size > entry.file_size:
                break
        if size != entry.file_size:
            raise Refusal(f"“{entry.filename}” in it has another size than it says")
        if crc != entry.CRC:
            raise zipfile.BadZipFile(f"the checksum of “{entry.filename}” is wrong")


def _data_start(file: BufferedReader, entry: zipfile.ZipInfo) -> int:
    file.seek(entry.header_offset)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size or not head.startswith(_HEAD_MARK):
        raise zipfile.BadZipFile(f"“{entry.filename}” has no header")
    _, _, flags, method, *_, name_length, extra_length = _HEAD.unpack(head)
    name = file.read(name_length)
    if name != entry.filename.encode() or method != entry.compress_type or flags & _ENCRYPTED:
        raise Refusal(f"its directory and the header of “{entry.filename}” differ")
    return int(entry.header_offset + _HEAD.size + name_length + extra_length)


def _pieces(file: BufferedReader, entry: zipfile.ZipInfo, start: int) -> Iterator[bytes]:
    """Decompress an entry, at most `PIECE` bytes at a time."""
    file.seek(start)
    left = entry.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left:
        packed = file.read(min(left, PIECE))
        if not packed:
            raise EOFError("it is cut off")
        left -= len(packed)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed and not inflater.eof:
            yield inflater.decompress(packed, PIECE)
            packed = inflater.unconsumed_tail
        if inflater.eof and (left or inflater.unused_data):
            raise Refusal(f"“{entry.filename}” in it is followed by something hidden")
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        yield inflater.flush()
        if not inflater.eof:
            raise EOFError(f"“{entry.filename}” is cut off")
