"""Everything in the library: searched, narrowed, sorted, and as series, albums and artists."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import get_args

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QButtonGroup, QStackedWidget, QVBoxLayout

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Browse,
    Browsing,
    Facet,
    GroupKind,
    GroupView,
    Status,
    Verbs,
)
from mediadesk.ui import search_text, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.offers import only_free
from mediadesk.ui.pages.page import Page
from mediadesk.ui.subject import GROUP_NAMES, of_group
from mediadesk.ui.subject_acts import SubjectActs
from mediadesk.ui.widgets.browser import Browser
from mediadesk.ui.widgets.controls import (
    Button,
    IconButton,
    OneLine,
    Sentence,
    head,
    label,
    row,
    tab_order,
)
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.facets import FacetPanel
from mediadesk.ui.widgets.jump_bar import JumpBar
from mediadesk.ui.widgets.subject_grid import SubjectGrid

TYPING_MS = 120
TABS = {
    "": "All",
    "film": "Films",
    "series": "Series",
    "clip": "Videos",
    "albums": "Albums",
    "artists": "Artists",
    "song": "Songs",
    "recording": "Recordings",
}
HINTS = {
    "film": "A video counts as a film from 40 minutes on, or where an NFO file says so.",
    "series": "Series are known by NFO files, or by names such as “Show S01E02.mkv”.",
    "albums": "Albums are known by the tags in music files.",
    "artists": "Artists are known by the tags in music files.",
}
"""How what stands under a tab comes to stand there."""
GROUPS: tuple[GroupKind, ...] = get_args(GroupKind)
_SOUNDS = tuple(kind for kind in words.KINDS if kind in words.SOUND_KINDS)
_MEMBERS = {
    "series": ("episode",),
    "clip": ("clip", "music-video", "concert", "home-video", "talk"),
    "albums": _SOUNDS,
    "artists": _SOUNDS,
    "recording": ("recording", "audiobook", "podcast"),
}
"""The kinds that stand under a tab, or of which its groups are made: the filters count those."""
_COUNTED = {"series": "episodes", "albums": "tracks", "artists": "tracks"}
"""What the filters say that they count."""


class LibraryPage(Page):
    """The items that a search finds, or the series, albums or artists that they belong to."""

    title = "Library"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._text = ""
        self._tab = ""
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._look)
        self.subject_acts = SubjectActs(desk, self)
        self.browser = Browser(desk, name="All items of the library")
        self.browser.counted.connect(self._count_items)
        self.browser.misread.connect(self._misread)
        self.browser.asked.connect(self._ask_facets)
        self.groups = SubjectGrid(desk, self.subject_acts, "Series, albums and artists")
        self.jumps = JumpBar(desk.theme)
        self.jumps.hide()
        self.jumps.jumped.connect(self.groups.jump)
        self.jumps.left.connect(self.take_keyboard)
        self.groups.lettered.connect(self.jumps.jump_by_text)
        self.groups.keyed.connect(self.act)
        self.groups.verticalScrollBar().valueChanged.connect(self._follow)
        self.facets = FacetPanel(desk.theme)
        self.facets.toggled.connect(self._narrow)
        self.facets.hide()
        desk.search_wanted.connect(self._come)
        self._build()
        self._look()

    def _build(self) -> None:
        theme, desk = self._desk.theme, self._desk
        self._count = OneLine("", "muted").hug()
        tabs = QButtonGroup(self)
        self.chips: dict[str, Button] = {}
        for tab, name in TABS.items():
            chip = Button(theme, name, partial(self.show_tab, tab), role="chip")
            chip.setCheckable(True)
            chip.setChecked(not tab)
            tabs.addButton(chip)
            self.chips[tab] = chip
        self.filter_button = IconButton(theme, "filter", "Filters", self._toggle_facets, size=18)
        desk.keys.tell(self.filter_button.say, "Filters", "filter")
        self.filter_button.setCheckable(True)
        self.save_button = IconButton(
            theme, "bookmark", "Save this search as a smart collection", self._save, size=18
        )
        arrangement = self.browser.arrangement
        policy = arrangement.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # else all below moves from tab to tab
        arrangement.setSizePolicy(policy)
        top = head(
            label(self.title, "hero"), 8, self._count, self.save_button, 0, arrangement, spacing=8
        )
        top.setContentsMargins(8, 0, 20, 0)
        narrow = row(self.filter_button, 4, *self.chips.values(), 0, spacing=6)
        narrow.setContentsMargins(4, 0, 20, 4)
        self.hint = Sentence("", "muted")
        self.hint.setContentsMargins(8, 0, 20, 0)
        self.none = Empty(
            theme,
            "search",
            "Nothing found",
            "The library has nothing for this search.",
            Button(theme, "Show everything", self._show_all, role="primary"),
        )
        self.no_folder = Empty(
            theme,
            "folder",
            "The library is empty",
            "Add a folder with films, videos or music: its files appear here at once.",
            add := Button(
                theme, "Add a folder", desk.folder_wanted.emit, role="primary", drawn="add"
            ),
            demo := Button(theme, "Try the demo", desk.demo_wanted.emit, drawn="play"),
        )
        only_free(desk, add, demo)
        desk.freed.connect(self._tell_tools)
        self._faces = QStackedWidget(self)
        for widget in (self.browser, self.groups, self.none, self.no_folder):
            self._faces.addWidget(widget)
        body = row(self.facets, self._faces, self.jumps, spacing=4)
        body.setStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 8, 12, 0)
        box.setSpacing(8)
        box.addLayout(top)
        box.addLayout(narrow)
        box.addWidget(self.hint)
        box.addLayout(body, 1)
        above = (self.save_button, *arrangement.stops, self.filter_button, *self.chips.values())
        tab_order(*above, self.facets, *self.browser.stops, self.groups, self.jumps)
        self._tell_tools()

    @property
    def wanted(self) -> Browse:
        """What is looked at, but for its order."""
        return Browse(text=self._text, kinds=self._kinds)

    @property
    def _kinds(self) -> tuple[str, ...]:
        return _MEMBERS.get(self._tab, (self._tab,) if self._tab else ())

    def search(self, text: str) -> None:
        """Narrow to what a search finds, shortly after the last letter was typed."""
        if text != self._text:
            self._text = text
            self._typing.start()

    def show_tab(self, tab: str) -> None:
        """Narrow to a kind, or turn to the series, albums or artists."""
        self.chips[tab].setChecked(True)
        self._tab = tab
        self._look()

    def enter(self) -> None:
        self.browser.stale()  # what happened meanwhile is told to the page that is seen alone
        self._ask()

    def change_hands(self) -> None:
        """Show nothing of who looked until now."""
        self.browser.change_hands()

    def refresh(self, what: frozenset[str]) -> None:
        if self._tab in GROUPS:
            if "items" in what:
                self._ask()
        else:
            self.browser.refresh(what)

    def act(self, action: str) -> None:
        tab = action.removeprefix("tab-")
        if action == "filter":
            self._toggle_facets()
        elif tab != action:
            self.show_tab("" if tab == "all" else tab)
        elif self._tab not in GROUPS:
            self.browser.act(action)
        elif action != "jump":
            self.groups.act(action)
        elif self.jumps.isVisible():
            self.jumps.setFocus()

    def call_off(self) -> bool:
        """Close the filters."""
        if self.facets.isHidden():
            return False
        self._toggle_facets()
        return True

    @property
    def can_pick(self) -> bool:
        return self.browser.isVisibleTo(self)

    def take_keyboard(self) -> None:
        seen = self._faces.currentWidget()
        if seen is self.groups:
            self.groups.take_keyboard(self.groups.here or 0)
        elif isinstance(seen, Empty):
            seen.take_keyboard()
        else:
            self.browser.take_keyboard()

    def _come(self, text: str) -> None:
        """A search that comes from another page is for all kinds."""
        if text and not self.isVisible():
            self.chips[""].setChecked(True)
            self._tab = ""

    def _look(self) -> None:
        """Look at what is wanted by now."""
        self._tell_tools()
        if self._tab not in GROUPS:
            arrangement = self.browser.arrangement
            self.browser.look_at(
                replace(self.wanted, sort=arrangement.sort, descending=arrangement.descending)
            )
        else:
            self._ask()

    def _ask(self) -> None:
        """Ask again for what is looked at."""
        if self._tab in GROUPS:
            self._questions.attempt(
                self._take_groups, self._refused, Browsing.groups, self._tab, text=self._text
            )
            self._ask_facets(self.wanted)
        else:
            self.browser.ask()

    def _tell_tools(self) -> None:
        """Show the tools that are of use now."""
        items = self._tab not in GROUPS
        self.browser.arrangement.setVisible(items)
        looks = bool(self._text or self._tab)
        self.save_button.setVisible(items and looks and not self._desk.limited)

    def _take_groups(self, groups: Sequence[GroupView]) -> None:
        if self._tab not in GROUPS:
            return  # an answer from before
        self.hint.say("")
        subjects = [of_group(one) for one in groups]
        new = [f"{one.unseen:,} new" if 0 < one.unseen < one.items else "" for one in groups]
        tiles = [
            replace(subject.tile, pill=pill) for subject, pill in zip(subjects, new, strict=True)
        ]
        self.groups.show_subjects(subjects, tiles)
        letters: dict[str, int] = {}
        for place, one in enumerate(groups):
            letters.setdefault(one.letter, place)
        self.jumps.show_jumps(tuple(letters.items()))
        self._follow()
        self._count.say(words.count(len(groups), *GROUP_NAMES[self._tab]))
        self._show_found(self.groups, len(groups))

    def _count_items(self, count: int) -> None:
        if self._tab in GROUPS:
            return  # an answer from before
        self._count.say(words.count(count, "item"))
        self.jumps.show_jumps(())
        self._show_found(self.browser, count)

    def _follow(self) -> None:
        here = self.groups.here if self.groups.sees_here else self.groups.first_seen()
        if here is not None:
            self.jumps.follow(here)

    def _show_found(self, view: Browser | SubjectGrid, count: int) -> None:
        """Show a view, or why it would be empty; the keyboard goes along."""
        seen, focused = self._faces.currentWidget(), QApplication.focusWidget()
        had = focused is not None and self._faces.isAncestorOf(focused)
        if count:
            self._faces.setCurrentWidget(view)
        elif self._text or self._tab:
            wanted = self._text or TABS[self._tab]
            hint = "" if self._text else HINTS.get(self._tab, "")
            self.none.say(
                "Nothing found", f"The library has nothing for “{wanted}”. {hint}".strip()
            )
            self._faces.setCurrentWidget(self.none)
        else:
            self._questions.ask(self._explain_empty, Verbs.status)
            self._faces.setCurrentWidget(self.no_folder)
        if had and self._faces.currentWidget() is not seen and self.isVisible():
            self.take_keyboard()

    def _explain_empty(self, status: Status) -> None:
        if self._desk.limited:
            self.no_folder.say(
                "Nothing for you to see yet", "Who looks after the library says what you may see."
            )
        elif status.folders:
            self.no_folder.say(
                "Nothing to play in your folders yet",
                "Copy films, videos or music into them, or add another folder.",
            )

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self._misread(str(error))
        else:
            self._desk.report(error)

    def _misread(self, sentence: str) -> None:
        """Say quietly why a search isn't understood: it may be half typed."""
        items = self._faces.currentWidget() is self.browser
        self.hint.say(sentence if items and self.browser.has_answer else "")
        if sentence and not items:
            self._count.say("")
            self.none.say("This search is not understood yet", sentence)
            self._faces.setCurrentWidget(self.none)

    def _toggle_facets(self) -> None:
        if self.facets.hasFocus():
            self.take_keyboard()  # else it would go to whatever is next
        self.facets.setVisible(self.facets.isHidden())
        self.filter_button.setChecked(not self.facets.isHidden())
        if not self.facets.isHidden():
            self._ask_facets(self.wanted)
            self.facets.setFocus()

    def _ask_facets(self, browse: Browse) -> None:
        if not self.facets.isHidden():
            self._questions.attempt(self._take_facets, lambda _: None, Browsing.facets, browse)

    def _take_facets(self, facets: Sequence[Facet]) -> None:
        self.facets.show_facets(facets, self._text, counted=_COUNTED.get(self._tab, "items"))

    def _narrow(self, search: str) -> None:
        self._desk.search_wanted.emit(search_text.toggled(self._text, search))

    def _save(self) -> None:
        """Save what is looked at as a smart collection."""
        kinds = " OR ".join(f"kind:{kind}" for kind in self._kinds)
        arrangement = self.browser.arrangement
        self.subject_acts.make(
            search=search_text.both(self._text, f"({kinds})" if " " in kinds else kinds),
            sort=arrangement.sort,
            descending=arrangement.descending,
        )

    def _show_all(self) -> None:
        self._desk.search_wanted.emit("")
        self._text = ""
        self.show_tab("")
