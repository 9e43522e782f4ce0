"""Packages that are not what they seem: none of these is ever installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import install_factory
import wheel_factory
from integration.gallery.exhibit import REFUSED, Exhibit, Making
from integration.gallery.visits import analysed

from mediadesk.host.package import signature

if TYPE_CHECKING:
    from integration.gallery.museum import Museum

_USES_PRIVATE = """
import private_lib
class Part(Learns):
    def encode(self, samples, run):
        return [Feature(data={"version": private_lib.VERSION}) for _ in samples]
@hookimpl
def extractors(): return [Part()]
"""


def _evil(trick: str) -> Making:
    """Make a wheel with a trick of `wheel_factory`."""
    return lambda _, folder: wheel_factory.EVIL[trick].make(folder)


def _with(name: str, *files: str) -> Making:
    """Make a plugin's wheel with more files."""

    def make(_: Museum, folder: Path) -> Path:
        recipe = wheel_factory.plugin_recipe(name)
        more = [(each, b"X = 1\n") for each in files]
        return wheel_factory.write(folder, replace(recipe, files=[*recipe.files, *more]))

    return make


def _settings(schema: Mapping[str, Any]) -> Making:
    """Make a plugin with this schema of its settings."""

    def make(_: Museum, folder: Path) -> Path:
        return wheel_factory.plugin(folder, "schema", settings={"type": "object", **schema})

    return make


def _signed(
    folder: Path, version: str, key: Path | None, name: str = "signed", **more: str
) -> Path:
    made = wheel_factory.plugin(folder, name, version, **more)
    if key is not None:
        signature.sign(made, key)
    return made


def _changed(_: Museum, folder: Path) -> Path:
    """Sign one wheel, and put another in its place."""
    good = _signed(folder / "good", "1.0", install_factory.key(folder / "key"))
    bad = _signed(folder / "bad", "1.0", None, source="EVIL = 1\n")
    (folder / "bad" / f"{bad.name}.minisig").write_bytes(
        good.with_name(f"{good.name}.minisig").read_bytes()
    )
    return bad


def _flipped(_: Museum, folder: Path) -> Path:
    made = _signed(folder, "1.0", install_factory.key(folder / "key"))
    return wheel_factory.patched(made, lambda data: data[:90] + b"\xff\x00" + data[92:])


def _other_statement(_: Museum, folder: Path) -> Path:
    """Rename a signed older version to a newer one."""
    old = _signed(folder / "old", "1.0", install_factory.key(folder / "key"))
    new = _signed(folder / "new", "2.0", None)
    new.with_name(f"{new.name}.minisig").write_bytes(
        old.with_name(f"{old.name}.minisig").read_bytes()
    )
    return new


def _update_by(key: str | None, name: str) -> Making:
    """Install a signed plugin, and make an update that another key, or nobody, signed."""

    def make(museum: Museum, folder: Path) -> Path:
        maker = install_factory.key(folder / "maker")
        museum.install(_signed(folder / "first", "1.0", maker, name))
        other = install_factory.key(folder / key) if key else None
        return _signed(folder / "second", "2.0", other, name)

    return make


def _old_one_works(name: str) -> Callable[[Museum], None]:
    def proof(museum: Museum) -> None:
        assert (museum.view(name).version, museum.view(name).state) == ("1.0", "ready")
        museum.engine.remove_plugin(name, with_data=True)

    return proof


def _confusion(museum: Museum, folder: Path) -> Path:
    """Bundle a private library, of which the index has a higher version of a stranger."""
    exhibit = next(each for each in PACKAGES if each.name == "confusion")
    own = wheel_factory.plugin(
        folder,
        "confusion",
        source=exhibit.full_source(museum),
        requires=("mediadesk>=0.1", "private-lib"),
        permissions=exhibit.permissions,
    )
    return wheel_factory.bundle(folder, own, [wheel_factory.library(folder, "private-lib", "1.0")])


def _own_version(museum: Museum) -> None:
    assert {data["version"] for data in museum.learnt("confusion-part").values()} == {"1.0"}


def _half_a_bundle(_: Museum, folder: Path) -> Path:
    """Bundle one of two libraries; the other one is in the index."""
    own = wheel_factory.plugin(
        folder, "half", requires=("mediadesk>=0.1", "private-lib", "tiny-lib")
    )
    return wheel_factory.bundle(folder, own, [wheel_factory.library(folder)])


def _bundled(**more: Any) -> Making:  # noqa: ANN401
    """Make a bundle with a library that is not what it seems."""

    def make(_: Museum, folder: Path) -> Path:
        own = wheel_factory.plugin(folder, "bundled", requires=("mediadesk>=0.1", "tiny-lib"))
        return wheel_factory.bundle(folder, own, [wheel_factory.library(folder, **more)])

    return make


def _wants(*requires: str) -> Making:
    return lambda _, folder: wheel_factory.plugin(folder, "wants", requires=requires)


def _deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


def _refused(name: str, tries: str, make: Making, *says: str, by: str, **more: Any) -> Exhibit:  # noqa: ANN401
    return Exhibit(
        name=name, tries=tries, make=make, says=says, stopped_by=by, state=REFUSED, **more
    )


