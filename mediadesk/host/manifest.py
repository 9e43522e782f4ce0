"""What a plugin says of itself: its name, the API it needs, what it wants to do and why."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from mediadesk.api import API_VERSION, UserError

FILE = "mediadesk.json"
"""Its name inside a wheel's `.dist-info`."""
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?", re.ASCII)
_KEYWORDS = (
    "type", "title", "description", "default", "enum", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "items", "minItems", "maxItems",
    "uniqueItems", "properties", "required", "additionalProperties",
)  # fmt: skip
"""What settings may be made of: all that the form can show, and nothing that fetches or hangs."""
_MOST_BYTES = 256 << 10
_INTERPRETER = re.compile(
    r"(ba|da|z|k|c|tc|fi|a)?sh|python[\d.]*w?|perl|ruby|node|php|lua|awk|cmd|powershell|pwsh|env|sudo"
    r"|su|xargs|busybox|ssh|osascript|wscript|cscript"
)
LONGEST_NAME = 40
_LONGEST_SENTENCE = 300


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wish to fetch from these hosts; each is a name, `*.name`, or either with `:port`."""

    hosts: tuple[str, ...]
    reason: str


class Programs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wish that MediaDesk starts these programs, by their names."""

    names: tuple[str, ...]
    reason: str


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One permission as a person reads it; `detail` is a host or program, or empty."""

    permission: str
    detail: str
    reason: str

    @property
    def what(self) -> tuple[str, str]:
        """What is allowed, without the reason given for it."""
        return self.permission, self.detail


class Permissions(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"
):
    """What a plugin may do; None is no. The texts are the reasons it gives."""

    read_media: str | None = None
    read_history: str | None = None
    write_data: str | None = None
    gpu: str | None = None
    network: Network | None = None
    programs: Programs | None = None

    def grants(self) -> tuple[Grant, ...]:
        """List the permissions one by one."""
        plain = {
            "read-media": self.read_media,
            "read-history": self.read_history,
            "write-data": self.write_data,
            "gpu": self.gpu,
        }
        found = [
            Grant(permission=name, detail="", reason=reason)
            for name, reason in plain.items()
            if reason is not None
        ]
        if self.network:
            found += [
                Grant(permission="network", detail=host, reason=self.network.reason)
                for host in self.network.hosts
            ]
        if self.programs:
            found += [
                Grant(permission="programs", detail=name, reason=self.programs.reason)
                for name in self.programs.names
            ]
        return tuple(found)

    def beyond(self, earlier: "Permissions") -> tuple[Grant, ...]:
        """Give what these permissions allow and `earlier` ones do not."""
        had = {grant.what for grant in earlier.grants()}
        return tuple(grant for grant in self.grants() if grant.what not in had)


class Resources(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"
):
    """How much a plugin needs: mebibytes of memory, seconds for one file or call, open files.

    `disk_mb` are mebibytes in its own folder and in temporary files, together.
    """

    memory_mb: int = 1024
    seconds: int = 60
    cpu_seconds: int = 60
    open_files: int = 128
    disk_mb: int = 512


LEAST = Resources(memory_mb=16, seconds=1, cpu_seconds=1, open_files=1, disk_mb=1)
"""What a plugin may ask for at least: one that does nothing was seen to need 8 MiB of memory."""
MOST = Resources(memory_mb=8192, seconds=900, cpu_seconds=900, open_files=1024, disk_mb=16384)
"""What a plugin may ask for at most."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plugin's description, as it lies in its wheel.

    `name` is that of its entry point, `module` what the entry point loads, `distribution` and
    `requires` are the package's, `translations` are locale → English text → text.
    """

    format: int = 1
    name: str
    distribution: str
    version: str
    module: str
    title: str
    summary: str = ""
    api: str
    permissions: Permissions = Permissions()
    resources: Resources = Resources()
    settings: dict[str, Any] = {}
    translations: dict[str, dict[str, str]] = {}
    requires: tuple[str, ...] = ()

    def check_api(self) -> None:
        """Refuse a plugin made for another API.

        Raises:
            UserError: if this MediaDesk's API is not in the range.
        """
        if API_VERSION not in SpecifierSet(self.api):
            raise UserError(
                f"The plugin “{self.name}” {self.version} needs the plugin API {self.api}, and "
                f"this MediaDesk has {API_VERSION}: look for another version of either."
            )

    def text(self, english: str, locale: str) -> str:
        """Translate one of the plugin's texts; what has no translation stays English."""
        for known in (locale, locale.partition("_")[0]):
            if found := self.translations.get(known, {}).get(english):
                return found
        return english

    def defaults(self) -> dict[str, Any]:
        """Give the settings' default values."""
        properties: Mapping[str, Any] = self.settings.get("properties", {})
        return {name: each["default"] for name, each in properties.items() if "default" in each}


def decode(raw: bytes, *, source: str) -> Manifest:
    """Read a manifest from a wheel and check every field of it.

    Raises:
        UserError: if it is no manifest, or says what no manifest may say; `source` is named.
    """
    try:
        if len(raw) > _MOST_BYTES:  # checking its settings takes time
            raise msgspec.DecodeError(f"it is larger than {_MOST_BYTES >> 10} kB")
        return checked(msgspec.json.decode(raw, type=Manifest), source=source)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(
            f"The manifest of “{source}” is wrong ({error}): ask its maker to pack it again."
        ) from error


