"""What a plugin's source folder says of it: the manifest that its pyproject.toml makes."""

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from mediadesk.api import PROJECT, UserError
from mediadesk.host.manifest import (
    Manifest,
    Network,
    Permissions,
    Programs,
    Resources,
    checked,
)

T = TypeVar("T")


class Project(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """What counts here of the table `[project]` of a pyproject.toml."""

    name: str
    version: str
    entry_points: dict[str, dict[str, str]]
    description: str = ""
    dependencies: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The table `[tool.mediadesk.plugin]` of a pyproject.toml."""

    api: str
    title: str = ""
    permissions: Permissions = Permissions()
    resources: Resources = Resources()
    settings: dict[str, Any] = {}
    translations: dict[str, dict[str, str]] = {}


def read(folder: Path) -> Manifest:
    """Read the manifest of a plugin's source folder from its pyproject.toml.

    Raises:
        UserError: if there is none, or it is wrong; the file is named.
    """
    file = folder / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            f"“{folder}” has no pyproject.toml, so it is no plugin's folder: give another, or make "
            "a plugin with “mediadesk plugins new”."
        ) from error
    except (ValueError, RecursionError) as error:  # of a number or nesting without end, too
        raise UserError(f"“{file}” is no TOML ({error}): mend it there.") from error
    except OSError as error:
        raise UserError(
            f"“{file}” can't be read ({error.strerror}): a plugin's folder needs it."
        ) from error
    try:
        project = _part(document["project"], Project, "project")
        points = project.entry_points[PROJECT]
        table = _part(document["tool"][PROJECT]["plugin"], Table, f"tool.{PROJECT}.plugin")
        if len(points) != 1:
            raise UserError(
                f"“{file}” has {len(points)} entry points in the group “{PROJECT}”: give it one."
            )
        ((name, module),) = points.items()
        made = Manifest(
            name=name,
            distribution=project.name,
            version=project.version,
            module=module,
            title=table.title or name,
            summary=project.description,
            api=table.api,
            permissions=table.permissions,
            resources=table.resources,
            settings=table.settings,
            translations=table.translations,
            requires=project.dependencies,
        )
    except KeyError as error:
        raise UserError(
            f"“{file}” lacks {error}: a plugin needs [project] with name and version, "
            f"[project.entry-points.{PROJECT}] and [tool.{PROJECT}.plugin]."
        ) from error
    except ValueError as error:
        raise UserError(f"“{file}” {error}") from error
    except TypeError as error:
        raise UserError(f"“{file}” is wrong ({error}): mend it.") from error
    return checked(made, source=str(file))


def _part(found: object, kind: type[T], name: str) -> T:
    """Give a table of a pyproject.toml as what it should be, or raise a ValueError that tells."""
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise ValueError(_told(error, name)) from error


def _told(error: msgspec.ValidationError, table: str) -> str:
    """Say what is wrong in a table, and where; of an unknown key, which one may be meant."""
    what, _, path = str(error).partition(" - at `$")
    where = f"[{table}{path.rstrip('`')}]"
    unknown = re.match(r"Object contains unknown field `(.*)`", what)
    if unknown is None:
        return f"is wrong at {where} ({what}): mend it."
    structs = (Table, Permissions, Network, Programs, Resources)
    known = {each.encode_name for struct in structs for each in msgspec.structs.fields(struct)}
    near = get_close_matches(unknown[1], known, 1)
    remedy = f"did you mean “{near[0]}”?" if near else "take it out."
    return f"has “{unknown[1]}” in {where}, which nothing reads: {remedy}"
