"""Makes wheels, bundles and plugin projects for tests: good ones, and those a villain would make.

`EVIL` holds one maker for each trick; all but the trick itself is right in each, RECORD included.
"""

from __future__ import annotations

import base64
import hashlib
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec

from mediadesk.host.manifest import Manifest

PLUGIN_SOURCE = """\
from mediadesk.api import hookimpl

@hookimpl
def rankers():
    return []
"""
_TIME = (2024, 5, 1, 0, 0, 0)


def manifest(name: str = "tiny", version: str = "1.0", **fields: Any) -> Manifest:  # noqa: ANN401
    """Describe a plugin called `name` of the distribution `mediadesk-NAME`."""
    made = Manifest(
        name=name,
        distribution=f"mediadesk-{name}",
        version=version,
        module=f"mediadesk_{name.replace('-', '_')}",
        title=name.title(),
        api=">=1,<2",
    )
    return msgspec.structs.replace(made, **fields)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What goes into a wheel. `files` are laid as they are; None as a text leaves that file out."""

    name: str = "tiny-lib"
    version: str = "1.0"
    tag: str = "py3-none-any"
    files: Sequence[tuple[str | zipfile.ZipInfo, bytes]] = (("tiny_lib.py", b"X = 1\n"),)
    requires: Sequence[str] = ()
    requires_python: str = ">=3.11"
    manifest: Manifest | None = None
    raw_manifest: bytes | None = None
    entry_points: str | None = None
    metadata: str | None = ""
    wheel: str | None = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n"
    info: str | None = None
    record: Callable[[str], str | None] = str
    compression: int = zipfile.ZIP_DEFLATED
    file: str | None = None

    @property
    def stem(self) -> str:
        return f"{self.name.replace('-', '_')}-{self.version}"


def write(folder: Path, recipe: Recipe) -> Path:
    """Make a wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (recipe.file or f"{recipe.stem}-{recipe.tag}.whl")
    info = recipe.info or f"{recipe.stem}.dist-info"
    files = [*recipe.files, *((f"{info}/{name}", data) for name, data in _texts(recipe).items())]
    rows = [f"{_name(each)},sha256={_checksum(data)},{len(data)}" for each, data in files]
    record = recipe.record("\n".join([*rows, f"{info}/RECORD,,"]) + "\n")
    if record is not None:
        files.append((f"{info}/RECORD", record.encode()))
    zipped(path, files, recipe.compression)
    return path


