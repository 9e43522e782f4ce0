"""The look: colours, type and spacing in one place, switched while running."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication

from mediadesk import resources
from mediadesk.ui import style
from mediadesk.ui.style import CONTRAST, DARK, LIGHT, Palette

_FONTS = ("Inter-Regular.otf", "Inter-SemiBold.otf")


@dataclass(frozen=True, slots=True)
class Type:
    """The four sizes of text, in pixels."""

    hero: int = 28
    heading: int = 18
    body: int = 14
    small: int = 12


TYPE = Type()


def font(size: int, *, strong: bool = False) -> QFont:
    """Give the interface's font at a size in pixels."""
    chosen = QFont(QApplication.font())
    chosen.setPixelSize(size)
    chosen.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return chosen


def load_fonts(application: QApplication) -> None:
    """Make the shipped font the application's; other scripts fall back to the system's."""
    for name in _FONTS:
        QFontDatabase.addApplicationFont(str(resources.path("fonts") / name))
    base = QFont("Inter")
    base.setPixelSize(TYPE.body)
    base.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    application.setFont(base)


class Theme(QObject):
    """The look that is on; `changed` tells when another one is."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self.choice = choice
        self.palette = DARK
        load_fonts(application)
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._follow)
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """Take a look, of `messages.LOOKS`."""
        self.choice = choice
        self.palette = self._wanted(choice)
        self._application.setPalette(_palette(self.palette))
        self._application.setStyleSheet(style.sheet(self.palette))
        self.changed.emit()

    def _wanted(self, choice: str) -> Palette:
        hints = self._application.styleHints()
        if choice == "contrast" or (choice == "system" and _wants_contrast(hints)):
            return CONTRAST
        is_light = hints.colorScheme() == Qt.ColorScheme.Light
        return LIGHT if choice == "light" or (choice == "system" and is_light) else DARK

    def colour(self, token: str) -> QColor:
        """Give one of the palette's colours by name."""
        return QColor(getattr(self.palette, token))

    def _follow(self) -> None:
        if self.choice == "system":
            self.choose("system")


def _wants_contrast(hints: QStyleHints) -> bool:
    """Whether the system asks for high contrast, which Qt tells from 6.10 on."""
    if not hasattr(hints, "accessibility"):
        return False
    return bool(hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)


def _palette(tokens: Palette) -> QPalette:
    """The same colours for what Qt draws without a style sheet: dialogs, selections, tooltips."""
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in {
        role.Window: tokens.window,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Button: tokens.raised,
        role.ToolTipBase: tokens.raised,
        role.Text: tokens.text,
        role.WindowText: tokens.text,
        role.ButtonText: tokens.text,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
    }.items():
        palette.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.faint))
    return palette
