"""Everything that a key can do, in one list that is also its help; and a person's own keys."""

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

Where = Literal["everywhere", "player", "elsewhere", "lists"]
"""In which pages a key counts: in all, in the player, in all but it, where items are arranged."""
LISTS = frozenset({"library", "group"})


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to do, what it is called, and the keys that do it, “G, L” is G and then L."""

    name: str
    says: str
    keys: tuple[str, ...] = ()
    where: Where = "everywhere"


GROUPS: Mapping[str, tuple[Key, ...]] = {
    "Go to": (
        Key("for-you", "For you", ("G, F", "Ctrl+1")),
        Key("library", "Library", ("G, L", "Ctrl+2")),
        Key("collections", "Collections", ("G, C", "Ctrl+3")),
        Key("tidy", "Tidy up", ("G, T", "Ctrl+4")),
        Key("activity", "Activity", ("G, A", "Ctrl+5")),
        Key("plugins", "Plugins", ("G, P", "Ctrl+6")),
        Key("settings", "Settings", ("G, S", "Ctrl+7", "Ctrl+,")),
        Key("player", "What plays", ("G, N",)),
        Key("ledger", "What was learnt"),
        Key("quality", "How good the recommendations are"),
        Key("privacy", "Privacy"),
        Key("sync", "Sync", ("G, Y",)),
        Key("back", "Back", ("Alt+Left",)),
        Key("forward", "Forward", ("Alt+Right",)),
    ),
    "Window": (
        Key("search", "Search the library", ("/", "Ctrl+F")),
        Key("palette", "Find a command, an item or a collection", ("Ctrl+K", "Ctrl+Shift+P")),
        Key("menu", "Show what can be done with it", ("Shift+F10",)),
        Key("escape", "Close what is open, else go back", ("Escape",)),
        Key("undo", "Undo what was done last", ("Ctrl+Z",)),
        Key("redo", "Do it again", ("Ctrl+Shift+Z", "Ctrl+Y")),
        Key("add-folder", "Add a folder", ("Ctrl+O",)),
        Key("scan", "Scan: look for new and changed files", ("F5",)),
        Key("pause", "Pause the work in the background, or go on"),
        Key("backup", "Back the library up"),
        Key("look-system", "Look: the system's"),
        Key("look-light", "Look: light"),
        Key("look-dark", "Look: dark"),
        Key("look-contrast", "Look: high contrast"),
        Key("guide", "Show the guide of the first start"),
        Key("demo", "Try the demo library"),
        Key("help", "All keys", ("?", "F1")),
        Key("quit", "Quit", ("Ctrl+Q",)),
    ),
    "What is chosen": (
        Key("play", "Play", ("P",)),
        Key("play-next", "Play next", ("Alt+Q",)),
        Key("queue", "Add to the queue", ("Q",)),
        Key("like", "Like, or no longer", ("L",)),
        Key("less", "Less like it", ("D",)),
        Key("not-now", "Not now", ("N",)),
        Key("hide", "Hide", ("H",)),
        Key("why", "Why is it here?", ("W",)),
        *(Key(f"rate-{n}", f"Rate with {n} star{'s' * (n > 1)}", (str(n),)) for n in range(1, 6)),
        Key("rate-0", "Take the rating away", ("0",)),
        Key("watched", "Watched, or not", ("S",)),
        Key("tag", "Tag", ("T",)),
        Key("collect", "Put into a collection", ("C",)),
        Key("edit", "Edit", ("E", "F2")),
        Key("identify", "Identify: say which film or series it is", ("I",)),
        Key("write", "Write to files"),
        Key("first", "Analyse before all else"),
    ),
    "Select": (
        Key("pick", "Select the item, or no longer", ("Space",), "elsewhere"),
        Key("pick-all", "Select all", ("Ctrl+A",), "elsewhere"),
    ),
    "Library": (
        Key("filter", "Narrow the library", ("F",), "elsewhere"),
        Key("tab-all", "Everything in the library", ("V, A",), "elsewhere"),
        Key("tab-film", "Films", ("V, F",), "elsewhere"),
        Key("tab-series", "Series", ("V, S",), "elsewhere"),
        Key("tab-clip", "Videos", ("V, V",), "elsewhere"),
        Key("tab-albums", "Albums", ("V, B",), "elsewhere"),
        Key("tab-artists", "Artists", ("V, R",), "elsewhere"),
        Key("tab-song", "Songs", ("V, M",), "elsewhere"),
        Key("tab-recording", "Recordings", (), "elsewhere"),
        Key("view-grid", "As a grid", ("V, G",), "lists"),
        Key("view-list", "As a list", ("V, L",), "lists"),
        Key("view-details", "With details", ("V, D",), "lists"),
        Key("sort", "Sort by something else", ("O",), "lists"),
        Key("jump", "Jump to a letter, a year or a season", ("J",), "lists"),
        Key("larger-cards", "Larger cards", ("+", "="), "lists"),
        Key("smaller-cards", "Smaller cards", ("-",), "lists"),
    ),
    "What plays, from any page": (
        Key("elsewhere-toggle", "Pause or go on", ("Ctrl+Space", "Media Play"), "elsewhere"),
        Key("elsewhere-next", "Next in the queue", ("Media Next",), "elsewhere"),
        Key("elsewhere-previous", "Previous in the queue", ("Media Previous",), "elsewhere"),
        Key("elsewhere-stop", "Stop", ("Media Stop",), "elsewhere"),
    ),
    "Player": (
        Key("toggle", "Pause or go on", ("Space", "K", "Media Play"), "player"),
        Key("stop", "Stop", ("Media Stop",), "player"),
        Key("jump-back", "Back 10 seconds", ("Left",), "player"),
        Key("jump-on", "On 10 seconds", ("Right",), "player"),
        Key("next", "Next in the queue", ("Shift+N", "Media Next"), "player"),
        Key("previous", "Previous in the queue", ("Shift+P", "Media Previous"), "player"),
        Key("next-chapter", "Next chapter or moment", ("PgDown",), "player"),
        Key("previous-chapter", "Chapter or moment before", ("PgUp",), "player"),
        Key("skip", "Skip the intro or the credits", ("Shift+S",), "player"),
        Key("full-screen", "Full screen", ("F", "F11"), "player"),
        Key("mute", "Mute", ("M",), "player"),
        Key("louder", "Louder", ("Ctrl+Up",), "player"),
        Key("quieter", "Quieter", ("Ctrl+Down",), "player"),
        Key("next-audio", "Next sound track", ("B",), "player"),
        Key("next-subtitles", "Next subtitles, or none", ("V",), "player"),
        Key("subtitles-earlier", "Subtitles earlier", ("Z",), "player"),
        Key("subtitles-later", "Subtitles later", ("X",), "player"),
        Key("slower", "Slower", ("[",), "player"),
        Key("faster", "Faster", ("]",), "player"),
        Key("normal-speed", "Normal speed", ("=",), "player"),
        Key("shuffle-queue", "Shuffle the queue", ("U",), "player"),
        Key("repeat", "Repeat all, this one, or nothing", ("R",), "player"),
        Key("show-queue", "Show the queue, or not", ("Shift+Q",), "player"),
    ),
}
KEYS = {key.name: key for keys in GROUPS.values() for key in keys}
FIXED = (
    Key("step", "Go from card to card",
        ("Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDown"), "elsewhere"),
    Key("letter", "Jump to a letter",
        tuple(f"Shift+{letter}" for letter in string.ascii_uppercase), "elsewhere"),
    Key("open", "Open, or press", ("Return", "Enter")),
    Key("part", "Go from part to part", ("Tab", "Shift+Tab", "Shift+Backtab")),
)  # fmt: skip
"""What lists and buttons do with keys themselves, whatever the map says."""
ITEM_ACTS = tuple(key.name for key in GROUPS["What is chosen"])
LIBRARY_ACTS = tuple(key.name for key in GROUPS["Library"])
ELSEWHERE = {
    key.name: key.name.removeprefix("elsewhere-") for key in GROUPS["What plays, from any page"]
}
"""What is done from other pages with what plays → what that is called in the player."""
PLAYER_ONLY = frozenset({*ELSEWHERE.values(), "full-screen", "show-queue"})
"""What is done by another name from other pages, or with the page of the player."""
PICK_ACTS = tuple(key.name for key in GROUPS["Select"])


def tidy(keys: str) -> str:
    """Give keys as the list and the settings write them; empty if they are none."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def shown(keys: Sequence[str]) -> str:
    """Give keys as a person reads them: “G then L or Ctrl+2”."""
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(
        " then ".join(QKeySequence(part).toString(native) for part in one.split(", "))
        for one in keys
    )