def zipped(
    path: Path,
    files: Iterable[tuple[str | zipfile.ZipInfo, bytes]],
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """Make a zip of exactly these entries, twice the same name included."""
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about names that stand there twice
        for each, data in files:
            entry = each if isinstance(each, zipfile.ZipInfo) else zipfile.ZipInfo(each, _TIME)
            archive.writestr(entry, data, compression)
    return path


def library(folder: Path, name: str = "tiny-lib", version: str = "1.0", **more: Any) -> Path:  # noqa: ANN401
    """Make an ordinary wheel with one module, whose VERSION is its version."""
    module = name.replace("-", "_")
    source = f"VERSION = {version!r}\n".encode()
    files = more.pop("files", [(f"{module}/__init__.py", source)])
    return write(folder, Recipe(name=name, version=version, files=files, **more))


def plugin_recipe(
    name: str = "tiny",
    version: str = "1.0",
    source: str = PLUGIN_SOURCE,
    *,
    requires: Sequence[str] = ("mediadesk>=0.1", "numpy"),
    **fields: Any,  # noqa: ANN401 - of the manifest
) -> Recipe:
    """Describe a plugin's wheel, with its manifest."""
    told = manifest(name, version, requires=tuple(requires), **fields)
    return Recipe(
        name=told.distribution,
        version=version,
        files=[(f"{told.module}/__init__.py", dedent(source).encode())],
        requires=requires,
        manifest=told,
        entry_points=f"[mediadesk]\n{name} = {told.module}\n",
    )


def plugin(folder: Path, name: str = "tiny", version: str = "1.0", **more: Any) -> Path:  # noqa: ANN401
    """Make a plugin's wheel, as `mediadesk plugins pack` would."""
    return write(folder, plugin_recipe(name, version, **more))


def bundle(folder: Path, own: Path, others: Iterable[Path] = ()) -> Path:
    """Make a bundle of wheels that are there."""
    stem = "-".join(own.name.split("-")[:2])
    files = [(own.name, own.read_bytes())]
    files += [(f"wheels/{each.name}", each.read_bytes()) for each in others]
    return zipped(folder / f"{stem}.mdplugin", files, zipfile.ZIP_STORED)


def project(
    folder: Path,
    name: str = "tiny",
    version: str = "1.0",
    source: str = PLUGIN_SOURCE,
    *,
    requires: Sequence[str] = ("mediadesk>=0.1", "numpy"),
    backend: str = "hatchling.build",
) -> Path:
    """Write a plugin's source folder."""
    module = f"mediadesk_{name.replace('-', '_')}"
    (folder / module).mkdir(parents=True)
    (folder / module / "__init__.py").write_text(dedent(source), encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        dedent(f"""\
            [build-system]
            requires = ["hatchling"]
            build-backend = "{backend}"

            [project]
            name = "mediadesk-{name}"
            version = "{version}"
            description = "A tiny plugin"
            requires-python = ">=3.11"
            dependencies = {list(requires)!r}

            [project.entry-points.mediadesk]
            {name} = "{module}"

            [tool.mediadesk.plugin]
            api = ">=1,<2"
            title = "{name.title()}"

            [tool.hatch.build.targets.wheel]
            packages = ["{module}"]
            """),
        encoding="utf-8",
    )
    return folder


def link(name: str, kind: int = stat.S_IFLNK) -> zipfile.ZipInfo:
    """Describe an entry that is a link, or something of another `kind`."""
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    return entry


def patched(path: Path, edit: Callable[[bytes], bytes]) -> Path:
    """Change the bytes of a file."""
    path.write_bytes(edit(path.read_bytes()))
    return path


def _texts(recipe: Recipe) -> Mapping[str, bytes]:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {recipe.name}",
        f"Version: {recipe.version}",
        *([f"Requires-Python: {recipe.requires_python}"] if recipe.requires_python else []),
        *(f"Requires-Dist: {each}" for each in recipe.requires),
    ]
    metadata = recipe.metadata and recipe.metadata.format(normal="\n".join(lines))
    found: dict[str, str | bytes | None] = {
        "METADATA": "\n".join(lines) + "\n" if metadata == "" else metadata,
        "WHEEL": recipe.wheel and recipe.wheel.format(tag=recipe.tag),
        "entry_points.txt": recipe.entry_points,
        "mediadesk.json": recipe.raw_manifest
        or (msgspec.json.encode(recipe.manifest) if recipe.manifest else None),
    }
    return {
        name: text.encode() if isinstance(text, str) else text
        for name, text in found.items()
        if text is not None
    }


def _checksum(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _name(each: str | zipfile.ZipInfo) -> str:
    return each if isinstance(each, str) else each.filename


@dataclass(frozen=True)
class Evil:
    """A wheel that must be refused: how it is made, and words of the reason that is to be told."""

    says: str
    make: Callable[[Path], Path] = field(repr=False)


def _with(says: str, *names: str | zipfile.ZipInfo, data: bytes = b"X = 2\n") -> Evil:
    """A wheel with more files of these names."""
    files = [*Recipe.files, *((each, data) for each in names)]
    return Evil(says, lambda folder: write(folder, Recipe(files=files)))


def _but(says: str, **changes: Any) -> Evil:  # noqa: ANN401
    """A wheel that is right but for these fields of its recipe."""
    return Evil(says, lambda folder: write(folder, Recipe(**changes)))


def _plugin_with(says: str, *names: str, data: bytes = b"X = 2\n") -> Evil:
    """A plugin's wheel with more files of these names."""
    more = [(each, data) for each in names]
    recipe = plugin_recipe()
    return _plugin_but(says, files=[*recipe.files, *more])


def _plugin_but(says: str, **changes: Any) -> Evil:  # noqa: ANN401
    """A plugin's wheel that is right but for these fields of its recipe."""
    return Evil(says, lambda folder: write(folder, replace(plugin_recipe(), **changes)))


def _bytes(says: str, edit: Callable[[bytes], bytes], **changes: Any) -> Evil:  # noqa: ANN401
    """A wheel whose bytes were changed."""
    return Evil(says, lambda folder: patched(write(folder, Recipe(**changes)), edit))


def _lines(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change the rows of RECORD one by one; an empty one is left out."""
    return lambda text: "".join(f"{new}\n" for row in text.splitlines() if (new := change(row)))


_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def _put(data: bytes, at: int, form: str, value: int) -> bytes:
    """Overwrite a number."""
    changed = bytearray(data)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


def _poke(data: bytes, mark: bytes, offset: int, form: str, value: int) -> bytes:
    """Overwrite a number in the first record that starts with `mark`."""
    return _put(data, data.index(mark) + offset, form, value)


def _flag(bit: int) -> Callable[[bytes], bytes]:
    return lambda data: _poke(_poke(data, _LOCAL, 6, "<H", bit), _CENTRAL, 8, "<H", bit)


def _overlapping(data: bytes) -> bytes:
    """Let the second entry of the directory point to the first one's data, as a bomb does."""
    return _put(data, data.index(_CENTRAL, data.index(_CENTRAL) + 4) + 42, "<L", 0)


def _sixty_four(data: bytes) -> bytes:
    end = data.rindex(_END)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 99, 99)
    return data[:end] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1) + data[end:]


