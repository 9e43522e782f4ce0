"""Commands that plugins make able: asking, importing a history."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from mediadesk.api.types import EventKind
from mediadesk.cli.browse import line
from mediadesk.cli.common import AsJson, Limit, Profile, counting, emit, engine
from mediadesk.engine.messages import Answer, Imported, ImportedLine

_MOST_SHOWN = 200
_MOST_STARS = 5
_DAY_SECONDS = 86_400


def ask(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What you look for, in your own words.")],
    limit: Limit = 20,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question in plain language."""
    with engine(context) as opened:
        found = opened.ask(text, limit=limit, profile=profile)
        opened.searched(text, profile=profile)
        emit(found, as_json=as_json, text=_answer)


def import_history(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(help="What another program exported, as it came: a file, or a ZIP of them."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what matches.")] = False,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Take over what was watched, heard and liked in another program."""
    with engine(context) as opened:
        with counting("Read", opened.import_progress, unit="KiB", as_json=as_json):
            found = opened.import_history(file, dry_run=dry_run, profile=profile)
        emit(found, as_json=as_json, text=_imported)


def import_nfos(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what is new.")] = False,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Take over what NFO files tell of watching, stars and tags, and tags of music of stars."""
    with engine(context) as opened:
        found = opened.writing.import_nfos(dry_run=dry_run, profile=profile)
        emit(found, as_json=as_json, text=_imported)


def undo_import(context: typer.Context, profile: Profile = None, as_json: AsJson = False) -> None:
    """Take back the last import."""
    with engine(context) as opened:
        taken = opened.undo_import(profile=profile)
        emit({"taken_back": taken}, as_json=as_json, text=lambda _: f"Lines taken back: {taken}.")


def _answer(answer: Answer) -> str:
    chips = [f"{chip.field}: {chip.value or _range(chip.low, chip.high)}" for chip in answer.chips]
    lines = [" · ".join(chips)] if chips else []
    lines += [f"Nearest to: {answer.meaning}"] if answer.meaning else []
    lines += [f"Not understood: {', '.join(answer.not_understood)}"] * bool(answer.not_understood)
    return "\n".join([*lines, *map(line, answer.items)]) or "Nothing fits."


def _range(low: float | None, high: float | None) -> str:
    return f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}"


def _imported(found: Imported) -> str:
    done = "taken over" if found.kept else "would be taken over"
    new = found.matched - found.known
    unmatched = f"{found.missed:,} without a match"
    lines = [f"{found.importer}: {new:,} {done}, {found.known:,} known already, {unmatched}."]
    if not found.kept:
        lines += [f"  {_told(each)} → {each.found}" for each in found.lines]
        lines += [f"  and {new - len(found.lines):,} more"] * (new > len(found.lines) > 0)
    lines += [f"  no match: {_told(each)}" for each in found.unmatched[:_MOST_SHOWN]]
    if (more := found.missed - sum(each.times for each in found.unmatched[:_MOST_SHOWN])) > 0:
        lines.append(f"  and {more:,} more without a match: “--json” lists all")
    lines += [f"  left out: {sentence}" for sentence in found.left_out]
    return "\n".join(lines)


def _told(line: ImportedLine) -> str:
    work = line.title + (f" ({line.year})" if line.year else "")
    artist = f", by {line.artist}" if line.artist else ""
    when = f"{line.times:,} times" if line.times > 1 else _day(line.at)
    return ", ".join(filter(None, (f"{work}{artist}", _did(line), when)))


def _did(line: ImportedLine) -> str:
    if line.kind == EventKind.RATED:
        return f"{line.kind} {line.value * _MOST_STARS:g} of {_MOST_STARS} stars"
    return f"{line.kind} {line.value:.0%}" if line.kind == EventKind.PLAYED else line.kind


def _day(at: float) -> str:
    """Give a date, nothing for none; a day that was told alone is in UTC."""
    if not at:
        return ""
    zone = UTC if at % _DAY_SECONDS == 0 else None
    return datetime.fromtimestamp(at, zone).date().isoformat()
