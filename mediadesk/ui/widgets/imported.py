"""What an import does or did, in lines and tables."""

from mediadesk.engine.messages import Imported, ImportedLine
from mediadesk.ui import item_words, words
from mediadesk.ui.plugin_words import Sign
from mediadesk.ui.widgets.table import TextTable

_MOST = 500
_MOST_STARS = 5.0
_COLUMNS = ("Title", "Year", "What", "When")
_SHORT = (1, 2, 3)
_DID = {
    "finished": "watched",
    "played": "played",
    "liked": "liked",
    "like": "liked",
    "rated": "rated",
    "seen": "watched",
    "less": "disliked",
}


def signs(found: Imported) -> list[Sign]:
    """What an import does, or did, in a few lines."""
    new = found.matched - found.known
    verb = "taken over" if found.kept else "would be taken over"
    told = [Sign(f"{words.count(new, 'line')} of your items {verb}", "check", "good")]
    if found.known:
        several = "is" if found.known == 1 else "are"
        told.append(Sign(f"{words.count(found.known, 'line')} {several} known already", "history"))
    if found.missed:
        several = "is" if found.missed == 1 else "are"
        told.append(
            Sign(
                f"{words.count(found.missed, 'line')} {several} about nothing in your "
                "library; import the file again when you have added it",
                "search",
                "warning",
            )
        )
    return [*told, *(Sign(sentence, "info", "warning") for sentence in found.left_out)]


def tables(found: Imported) -> dict[str, TextTable]:
    """The first lines of what is about the library, and of what is not, under their headings."""
    made = {}
    if found.lines:
        name = "Taken over" if found.kept else "What would be taken over"
        name = _first(name, len(found.lines), found.matched - found.known)
        rows = [(*_cells(one), one.found) for one in found.lines]
        made[name] = TextTable(name, (*_COLUMNS, "Your item"), rows, short=_SHORT)
    if found.unmatched:
        rows = [_cells(one) for one in found.unmatched[:_MOST]]
        name = _first("About nothing in your library", len(rows), len(found.unmatched))
        made[name] = TextTable(name, _COLUMNS, rows, short=_SHORT)
    return made


def _first(name: str, shown: int, of: int) -> str:
    return f"{name}: the first {shown:,} of {of:,}" if shown < of else name


def _cells(one: ImportedLine) -> tuple[str, ...]:
    when = item_words.moment(one.at) if one.at else ""
    if one.times > 1:
        when = f"{one.times:,} times"
    title = f"{one.title} · {one.artist}" if one.artist else one.title
    return title, str(one.year or ""), _did(one), when


def _did(one: ImportedLine) -> str:
    did = _DID.get(one.kind, one.kind)
    if one.kind == "rated":
        return f"{did} {item_words.stars(one.value * _MOST_STARS)}"
    return f"{did} {one.value:.0%}" if one.kind == "played" else did