def _commented(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", 4) + b"PK.."


def _named(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new)


def _not_unicode(data: bytes) -> bytes:
    """Take away the mark that a name is in UTF-8."""
    return _put(data, data.rindex("tiny_lib/ä.py".encode()) - 46 + 8, "<H", 0)


def _remarked(number: int) -> zipfile.ZipInfo:
    """Describe an entry that takes a lot of room in the directory."""
    entry = zipfile.ZipInfo(f"tiny_lib/{number}", _TIME)
    entry.comment = b"x" * 0xFFFF
    return entry


def _shortened(data: bytes) -> bytes:
    """Take the last byte away from the first file's data."""
    at = data.index(_CENTRAL) + 20
    return _put(data, at, "<L", data[at] - 1)


def _swallowed(data: bytes) -> bytes:
    """Let the first entry's remark in the directory hide the second entry."""
    second = data.index(_CENTRAL, data.index(_CENTRAL) + 4)
    return _poke(data, _CENTRAL, 32, "<H", data.index(_CENTRAL, second + 4) - second)


def _hidden(data: bytes) -> bytes:
    """Put something behind the data of the last file, inside its stated size."""
    directory, last, more = data.index(_CENTRAL), data.rindex(_CENTRAL), b"hidden"
    (size,) = struct.unpack_from("<L", data, last + 20)
    data = _put(data, last + 20, "<L", size + len(more))
    data = _put(data, data.rindex(_LOCAL) + 18, "<L", size + len(more))
    data = _put(data, data.rindex(_END) + 16, "<L", directory + len(more))
    return data[:directory] + more + data[directory:]


_LONG = "/".join(["tiny_lib", *["x" * 40] * 6, "y.py"])

EVIL: Mapping[str, Evil] = {
    # the file
    "no zip": _bytes("no zip file", lambda _: b"#!/bin/sh\nrm -rf ~\n"),
    "empty": _bytes("no zip file", lambda _: b""),
    "cut off": _bytes("no zip file", lambda data: data[:-30]),
    "cut in the middle": _bytes("directory is wrong", lambda data: data[:40] + data[90:]),
    "something before it": _bytes("before or after", lambda data: b"#!/bin/sh\n" + data),
    "something after it": _bytes("added at its end", lambda data: data + b"more"),
    "a comment with another archive": _bytes("no zip file", _commented),
    "64-bit records": _bytes("64-bit", _sixty_four),
    "flipped bit": _bytes("damaged", lambda data: _poke(data, _LOCAL, 41, "<H", 0xABCD)),
    # its name and who it says it is
    "no wheel's name": _but("NAME-VERSION", file="tiny.whl"),
    "name in Cyrillic": _but("NAME-VERSION", file="tіny-1.0-py3-none-any.whl"),
    "for another system": _but("another Python or system", tag="py3-none-solaris_sparc"),
    "for Python 2": _but("another Python or system", tag="cp27-none-any"),
    "for a later Python": _but("needs Python", requires_python=">=3.99"),
    "METADATA of another name": _but(
        "lies", metadata="Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"
    ),
    "METADATA of another version": _but(
        "lies", metadata="Metadata-Version: 2.1\nName: tiny-lib\nVersion: 2.0\n"
    ),
    "METADATA without a name": _but("lies", metadata="Metadata-Version: 2.1\nVersion: 1.0\n"),
    "METADATA with two names": _but("lies", metadata="{normal}\nName: other\n"),
    "METADATA with two Pythons": _but(
        "wrong requires-python", metadata="{normal}\nRequires-Python: >=3.8\n"
    ),
    "METADATA with a wrong requirement": _but("requires “this is none”", requires=["this is none"]),
    "folder of another version": _but("lies", info="tiny_lib-2.0.dist-info"),
    "folder of another name": _but("one folder", info="other-1.0.dist-info"),
    "a second package's folder": _with("one folder", "numpy-9.9.dist-info/INSTALLER"),
    "no METADATA": _but("no METADATA", metadata=None),
    "no WHEEL": _but("no WHEEL", wheel=None),
    "a later format of wheels": _but("format", wheel="Wheel-Version: 2.0\nTag: {tag}\n"),
    "METADATA of nine megabytes": _but(
        "METADATA is larger",
        metadata="{normal}\n\n" + "word " * 1_800_000,
        compression=zipfile.ZIP_STORED,
    ),
    # RECORD
    "no RECORD": _but("no RECORD", record=lambda _: None),
    "wrong hash": _but(
        "didn't match RECORD", record=_lines(lambda row: row.replace("sha256=", "sha256=A"))
    ),
    "hash left out": _but(
        "not included in RECORD",
        record=_lines(lambda row: row.partition(",")[0] + ",," if "lib.py" in row else row),
    ),
    "file left out": _but(
        "not mentioned in RECORD", record=_lines(lambda row: "" if "lib.py" in row else row)
    ),
    "file missing": _but("gone.py is missing", record=lambda text: f"gone.py,,\n{text}"),
    "hash of a weak kind": _but(
        "no usable checksum", record=_lines(lambda row: row.replace("sha256=", "md5="))
    ),
    "RECORD is no table": _but("RECORD is wrong", record=lambda _: "a,b\n"),
    # paths
    "climbs out": _with("leads outside", "../evil.py"),
    "climbs out from within": _with("leads outside", "tiny_lib/../../evil.py"),
    "absolute": _with("leads outside", "/tmp/evil.py"),  # noqa: S108 - that is the trick
    "drive letter": _with("has “:”", "C:/evil.py"),
    "another stream of a file": _with("has “:”", "tiny_lib.py:evil"),
    "backslashes": _with("has “\\”", "..\\evil.py"),
    "NUL": _bytes(
        "control character",
        _named(b"evilX.py", b"evil\0.py"),
        files=[*Recipe.files, ("evilX.py", b"")],
    ),
    "device of Windows": _with("device", "tiny_lib/aux.py"),
    "trailing dot": _with("dot or space", "tiny_lib/evil./x.py"),
    "trailing space": _with("dot or space", "tiny_lib/evil.py "),
    "too long": _with("longer than", _LONG),
    "the same twice": _with("twice", "tiny_lib.py"),
    "the same but for case": _with("twice", "TINY_lib.py"),
    "a file inside a file": _with("inside another file", "tiny_lib.py/evil.py"),
    "link": _with("is a link", link("passwd.py"), data=b"/etc/passwd"),
    "pipe": _with("no ordinary file", link("pipe.py", stat.S_IFIFO)),
    "device file": _with("no ordinary file", link("memory.py", stat.S_IFCHR)),
    "folder with contents": _with("contents of its own", "tiny_lib_more/"),
    # letters
    "not in the normal form": _with("normal form", "tiny_lib_more/e\u0301.py"),
    "right to left": _with("invisible", "tiny_lib_more/\u202eyp.exe"),
    "zero width": _with("invisible", "tiny_lib_more/a\u200bb.py"),
    "line break": _with("invisible", "tiny_lib_more/a\nb.py"),
    "Cyrillic module": _with("not written in ASCII", "numрy/__init__.py"),
    "ligature module": _with("not written in ASCII", "ﬁle.py"),
    "not in UTF-8": _bytes(
        "not in UTF-8", _not_unicode, files=[*Recipe.files, ("tiny_lib/ä.py", b"")]
    ),
    # what it brings
    "pth file": _plugin_with("run unasked", "evil.pth"),
    "pth file by another way": _plugin_with("run unasked", "mediadesk_tiny-1.0.data/purelib/a.pth"),
    "sitecustomize": _with("own", "sitecustomize.py"),
    "numpy": _with("“numpy”, which is MediaDesk's", "numpy/__init__.py"),
    "numpy as a namespace": _with("“numpy”, which is MediaDesk's", "numpy/evil.py"),
    "numpy in capitals": _with("“NumPy”, which is MediaDesk's", "NumPy/__init__.py"),
    "numpy compiled": _with("“numpy”, which is", "numpy.cpython-311-x86_64-linux-gnu.so"),
    "numpy by another way": _with(
        "“numpy”, which is", "tiny_lib-1.0.data/purelib/numpy/__init__.py"
    ),
    "numpy by its own name": _but("MediaDesk itself brings", name="numpy"),
    "the namespace of MediaDesk": _with("“mediadesk”, which is", "mediadesk/api/evil.py"),
    "a module of Python": _with("“json”, which is Python's", "json.py"),
    "script": _plugin_with("leave its folder", "mediadesk_tiny-1.0.data/scripts/evil"),
    "data": _plugin_with("leave its folder", "mediadesk_tiny-1.0.data/data/etc/evil"),
    "headers": _plugin_with("leave its folder", "mediadesk_tiny-1.0.data/headers/evil.h"),
    "its own folder by another way": _with(
        "another package", "tiny_lib-1.0.data/purelib/tiny_lib-1.0.dist-info/mediadesk.json"
    ),
    "the same by two ways": _with("twice", "tiny_lib-1.0.data/platlib/tiny_lib.py"),
    # size and packing
    "bomb": _with("swells", "tiny_lib_more/zeros", data=bytes(30 << 20)),
    "many small bombs": _with(
        "swells", *(f"tiny_lib_more/{n}" for n in range(40)), data=bytes(1 << 20)
    ),
    "too many files": _with(
        "20000 files", *(f"tiny_lib_more/{n}" for n in range(20_001)), data=b""
    ),
    "larger than it says": _bytes("another size", lambda data: _poke(data, _CENTRAL, 24, "<L", 3)),
    "smaller than it says": _bytes(
        "another size", lambda data: _poke(data, _CENTRAL, 24, "<L", 300)
    ),
    "entries on each other": _bytes("on top of", _overlapping),
    "something hidden behind a file": _bytes("hidden", _hidden),
    "more files than it says": _bytes(
        "says that it holds 2 files, and holds 4",
        lambda data: _poke(_poke(data, _END, 8, "<H", 2), _END, 10, "<H", 2),
    ),
    "a file swallowed by the remark on another": _bytes("says that it holds 4", _swallowed),
    "a huge directory": Evil(
        "its directory is larger",
        lambda folder: write(folder, Recipe(files=[(_remarked(n), b"") for n in range(200)])),
    ),
    "runs into the directory": _bytes(
        "on top of the directory",
        lambda data: _put(data, data.rindex(_CENTRAL) + 20, "<L", len(data)),
    ),
    "a wrong checksum": _bytes(
        "the checksum of “tiny_lib.py”", lambda data: _poke(data, _CENTRAL, 16, "<L", 1)
    ),
    "no header": _bytes("“tiny_lib.py” has no header", _named(_LOCAL, b"PK\x03\x05")),
    "a file cut off": _bytes("“tiny_lib.py” is cut off", _shortened),
    "header and directory differ": _bytes(
        "the header of", lambda data: data.replace(b"tiny_lib.py", b"evil_lib.py", 1)
    ),
    "encrypted": _bytes("encrypted", _flag(1)),
    "strongly encrypted": _bytes("encrypted", _flag(0x41)),
    "bzip2": _but("deflate", compression=zipfile.ZIP_BZIP2),
    "lzma": _but("deflate", compression=zipfile.ZIP_LZMA),
    # the manifest
    "manifest is no JSON": _plugin_but("manifest", raw_manifest=b"{nonsense"),
    "manifest of another version": _plugin_but("manifest says", manifest=manifest(version="9.0")),
    "manifest of another package": _plugin_but(
        "manifest says", manifest=manifest(distribution="mediadesk-other")
    ),
    "manifest with a wrong API range": _plugin_but("can't be used", manifest=manifest(api="new")),
    "manifest with more fields": _plugin_but(
        "manifest", raw_manifest=msgspec.json.encode({"format": 1, "evil": True})
    ),
    "another entry point": _plugin_but("entry point", entry_points="[mediadesk]\ntiny = os\n"),
    "two entry points": _plugin_but(
        "entry point", entry_points="[mediadesk]\ntiny = mediadesk_tiny\nmore = os\n"
    ),
    "entry points without values": _plugin_but(
        "no list of entry points", entry_points="[mediadesk]\ntiny\n"
    ),
    "no entry point": _plugin_but("entry point", entry_points=None),
    "module of the entry point missing": _plugin_but(
        "lacks the module", files=[("mediadesk_other.py", b"")]
    ),
    "requirements kept quiet": _plugin_but(
        "different requirements", requires=["mediadesk>=0.1", "numpy", "evil-lib"]
    ),
}
"""Each trick by its name."""