class KeyMap(QObject):
    """Which keys do what: the usual ones, and over them a person's own."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._own: dict[str, tuple[str, ...]] = {}
        self._unknown: dict[str, tuple[str, ...]] = {}

    @property
    def own(self) -> dict[str, tuple[str, ...]]:
        """A person's own keys, also those of commands that only another version knows."""
        return self._unknown | self._own

    def of(self, name: str) -> tuple[str, ...]:
        """Give the keys that do something."""
        return self._own.get(name, KEYS[name].keys)

    def named(self, says: str, name: str) -> str:
        """Give what something is called with the first of its keys: “Shuffle (U)”."""
        keys = self.of(name)
        return f"{says} ({shown(keys[:1])})" if keys else says

    def tell(self, told: Callable[[str], object], says: str, name: str) -> None:
        """Hand on what something is called with its key, now and whenever that is another one."""

        def again() -> None:
            told(self.named(says, name))

        self.changed.connect(again)
        again()

    def take(self, own: Mapping[str, Sequence[str]]) -> list[str]:
        """Take a person's own keys; give a sentence for each that means nothing or two things."""
        told = []
        self._own, self._unknown = {}, {}
        for name, some in own.items():
            if name not in KEYS:
                told.append(f"The settings give keys to “{name}”, which is no command: see “?”.")
                self._unknown[name] = tuple(some)
                continue
            keys = tuple(tidy(one) for one in some)
            told += [
                f"The settings give “{name}” the key “{written}”, which is no key: see “?”."
                for written, one in zip(some, keys, strict=True)
                if not one
            ]
            self._own[name] = tuple(one for one in keys if one)
        for name in self._own:
            for one in self._own[name]:
                other = self.taken(name, one)
                if other is not None:
                    told.append(f"“{one}” means both “{KEYS[name].says}” and “{other.says}”.")
        self.changed.emit()
        return told

    def set_keys(self, name: str, keys: Sequence[str]) -> None:
        """Give something other keys."""
        wanted = tuple(dict.fromkeys(keys))
        if wanted == KEYS[name].keys:
            self._own.pop(name, None)
        else:
            self._own[name] = wanted
        self.changed.emit()

    def reset(self, name: str | None = None) -> None:
        """Take the usual keys of one thing, or of all."""
        if name is None:
            self._own.clear()
            self._unknown.clear()
        else:
            self._own.pop(name, None)
        self.changed.emit()

    def taken(self, name: str, keys: str) -> Key | None:
        """Give what else these keys do, or begin with, or are the beginning of."""
        for other in (*KEYS.values(), *FIXED):
            if other.name == name or not _meet(KEYS[name].where, other.where):
                continue
            own = self._own.get(other.name, other.keys)
            if any(_begins(keys, one) or _begins(one, keys) for one in own):
                return other
        return None


