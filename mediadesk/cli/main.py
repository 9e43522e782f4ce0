"""Puts the commands together; `mediadesk` alone opens the window."""

import functools
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from mediadesk import __version__, log
from mediadesk.api.errors import UserError
from mediadesk.cli import (
    analysis,
    asking,
    browse,
    collections,
    filing,
    makers,
    organising,
    playing,
    plugins,
    queue,
    recommendations,
    safety,
    system,
    window,
    writing,
)
from mediadesk.cli.common import Context, check_words, fail
from mediadesk.settings import Places

app = typer.Typer(
    name="mediadesk",
    help="A private media manager that understands your own files and says what to play next.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"mediadesk {__version__}\n")
        raise typer.Exit


def main(
    context: typer.Context,
    data_dir: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            envvar="MEDIADESK_DATA_DIR",
            help="Where the library lives.",
            show_default=False,
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens.")] = False,
    safe: Annotated[bool, typer.Option("--safe", help="Start without installed plugins.")] = False,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Open the window, or run one of the commands below."""
    if data_dir == "":
        raise UserError("An empty --data-dir is no folder: write which one you mean.")
    folder = Path(data_dir) if data_dir else None
    _write_anything()
    log.configure(Places.find(folder).data, verbose=verbose)
    context.obj = Context(folder, context.obj, safe=safe)
    if context.invoked_subcommand is None:
        guarded(window.gui)(context)


def _write_anything() -> None:
    """Write UTF-8 into files and pipes, and on a terminal what it can show, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding=None if stream.isatty() else "utf-8", errors="backslashreplace"
            )


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn every error of a command into one sentence, in JSON where that was asked for."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the command takes
        try:
            check_words(kwargs.values())
            return command(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except Exception as error:  # noqa: BLE001 - `fail` logs what is no UserError
            fail(error, as_json=bool(kwargs.get("as_json")))

    return run


app.callback(invoke_without_command=True)(guarded(main))

folders = typer.Typer(help="The folders that MediaDesk looks through.", no_args_is_help=True)
folders.command("add")(guarded(analysis.add))
folders.command("remove")(guarded(analysis.remove))
folders.command("list")(guarded(analysis.list_folders))
folders.command("scan")(guarded(analysis.scan))
for name, command in filing.FOLDER_COMMANDS.items():
    folders.command(name)(guarded(command))
app.add_typer(folders, name="library")
for name, command in filing.COMMANDS.items():
    app.command(name)(guarded(command))

app.command()(guarded(analysis.analyze))
app.command(epilog=browse.SEARCH_HELP)(guarded(browse.items))
app.command(epilog=browse.SEARCH_HELP)(guarded(browse.series))
app.command(epilog=browse.SEARCH_HELP)(guarded(browse.albums))
app.command(epilog=browse.SEARCH_HELP)(guarded(browse.artists))
app.command()(guarded(browse.item))
app.command()(guarded(browse.similar))
app.command("for-you")(guarded(recommendations.for_you))
app.command()(guarded(recommendations.why))
app.command()(guarded(recommendations.feedback))
app.command()(guarded(recommendations.event))

app.command()(guarded(writing.write))

for name, command in organising.COMMANDS.items():
    app.command(name)(guarded(command))
about_collections = typer.Typer(help="Collections, and smart ones.", no_args_is_help=True)
for name, command in collections.COMMANDS.items():
    about_collections.command(name)(guarded(command))
app.add_typer(about_collections, name="collection")

app.command()(guarded(asking.ask))
for name, command in playing.COMMANDS.items():
    app.command(name)(guarded(command))

imports = typer.Typer(help="What comes from other programs.", no_args_is_help=True)
imports.command("history")(guarded(asking.import_history))
imports.command("nfo")(guarded(asking.import_nfos))
imports.command("undo")(guarded(asking.undo_import))
app.add_typer(imports, name="import")

about_plugins = typer.Typer(help="The plugins.", no_args_is_help=True)
_ABOUT_PLUGINS: dict[str, Callable[..., Any]] = {
    "list": plugins.list_plugins,
    "info": plugins.info,
    "install": plugins.install,
    "update": plugins.update,
    "rollback": plugins.rollback,
    "remove": plugins.remove,
    "enable": plugins.enable,
    "disable": plugins.disable,
    "settings": plugins.settings,
    "budget": plugins.budget,
    "price": plugins.price,
    "log": plugins.log,
    "offers": plugins.offers,
    "pages": plugins.pages,
    "page": plugins.page,
    "new": makers.new,
    "check": makers.check,
    "pack": makers.pack,
    "keygen": makers.keygen,
    "sign": makers.sign,
    "reference": makers.reference,
}
for name, command in _ABOUT_PLUGINS.items():
    about_plugins.command(name)(guarded(command))
app.add_typer(about_plugins, name="plugins")

background = typer.Typer(help="The work in the background.", no_args_is_help=True)
background.command("list")(guarded(queue.list_queue))
background.command("cancel")(guarded(queue.cancel))
background.command("resume")(guarded(queue.resume))
background.command("first")(guarded(queue.first))
background.command("retry")(guarded(queue.retry))
background.command("battery")(guarded(queue.battery))
app.add_typer(background, name="queue")

models = typer.Typer(help="The models.", no_args_is_help=True)
models.command("list")(guarded(system.list_models))
app.add_typer(models, name="models")

app.command()(guarded(system.doctor))
app.command()(guarded(safety.backup))
app.command()(guarded(safety.restore))
app.command()(guarded(window.demo))
app.command()(guarded(window.gui))