def checked(manifest: Manifest, *, source: str) -> Manifest:
    """Give the manifest if all it says makes sense.

    Raises:
        UserError: otherwise; `source` is named.
    """
    try:
        _check(manifest)
    except RecursionError as error:
        raise UserError(
            f"The manifest of “{source}” is wrong (it is nested too deeply): ask its maker to mend "
            "it."
        ) from error
    except (ValueError, TypeError) as error:
        raise UserError(f"The plugin in “{source}” can't be used: {error}.") from error
    return manifest


def _check(manifest: Manifest) -> None:
    if manifest.format != 1:
        raise ValueError(f"its manifest has the format {manifest.format}, and 1 is known here")
    if not _NAME.fullmatch(manifest.name) or len(manifest.name) > LONGEST_NAME:
        raise ValueError(
            f"its name “{manifest.name}” is not made of small letters, digits and single hyphens, "
            f"{LONGEST_NAME} at most"
        )
    if not _MODULE.fullmatch(manifest.module):
        raise ValueError(f"its entry point “{manifest.module}” names no module")
    if not manifest.distribution.isascii() or not canonicalize_name(manifest.distribution):
        raise ValueError(f"its package is called “{manifest.distribution}”")
    Version(manifest.version)
    SpecifierSet(manifest.api)
    if not SpecifierSet(manifest.api):
        raise ValueError("it does not say which API it needs")
    _check_texts(manifest)
    _check_permissions(manifest.permissions)
    for field in Resources.__struct_fields__:
        wish, least, most = (getattr(each, field) for each in (manifest.resources, LEAST, MOST))
        if not least <= wish <= most:
            name = field.replace("_", "-")
            raise ValueError(f"its wish for {name} is {wish}, not between {least} and {most}")
    if manifest.settings:
        _check_settings(manifest)


def _check_texts(manifest: Manifest) -> None:
    reasons = (grant.reason for grant in manifest.permissions.grants())
    for text in (manifest.title, manifest.summary, *reasons):
        for locale in ("", *manifest.translations):
            _check_line(manifest.text(text, locale))


def _check_line(line: str) -> None:
    if len(line) > _LONGEST_SENTENCE or not line.isprintable():
        raise ValueError(f"“{line[:60]!r}” is no line of at most {_LONGEST_SENTENCE} characters")


def _check_permissions(permissions: Permissions) -> None:
    for grant in permissions.grants():
        if not grant.reason.strip():
            raise ValueError(f"it gives no reason for the permission “{grant.permission}”")
        if grant.permission == "network" and not _HOST.fullmatch(grant.detail):
            raise ValueError(f"“{grant.detail}” is no host")
        if grant.permission == "programs" and not re.fullmatch(r"[\w.+-]+", grant.detail, re.ASCII):
            raise ValueError(f"“{grant.detail}” is no program's name")
        if grant.permission == "programs" and _INTERPRETER.fullmatch(grant.detail):
            raise ValueError(f"“{grant.detail}” runs whatever it is told, and is no player")
    for wish in (permissions.network, permissions.programs):
        if wish and not any(wish.hosts if isinstance(wish, Network) else wish.names):
            raise ValueError("it wants a permission for nothing in particular")


def _check_settings(manifest: Manifest) -> None:
    properties = manifest.settings.get("properties", {})
    if not isinstance(properties, dict) or not all(
        isinstance(p, dict) for p in properties.values()
    ):
        raise ValueError("the properties of its settings are no tables")
    if strange := _keywords(manifest.settings).difference(_KEYWORDS):
        raise ValueError(f"its settings use “{min(strange)}”: there are {', '.join(_KEYWORDS)}")
    if manifest.settings.get("type") != "object":
        raise ValueError("its settings are no JSON Schema of the type “object”")
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(manifest.settings)
    except SchemaError as error:
        raise ValueError(f"its settings are no JSON Schema: {error.message}") from error
    if wrong := _wrong({**manifest.settings, "required": []}, manifest.defaults()):
        raise ValueError(f"a default of its settings is wrong: {wrong[1]}")


def _keywords(schema: object) -> set[str]:
    """Name every keyword of a schema; the names of its properties are none."""
    if not isinstance(schema, dict):
        return set()
    own: dict[str, Any] = schema.get("properties", {})
    nested = [*(own.values() if isinstance(own, dict) else ()), schema.get("items")]
    return set(schema).union(*map(_keywords, nested))


def _wrong(schema: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, str] | None:
    """Say where values do not suit a schema, and why; no schema is ever fetched from elsewhere."""
    from jsonschema import Draft202012Validator  # takes as long to import as all the rest
    from jsonschema.exceptions import best_match
    from referencing import Registry

    try:
        error = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(values))
    except (ValueError, ArithmeticError) as failed:  # it divides whatever stands there
        return "", f"a number is too large or none ({failed})"
    return error and (".".join(map(str, error.absolute_path)), error.message)


def check_settings(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a person's settings, completed by the defaults.

    Raises:
        UserError: if one is wrong; it is named.
    """
    complete = manifest.defaults() | dict(values)
    if wrong := _wrong({"additionalProperties": False, **manifest.settings}, complete):
        where, why = wrong
        raise UserError(
            f"“{where or 'the settings'}” of the plugin “{manifest.name}” can't be set so: {why}."
        )
    return complete