class Shortcuts(QObject):
    """Makes the keys of a window do their part, as the map says; or those of a view alone."""

    def __init__(
        self,
        widget: QWidget,
        keys: KeyMap,
        todo: Mapping[str, Callable[[], object]],
        context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
    ) -> None:
        super().__init__(widget)
        self._widget, self._keys, self._todo, self._context = widget, keys, todo, context
        self._made: dict[str, list[QShortcut]] = {}
        self._page = ""
        self._make()
        keys.changed.connect(self._make)

    def run(self, name: str) -> None:
        """Do what the keys of this name do."""
        self._todo[name]()

    def follow(self, page: str) -> None:
        """Have only the keys count that do so on a page."""
        self._page = page
        for name, shortcuts in self._made.items():
            for one in shortcuts:
                one.setEnabled(counts(KEYS[name], page))

    def _make(self) -> None:
        """Make what is not there yet, of those whose keys are other ones."""
        for name in self._todo:
            keys = [QKeySequence(one) for one in self._keys.of(name)]
            made = self._made.get(name, [])
            if [one.key() for one in made] == keys:
                continue
            for one in made:
                one.setEnabled(False)
                one.deleteLater()
            run = partial(self.run, name)
            self._made[name] = [QShortcut(one, self._widget, run) for one in keys]
            for made_one in self._made[name]:
                made_one.setContext(self._context)
        self.follow(self._page)


def counts(key: Key, page: str) -> bool:
    """Whether a key counts on a page."""
    if key.where == "lists":
        return page in LISTS
    return key.where == "everywhere" or (key.where == "player") == (page == "player")


def _meet(one: Where, other: Where) -> bool:
    return "everywhere" in {one, other} or (one == "player") == (other == "player")


def _begins(keys: str, longer: str) -> bool:
    return keys == longer or longer.startswith(f"{keys}, ")
