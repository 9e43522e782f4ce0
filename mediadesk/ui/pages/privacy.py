"""What leaves this computer, and what is known of each person: to be seen, exported, erased."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from mediadesk.engine.messages import (
    ConnectionView,
    Erased,
    Exported,
    HouseholdView,
    Privacy,
    Profiles,
    ProfileView,
)
from mediadesk.ui import item_words, privacy_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    column,
    head,
    in_reading_order,
    label,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.more import MoreRows
from mediadesk.ui.widgets.rows import Rows
from mediadesk.ui.widgets.sheet import confirm
from mediadesk.ui.widgets.switch import Switch

_MOST = 1_000
_SHARES = (3, 3, 4, 5, 6)
"""How wide the columns of the connections are."""


class ConnectionRow(QWidget):
    """One attempt to reach something."""

    def __init__(self, one: ConnectionView) -> None:
        super().__init__()
        cells = (
            OneLine(item_words.moment(one.at), "muted"),
            OneLine(one.who, "strong"),
            OneLine(one.host),
            OneLine(privacy_words.why(one), "muted"),
            OneLine(privacy_words.came(one), "danger" if one.problem else "muted"),
        )
        line = row(*cells, spacing=16)
        for place, share in enumerate(_SHARES):
            line.setStretch(place, share)
        self.setLayout(line)

    def show_connection(self, one: ConnectionView) -> None:
        """What was tried once does not change."""


class ProfileRow(QWidget):
    """A profile, and what can be done with all that is known of it."""

    def __init__(
        self,
        theme: Theme,
        profile: ProfileView,
        export: Callable[[], None],
        erase: Callable[[], None],
    ) -> None:
        super().__init__()
        self._name = OneLine("")
        self.export = Button(theme, "Export…", export, role="quiet", drawn="download")
        self.export.setAccessibleName(f"Export all that is known of {profile.name}")
        self.erase = Button(theme, "Erase…", erase, role="quiet", drawn="trash")
        self.erase.setAccessibleName(f"Erase all that is known of {profile.name}")
        line = row(self._name, self.export, self.erase)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_profile(self, profile: ProfileView) -> None:
        """Show who it is."""
        self._name.say(privacy_words.who(profile))


class PrivacyPage(Page):
    """The switch of the network, the people, and the ledger of connections."""

    title = "Privacy"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self.network = Switch(desk.theme, "Let plugins and installs fetch from the network")
        self.network.clicked.connect(self._turn)
        self._network = Sentence("", "muted")
        self.people: Rows[ProfileView, ProfileRow] = Rows(self._person, ProfileRow.show_profile)
        self._said = Sentence("", "muted")
        self.connections: MoreRows[ConnectionView, ConnectionRow] = MoreRows(
            desk.theme, ConnectionRow, ConnectionRow.show_connection, step=50
        )
        self._none = Sentence("Nothing was ever asked for, and nothing was refused.", "muted")
        self._content = QWidget()
        pile = column(
            head(label(self.title, "hero")),
            panel(self._network_box(), margin=20),
            panel(self._people_box(), margin=20),
            panel(
                column(
                    label("Connections", "heading"),
                    Sentence(privacy_words.LEDGER, "muted"),
                    self._none,
                    self.connections,
                    spacing=12,
                ),
                margin=20,
            ),
            0,
            spacing=16,
        )
        pile.setContentsMargins(32, 8, 32, 32)
        self._content.setLayout(pile)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scrolling(self._content, self.title))
        desk.restarted.connect(self._restarted)

    def enter(self) -> None:
        self._questions.ask(self._take_network, Privacy.network)
        self._questions.ask(self._take_people, Profiles.household)
        self._questions.ask(self._take, Privacy.connections, limit=_MOST)

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"profiles", "plugins"} and self.isVisible():
            self.enter()

    def take_keyboard(self) -> None:
        self.network.setFocus()

    def export(self, profile: str, folder: str) -> None:
        """Write all that is known of a profile into a folder."""
        self._said.say("It is being written …")
        self._questions.attempt(
            self._exported, self._failed, Privacy.export, folder, profile=profile
        )

    def erase(self, profile: str) -> None:
        """Erase all that is known of a profile."""
        self._said.say(f"“{profile}” is being erased …")
        self._questions.attempt(self._erased, self._failed, Privacy.erase, profile)

    def _network_box(self) -> QVBoxLayout:
        line = row(self._network, self.network)
        line.setStretch(0, 1)
        return column(label("Network", "heading"), line, spacing=12)

    def _people_box(self) -> QVBoxLayout:
        told = Sentence(
            "All that is known of each of you, as files that other programs can read, or gone.",
            "muted",
        )
        return column(label("People", "heading"), told, self.people, self._said, spacing=12)

    def _person(self, profile: ProfileView) -> ProfileRow:
        name = profile.name
        return ProfileRow(
            self._desk.theme, profile, partial(self._choose, name), partial(self._confirm, name)
        )

    def _turn(self, on: bool) -> None:
        self._desk.attempt(self._take_network, self.enter, Privacy.network, on=on)

    def _choose(self, profile: str) -> None:
        dialog = QFileDialog(self, f"Where shall all of “{profile}” be written to?")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(partial(self.export, profile))
        dialog.open()

    def _confirm(self, profile: str) -> None:
        confirm(
            self,
            f"Erase all of “{profile}”?",
            title="Erase a person",
            more=privacy_words.ERASING.format(f"“{profile}”"),
            agree="Erase for ever",
            stay="Keep",
            then=partial(self.erase, profile),
        )

    def _exported(self, told: Exported) -> None:
        self._said.say(privacy_words.exported(told))

    def _erased(self, told: Erased) -> None:
        self._said.say(privacy_words.erased(told))
        # What the engine has in memory still knows.
        self._desk.exchange_engine(self.enter)

    def _failed(self, error: BaseException) -> None:
        self._said.say(self._desk.sentence(error))
        self.enter()

    def _restarted(self) -> None:
        if self.isVisible():
            self.enter()

    def _take_network(self, on: bool) -> None:
        self.network.setChecked(on)
        self._network.say(privacy_words.NETWORK[on])

    def _take_people(self, household: HouseholdView) -> None:
        self.people.show({each.name: each for each in household.profiles})
        in_reading_order(self._content)

    def _take(self, connections: Sequence[ConnectionView]) -> None:
        self._none.setVisible(not connections)
        self.connections.show(dict(enumerate(connections, -len(connections))))
