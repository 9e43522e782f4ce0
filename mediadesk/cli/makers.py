"""Commands for those who make plugins: from an empty folder to a signed package."""

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from mediadesk import resources
from mediadesk.api.errors import UserError
from mediadesk.cli.common import AsJson, emit, said

Folder = Annotated[Path, typer.Argument(help="The plugin's folder.")]
_PASSWORD = "MEDIADESK_KEY_PASSWORD"  # noqa: S105 - the name of a variable

_KEYS = """\
Secret: {secret} (keep it to yourself, and keep a copy)
Public: {public}
Key id: {key_id} (people see it before they install: publish it where they can compare)"""


def new(
    name: Annotated[str, typer.Argument(help="Small letters, digits and single hyphens.")],
    kind: Annotated[str, typer.Option(help="What it shall be, such as extractor or panel.")],
    folder: Annotated[Path, typer.Option(help="Where to make it.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Make the folder of a new plugin: a working example with tests."""
    from mediadesk.host.makers.new import new as made_new

    made = made_new(name, kind, folder.resolve())
    emit({"made": str(made)}, as_json=as_json, text=lambda _: f"Made {made}.")


def check(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A plugin's folder, wheel or bundle.")],
    wheelhouse: Annotated[
        Path | None, typer.Option(help="A folder of wheels, with those that it needs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a plugin, and try out everything it offers in a process of its own."""
    from mediadesk.host.install.addresses import at_home
    from mediadesk.host.makers.check import check as checked
    from mediadesk.models import Models
    from mediadesk.settings import Places, load

    places = Places.find(said(context).data_dir)
    now = load(places.settings)
    if wheelhouse is None and now.wheelhouse:
        wheelhouse = at_home(now.wheelhouse)
    models = Models(places.cache)
    try:
        report = checked(
            source.resolve(),
            run=models.run,
            wheelhouse=wheelhouse,
            wheel_index=now.wheel_index or None,
            settings=str(places.settings),
        )
    finally:
        models.close()
    marks = {"ok": "ok ", "warning": " ! ", "error": "!! "}
    emit(
        report,
        as_json=as_json,
        text=lambda found: "\n".join(
            f"{marks[each.level]} {each.what}: {each.sentence}" for each in found.findings
        ),
    )
    if any(each.level == "error" for each in report.findings):
        raise typer.Exit(1)


def pack(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Where to put the package.")] = Path(),
    wheelhouse: Annotated[
        Path | None, typer.Option(help="A folder of wheels: make a bundle with those it needs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Pack a plugin's folder into a wheel, or into a bundle with the libraries it needs."""
    from mediadesk.host.package.pack import pack as packed

    made = packed(folder.resolve(), out.resolve(), wheelhouse=wheelhouse)
    emit({"package": str(made)}, as_json=as_json, text=lambda _: f"Packed {made}.")


def keygen(
    folder: Annotated[Path, typer.Argument(help="Where to keep the two files of the key.")],
    as_json: AsJson = False,
) -> None:
    """Make the key that your plugins are signed with; keep the secret half to yourself."""
    from mediadesk.host.package.signature import keygen as made

    keys = made(folder.resolve(), _password(twice=True))
    told = {"secret": str(keys.secret), "public": str(keys.public), "key_id": keys.key_id}
    emit(told, as_json=as_json, text=lambda _: _KEYS.format(**told))


def sign(
    package: Annotated[Path, typer.Argument(help="The wheel or bundle.")],
    key: Annotated[Path, typer.Option(help="The secret key of “mediadesk plugins keygen”.")],
    as_json: AsJson = False,
) -> None:
    """Sign a package: its signature is put beside it and belongs to it."""
    from mediadesk.host.package.signature import sign as signed

    made = signed(package.resolve(), key.resolve(), _password(twice=False))
    emit({"signature": str(made)}, as_json=as_json, text=lambda _: f"Signed: {made}")


def reference() -> None:
    """Print the reference of the plugin interface, in Markdown."""
    sys.stdout.write(resources.path("docs/plugin-api.md").read_text(encoding="utf-8"))


def _password(*, twice: bool) -> str | None:
    """Ask for the key's password; the environment answers where nobody can."""
    if _PASSWORD in os.environ:
        return os.environ[_PASSWORD] or None
    if not sys.stdin.isatty():
        raise UserError(f"The key's password is needed: put it into {_PASSWORD}, empty for none.")
    first = getpass("Password of the key (empty for none): ")
    if twice and getpass("Once more: ") != first:
        raise UserError("These were two different passwords: try again.")
    return first or None
