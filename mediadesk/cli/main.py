"""Puts the commands together; `mediadesk` alone opens the window."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from mediadesk import __version__, log
from mediadesk.api.errors import UserError
from mediadesk.cli import (
    analysis,
    asking,
    browse,
    collections,
    contests,
    evaluate,
    filing,
    identifying,
    ledger,
    makers,
    organising,
    playing,
    plugins,
    privacy,
    profiles,
    queue,
    recommendations,
    safety,
    syncing,
    system,
    window,
    writing,
)
from mediadesk.cli.common import Context, check_words, fail, say_error
from mediadesk.paths import entered
from mediadesk.privacy import gate
from mediadesk.settings import Places

_UsageError: type[typer.BadParameter] = typer.BadParameter.__mro__[1]  # has no public name


class _Program(TyperGroup):
    """Turns every error of a command into one sentence, in JSON where that was asked for."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - its type has no public name
        _write_anything()
        as_json = "--json" in ctx.args
        try:
            check_words([*ctx.params.values(), *ctx.args])
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except _UsageError as error:
            error.message = error.message.removeprefix("Value error, ")  # pydantic's, for no one
            if not as_json:
                raise
            say_error(error.format_message(), as_json=True)
            raise typer.Exit(error.exit_code) from error
        except Exception as error:  # noqa: BLE001 - `fail` logs what is no UserError
            fail(_told(ctx, error) or error, as_json=as_json)


def _told(context: Any, error: Exception) -> UserError | None:  # noqa: ANN401 - as above
    """Give what is to be said where the library turns out to be damaged while it is used."""
    from mediadesk.store import safety

    said = context.find_object(Context)
    return safety.told(Places.find(said.data_dir).database, error) if said else None


class _Command(TyperCommand):
    """Spells what was said as `paths` does, but for files that the command opens itself."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        ctx.params = {name: _spelled(value) for name, value in ctx.params.items()}
        return super().invoke(ctx)


def _spelled(value: Any) -> Any:  # noqa: ANN401 - whatever a command takes
    if isinstance(value, list | tuple):
        return type(value)(map(_spelled, value))
    return entered(value) if isinstance(value, str) else value


app = typer.Typer(
    name="mediadesk",
    cls=_Program,
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
    private: Annotated[
        bool, typer.Option("--private", help="Record nothing of what this command does.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Open the window, or run one of the commands below."""
    if data_dir == "":
        raise UserError("An empty --data-dir is no folder: write which one you mean.")
    folder = Path(data_dir) if data_dir else None
    log.configure(Places.find(folder).data, verbose=verbose)
    gate.shut(Places.find(folder).data)
    context.obj = Context(folder, context.obj, safe=safe, private=private)
    if context.invoked_subcommand is None:
        window.gui(context)


def _write_anything() -> None:
    """Write UTF-8 into files and pipes, and on a terminal what it can show, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding=None if stream.isatty() else "utf-8", errors="backslashreplace"
            )


app.callback(invoke_without_command=True)(main)

_COMMANDS: dict[str, dict[str, Callable[..., Any]]] = {
    "Look and search": {
        "items": browse.items,
        "item": browse.item,
        "series": browse.series,
        "albums": browse.albums,
        "artists": browse.artists,
        "graph": browse.graph,
        "similar": browse.similar,
        "ask": asking.ask,
    },
    "For you": {
        "for-you": recommendations.for_you,
        "start": recommendations.start,
        "why": recommendations.why,
        "feedback": recommendations.feedback,
        "event": recommendations.event,
        **playing.COMMANDS,
    },
    "Organise": {**organising.COMMANDS, "identify": identifying.identify},
    "Your files": {"analyze": analysis.analyze, **filing.COMMANDS, "write": writing.write},
    "The program": {
        "gui": window.gui,
        "demo": window.demo,
        "backup": safety.backup,
        "restore": safety.restore,
        "settings": system.settings,
        "doctor": system.doctor,
    },
}
"""Title of a part of the help → command → what it does."""

_GROUPS: dict[str, tuple[str, str, dict[str, Callable[..., Any]]]] = {
    "library": (
        "Your files",
        "The folders that MediaDesk looks through.",
        {
            "add": analysis.add,
            "remove": analysis.remove,
            "list": analysis.list_folders,
            "scan": analysis.scan,
            **filing.FOLDER_COMMANDS,
        },
    ),
    "collection": (
        "Organise",
        "Collections, and smart ones, which hold what a search finds.",
        collections.COMMANDS,
    ),
    "import": (
        "Organise",
        "Take over what other programs know: histories, NFO files, and stars in tags.",
        {
            "history": asking.import_history,
            "nfo": asking.import_nfos,
            "undo": asking.undo_import,
        },
    ),
    "queue": (
        "Your files",
        "The work in the background.",
        {
            "list": queue.list_queue,
            "pause": queue.pause,
            "cancel": queue.cancel,
            "resume": queue.resume,
            "first": queue.first,
            "retry": queue.retry,
            "battery": queue.battery,
        },
    ),
    "plugins": (
        "The program",
        "The plugins.",
        {
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
        },
    ),
    "profiles": ("For you", "Whose marks and taste there are.", profiles.COMMANDS),
    "ledger": ("For you", ledger.ABOUT, ledger.COMMANDS),
    "contest": ("For you", contests.ABOUT, contests.COMMANDS),
    "privacy": ("The program", privacy.ABOUT, privacy.COMMANDS),
    "sync": ("The program", syncing.ABOUT, syncing.COMMANDS),
    "eval": ("The program", evaluate.ABOUT, evaluate.COMMANDS),
    "models": ("The program", "The models.", {"list": system.list_models}),
}
"""Group of commands → title of its part of the help, what it is about, command → what it does."""

_ALONE: dict[str, Callable[..., Any]] = {"eval": evaluate.ranking, "ledger": ledger.show}
"""Group → what it does by its options, without a command."""

_SEARCHING = frozenset({"items", "series", "albums", "artists"})

for title, commands in _COMMANDS.items():
    for name, command in commands.items():
        more = browse.SEARCH_HELP if name in _SEARCHING else None
        app.command(name, cls=_Command, epilog=more, rich_help_panel=title)(command)
for group, (title, about, commands) in _GROUPS.items():
    made = typer.Typer(help=about, no_args_is_help=group != "ledger")  # which is a list by itself
    if group in _ALONE:
        made.callback(invoke_without_command=True)(_ALONE[group])
    for name, command in commands.items():
        made.command(name, cls=_Command)(command)
    app.add_typer(made, name=group, rich_help_panel=title)