_READER = "the reader of packages, before anything is unpacked"
_TRUST = "signatures; the first key is remembered"
PACKAGES = [
    _refused(
        "wrong-api",
        "is made for a later API",
        lambda _, folder: wheel_factory.plugin(folder, "wrong-api", api=">=2"),
        "needs the plugin API >=2",
        by="check of the API",
    ),
    _refused(
        "taste",
        "calls itself like a plugin of MediaDesk",
        lambda _, folder: wheel_factory.plugin(folder, "taste"),
        "“taste” comes with MediaDesk",
        by="names that are taken",
    ),
    _refused(
        "poses-as-package",
        "says in its manifest that it is another package",
        _evil("manifest of another package"),
        "lies about what it is",
        by=_READER,
    ),
    _refused(
        "two-in-one",
        "has a second entry point",
        _evil("two entry points"),
        "entry point",
        by=_READER,
    ),
    _refused("tampered", "was changed after it was signed", _changed, "changed after", by=_TRUST),
    _refused("flipped", "was damaged on its way", _flipped, "can't be used", by=_READER),
    _refused(
        "renamed",
        "is an old version with a new number and the old signature",
        _other_statement,
        "changed after it was signed",
        by=_TRUST,
    ),
    _refused(
        "other-key",
        "is an update that another key signed",
        _update_by("thief", "robbed"),
        "until now, and this is signed with the key",
        by=_TRUST,
        proof=_old_one_works("robbed"),
    ),
    _refused(
        "no-key",
        "is an update that nobody signed, of what was signed",
        _update_by(None, "abandoned"),
        "until now, and this is not signed",
        by=_TRUST,
        proof=_old_one_works("abandoned"),
    ),
    _refused(
        "zip-slip", "climbs out of its folder", _evil("climbs out"), "leads outside", by=_READER
    ),
    _refused("absolute", "names an absolute path", _evil("absolute"), "leads outside", by=_READER),
    _refused("symlink", "is a link to /etc/passwd", _evil("link"), "is a link", by=_READER),
    _refused("zip-bomb", "swells from 30 kB to 30 MB", _evil("bomb"), "swells", by=_READER),
    _refused(
        "overlap-bomb",
        "has files that lie on each other",
        _evil("entries on each other"),
        "on top of",
        by=_READER,
    ),
    _refused(
        "turned-around",
        "has a file whose name is written from right to left",
        _evil("right to left"),
        "invisible",
        by=_READER,
    ),
    _refused(
        "cyrillic",
        "has a module “numрy” with a Cyrillic letter",
        _evil("Cyrillic module"),
        "not written in ASCII",
        by=_READER,
    ),
    _refused(
        "unicode-name",
        "has a Cyrillic letter in the name of its file",
        _evil("name in Cyrillic"),
        "NAME-VERSION",
        by=_READER,
    ),
    _refused(
        "pth",
        "brings a .pth file, which runs unasked",
        _evil("pth file"),
        "run unasked",
        by=_READER,
    ),
    _refused(
        "script",
        "brings a script for the PATH",
        _evil("script"),
        "leave its folder",
        by=_READER,
    ),
    _refused(
        "shadows-json",
        "brings a json.py of its own",
        _with("shadows-json", "json.py"),
        "“json”, which is Python's own",
        by=_READER,
    ),
    _refused(
        "shadows-numpy",
        "brings a numpy of its own",
        _with("shadows-numpy", "numpy/__init__.py"),
        "“numpy”, which is MediaDesk's own",
        by=_READER,
    ),
    _refused(
        "shadows-inside",
        "brings a library that brings a mediadesk of its own",
        _bundled(files=[("mediadesk/__init__.py", b"X = 1\n")]),
        "“mediadesk”, which is MediaDesk's own",
        by=_READER,
    ),
    _refused(
        "wants-address",
        "needs a library from an address of its own",
        _wants("mediadesk", "private-lib @ https://evil.example/private_lib-1.0-py3-none-any.whl"),
        "an address of its own",
        by="libraries come from one place, that a person set",
    ),
    _refused(
        "half",
        "bundles one library, and leaves the other to the index",
        _half_a_bundle,
        "private-lib",
        "its bundle",
        by="libraries come from one place: the bundle",
    ),
    Exhibit(
        name="confusion",
        tries="a stranger put a higher version of its private library into the index",
        stopped_by="libraries come from one place: the bundle",
        state="ready",
        says=(),
        make=_confusion,
        source=_USES_PRIVATE,
        visit=analysed,
        proof=_own_version,
    ),
    _refused(
        "schema-hangs",
        "has settings with a pattern that takes for ever",
        _settings({"properties": {"a": {"pattern": "(a+)+$", "default": "a" * 40 + "!"}}}),
        "“pattern”",
        by="few keywords for settings",
    ),
    _refused(
        "schema-fetches",
        "has settings that are described elsewhere",
        _settings({"properties": {"a": {"$dynamicRef": "http://127.0.0.1/x", "default": 1}}}),
        "“$dynamicRef”",
        by="few keywords for settings",
    ),
    _refused(
        "schema-deep",
        "has settings that are 500 deep",
        _settings({"properties": {"a": _deep(500)}}),
        "manifest",
        "is wrong",
        by="check of the manifest",
    ),
    _refused(
        "manifest-huge",
        "has a manifest of 7 MB",
        _settings(
            {
                "properties": {
                    f"x{n}": {"type": "string", "default": "x" * 60} for n in range(70_000)
                }
            }
        ),
        "larger than",
        by="check of the manifest",
    ),
    _refused(
        "shouting",
        "has a title of a thousand letters, in German",
        lambda _, folder: wheel_factory.plugin(
            folder, "shouting", translations={"de": {"Shouting": "X" * 1_000}}
        ),
        "no line",
        by="check of the manifest",
    ),
]
