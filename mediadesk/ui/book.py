"""The pages of the window, each made when it is first needed: a window starts with one of them."""

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QMainWindow, QStackedWidget

from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page

if TYPE_CHECKING:
    from mediadesk.ui.pages.activity import ActivityPage
    from mediadesk.ui.pages.collections import CollectionsPage
    from mediadesk.ui.pages.for_you import ForYouPage
    from mediadesk.ui.pages.group import GroupPage
    from mediadesk.ui.pages.guide import GuidePage
    from mediadesk.ui.pages.item import ItemPage
    from mediadesk.ui.pages.ledger import LedgerPage
    from mediadesk.ui.pages.library import LibraryPage
    from mediadesk.ui.pages.panel import PanelPage
    from mediadesk.ui.pages.player import PlayerPage
    from mediadesk.ui.pages.plugin import PluginPage
    from mediadesk.ui.pages.plugins import PluginsPage
    from mediadesk.ui.pages.privacy import PrivacyPage
    from mediadesk.ui.pages.quality import QualityPage
    from mediadesk.ui.pages.settings import SettingsPage
    from mediadesk.ui.pages.sync import SyncPage
    from mediadesk.ui.pages.tidy import TidyPage
    from mediadesk.ui.plugin_acts import PluginActs

P = TypeVar("P", bound=Page)


class Book(QMainWindow):
    """A window of pages, which are turned to by their names: “for-you” is `for_you`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.stack = QStackedWidget()

    def named(self, name: str) -> Page:
        """Give the page of this name."""
        page: Page = getattr(self, name.replace("-", "_"))
        return page

    def knows(self, name: str) -> bool:
        """Whether there is a page of this name."""
        return hasattr(type(self), name.replace("-", "_"))

    def is_made(self, name: str) -> bool:
        """Whether a page, or what pages share, was needed yet."""
        return name.replace("-", "_") in self.__dict__

    @cached_property
    def acts(self) -> "PluginActs":
        """What can be done with plugins."""
        from mediadesk.ui.plugin_acts import PluginActs

        return PluginActs(self.desk, self)

    @cached_property
    def for_you(self) -> "ForYouPage":
        """What to watch or hear next."""
        from mediadesk.ui.pages.for_you import ForYouPage

        return self._bind(ForYouPage(self.desk))

    @cached_property
    def guide(self) -> "GuidePage":
        """The guide of the first start."""
        from mediadesk.ui.pages.guide import GuidePage

        return self._bind(GuidePage(self.desk))

    @cached_property
    def library(self) -> "LibraryPage":
        """Everything in the library."""
        from mediadesk.ui.pages.library import LibraryPage

        return self._bind(LibraryPage(self.desk))

    @cached_property
    def collections(self) -> "CollectionsPage":
        """The collections."""
        from mediadesk.ui.pages.collections import CollectionsPage

        return self._bind(CollectionsPage(self.desk))

    @cached_property
    def group(self) -> "GroupPage":
        """A series, album, artist or collection; its argument is a subject's address."""
        from mediadesk.ui.pages.group import GroupPage

        return self._bind(GroupPage(self.desk))

    @cached_property
    def item(self) -> "ItemPage":
        """One item; its argument is the item's id."""
        from mediadesk.ui.pages.item import ItemPage

        return self._bind(ItemPage(self.desk))

    @cached_property
    def player(self) -> "PlayerPage":
        """What plays."""
        from mediadesk.ui.pages.player import PlayerPage

        return self._bind(PlayerPage(self.desk))

    @cached_property
    def tidy(self) -> "TidyPage":
        """Duplicates, missing files, imports, changes; its argument is one of `tidy.FACES`."""
        from mediadesk.ui.pages.tidy import TidyPage

        return self._bind(TidyPage(self.desk))

    @cached_property
    def activity(self) -> "ActivityPage":
        """What the engine does."""
        from mediadesk.ui.pages.activity import ActivityPage

        return self._bind(ActivityPage(self.desk))

    @cached_property
    def settings(self) -> "SettingsPage":
        """What a person may set."""
        from mediadesk.ui.pages.settings import SettingsPage

        return self._bind(SettingsPage(self.desk))

    @cached_property
    def ledger(self) -> "LedgerPage":
        """What was learnt of who looks now."""
        from mediadesk.ui.pages.ledger import LedgerPage

        return self._bind(LedgerPage(self.desk))

    @cached_property
    def quality(self) -> "QualityPage":
        """How good the recommendations are for who looks now."""
        from mediadesk.ui.pages.quality import QualityPage

        return self._bind(QualityPage(self.desk))

    @cached_property
    def privacy(self) -> "PrivacyPage":
        """What leaves this computer, and what is known of each person."""
        from mediadesk.ui.pages.privacy import PrivacyPage

        return self._bind(PrivacyPage(self.desk))

    @cached_property
    def sync(self) -> "SyncPage":
        """The folder through which devices keep in step."""
        from mediadesk.ui.pages.sync import SyncPage

        return self._bind(SyncPage(self.desk))

    @cached_property
    def plugins(self) -> "PluginsPage":
        """The plugins that are here, and those that could be."""
        from mediadesk.ui.pages.plugins import PluginsPage

        return self._bind(PluginsPage(self.desk, self.acts))

    @cached_property
    def plugin(self) -> "PluginPage":
        """One plugin; its argument is the plugin's name."""
        from mediadesk.ui.pages.plugin import PluginPage

        return self._bind(PluginPage(self.desk, self.acts))

    @cached_property
    def panel(self) -> "PanelPage":
        """A page that a plugin makes; see `rail.panel_address`."""
        from mediadesk.ui.pages.panel import PanelPage

        return self._bind(PanelPage(self.desk))

    def _bind(self, page: P) -> P:
        self.stack.addWidget(page)
        return page
