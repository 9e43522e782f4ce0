"""The style sheet, made from the tokens of a palette."""

from dataclasses import asdict, dataclass
from string import Template

from mediadesk import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one look: neutral chrome and one accent.

    `line` parts things; `track` is the ground of a bar, a star or a button under the mouse, on
    which the accent and the text stand out.
    """

    window: str
    rail: str
    surface: str
    raised: str
    line: str
    track: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_text: str
    accent_soft: str
    on_accent: str
    reason: str
    good: str
    warning: str
    danger: str


DARK = Palette(
    window="#101114",
    rail="#16171b",
    surface="#1a1c20",
    raised="#25272d",
    line="#2c2f36",
    track="#2c2f36",
    text="#f3f4f6",
    muted="#a5a9b4",
    faint="#6f7480",
    accent="#8f9bff",
    accent_text="#aab3ff",
    accent_soft="#272b4a",
    on_accent="#0e1030",
    reason="#9aa1d8",
    good="#7ed9a3",
    warning="#f0c674",
    danger="#ff8a80",
)
LIGHT = Palette(
    window="#f7f7f9",
    rail="#eeeff2",
    surface="#ffffff",
    raised="#eceef3",
    line="#dfe1e7",
    track="#dfe1e7",
    text="#16181d",
    muted="#595e6a",
    faint="#8b909c",
    accent="#4a55d8",
    accent_text="#4049bd",
    accent_soft="#e4e6fb",
    on_accent="#ffffff",
    reason="#555ca8",
    good="#17734a",
    warning="#855400",
    danger="#b3261e",
)
CONTRAST = Palette(
    window="#000000",
    rail="#000000",
    surface="#000000",
    raised="#1f1f1f",
    line="#ffffff",
    track="#4d4d4d",
    text="#ffffff",
    muted="#f0f0f0",
    faint="#8c8c8c",
    accent="#ffe000",
    accent_text="#ffe000",
    accent_soft="#3d3600",
    on_accent="#000000",
    reason="#ffe000",
    good="#5dff9b",
    warning="#ffc400",
    danger="#ff9c92",
)

_SHEET = Template("""
QWidget { color: $text; font-size: 14px; }
QMainWindow, QStackedWidget, QDialog, QMessageBox { background: $window; }
QWidget[role="plain"], QScrollArea, QScrollArea > QWidget > QWidget[role="page"] {
    background: transparent; border: none; }
QLabel { background: transparent; }
QDialogButtonBox { button-layout: 3; }
QMessageBox QLabel { min-width: 400px; }
QLabel#qt_msgbox_label { font-size: 18px; font-weight: 600; }
QLabel#qt_msgbox_informativelabel { color: $muted; }
QLabel[role="hero"] { font-size: 28px; font-weight: 600; }
QLabel[role="heading"] { font-size: 18px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: 12px; }
QLabel[role="smallstrong"] { font-size: 12px; font-weight: 600; }
QLabel[role="accent"] { color: $accent_text; }
QLabel[role="good"] { color: $good; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="tag"] { background: $raised; border: 1px solid $line; border-radius: 10px;
    padding: 3px 10px; font-size: 12px; color: $muted; }
QLabel[role="newtag"] { background: $accent_soft; color: $accent_text; border-radius: 9px;
    padding: 2px 10px; font-size: 12px; font-weight: 600; }

QFrame[role="rail"] { background: $rail; border: none; }
QFrame[role="panel"] { background: $surface; border: 1px solid $line; border-radius: 12px; }
QFrame[role="drawer"] { background: $surface; border: none; border-left: 1px solid $line; }
QFrame[role="toast"] { background: $text; border-radius: 12px; }
QFrame[role="toast"] QLabel { color: $window; }
QFrame[role="toast"] QPushButton { background: transparent; border: 2px solid transparent;
    color: $window; font-weight: 600; text-decoration: underline; padding: 4px 8px;
    min-height: 0; }
QFrame[role="toast"] QPushButton:focus { border-color: $accent; }
QFrame[role="message"] { background: $accent_soft; border-radius: 12px;
    margin: 0 32px 8px 32px; }
QFrame[role="now"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[role="preview"] { background: $raised; border: 1px solid $line; }
QFrame[role="note"] { background: $window; border: 1px solid $line; border-radius: 8px; }
QFrame[role="hint"] { background: $accent_soft; border: 2px dashed $accent; border-radius: 12px; }
QFrame[role="target"] { background: $surface; border: 2px dashed $line; border-radius: 12px; }
QFrame[role="popup"] { background: $surface; border: 1px solid $line; border-radius: 12px; }
QPushButton[role="example"] { background: transparent; color: $accent_text; padding: 3px 8px;
    min-height: 0;
    font-family: monospace; font-size: 13px; font-weight: 400; text-align: left; }
QPushButton[role="example"]:hover { background: $raised; }
QPushButton[role="example"]:focus { border-color: $accent; }
QFrame[role="switch"] { background: $raised; border-radius: 12px; }
QFrame[role="switch"] QToolButton { border-radius: 10px; padding: 4px 7px; }
QFrame[role="switch"] QToolButton:checked { background: $surface; }
QDialog[role="palette"] { background: $surface; border: 1px solid $faint; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QPushButton { background: $raised; border: 2px solid transparent; border-radius: 8px;
    padding: 6px 16px; min-height: 20px; font-weight: 600; outline: none; }
QPushButton[role="quiet"] { border: 2px solid transparent; background: transparent;
    color: $muted; padding: 6px 12px; }
QPushButton:hover { background: $track; }
QPushButton[role="quiet"]:hover { color: $text; background: $raised; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; }
QPushButton[role="primary"]:hover { background: $accent_text; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled { background: $raised; color: $faint; }
QPushButton[role="chip"] { border-radius: 14px; padding: 5px 12px; min-height: 0; color: $muted;
    background: $surface; border: 2px solid $line; }
QPushButton[role="chip"]:hover { color: $text; }
QPushButton[role="chip"]:checked { background: $accent_soft; color: $accent_text;
    border-color: $accent_soft; }
QPushButton[role="chip"]:focus { border-color: $accent; }
QPushButton[role="nav"] { background: transparent; color: $muted; text-align: left;
    padding: 8px 12px; border-radius: 8px; font-weight: 600; }
QPushButton[role="nav"]:hover { color: $text; background: $raised; }
QPushButton[role="nav"]:checked { color: $text; background: $accent_soft; }
QPushButton[role="nav"]:focus { border-color: $accent; }
QRadioButton { spacing: 10px; padding: 2px; border: 2px solid transparent; border-radius: 8px; }
QRadioButton:focus { border-color: $accent; }
QRadioButton::indicator { width: 12px; height: 12px; border: 2px solid $faint;
    border-radius: 8px; background: $surface; }
QRadioButton::indicator:checked { border-color: $accent; background: $accent; }
QPushButton[role="link"] { background: transparent; border: 2px solid transparent;
    color: $accent_text; padding: 2px; min-height: 0; font-weight: 600; text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; background: transparent; }
QPushButton[role="link"]:focus { border-color: $accent; }
QFrame[role="labelchip"] { background: $accent_soft; border: 1px solid $accent_soft;
    border-radius: 13px; }
QFrame[role="softchip"] { background: transparent; border: 1px solid $line;
    border-radius: 13px; }
QPushButton[role="bare"] { background: transparent; border: 2px solid transparent;
    border-radius: 11px; padding: 2px 6px; min-height: 0; font-size: 12px; color: $accent_text; }
QFrame[role="softchip"] QPushButton[role="bare"] { color: $muted; }
QPushButton[role="bare"]:hover { text-decoration: underline; }
QPushButton[role="bare"]:focus { border-color: $accent; }
QToolButton { background: transparent; border: 2px solid transparent; border-radius: 16px;
    padding: 4px; outline: none; }
QToolButton[role="small"] { border-radius: 11px; padding: 3px; }
QToolButton[role="large"] { border-radius: 20px; }
QToolButton:hover { background: $raised; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { background: $accent_soft; }

QLineEdit { background: $surface; border: 2px solid $line; border-radius: 8px; padding: 6px 10px;
    min-height: 20px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QPlainTextEdit { placeholder-text-color: $muted; }
QLineEdit:focus { border-color: $accent; }
QLineEdit[role="chip"] { border-radius: 13px; padding: 3px 10px; min-height: 0; font-size: 12px; }
QLineEdit[role="search"] { border-radius: 18px; padding: 6px 12px 6px 4px; }

QComboBox, QAbstractSpinBox, QPlainTextEdit { background: $surface; border: 2px solid $line;
    border-radius: 8px; padding: 6px 10px; selection-background-color: $accent;
    selection-color: $on_accent; }
QComboBox, QAbstractSpinBox { padding-left: 12px; min-height: 20px; }
QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus { border-color: $accent; }
QComboBox::drop-down { border: none; width: 28px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent;
    width: 24px; }
QComboBox::down-arrow, QAbstractSpinBox::down-arrow { image: url("$icons/arrow-down.svg");
    width: 14px; height: 14px; }
QAbstractSpinBox::up-arrow { image: url("$icons/arrow-up.svg"); width: 14px; height: 14px; }
QPlainTextEdit[role="log"] { background: $window; font-family: monospace; font-size: 12px; }
QLabel[role="code"] { font-family: monospace; font-size: 12px; color: $muted; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line; padding: 4px; }

QAbstractItemView { background: transparent; border: none; outline: none; }
QListView[role="popup"] { background: $raised; color: $text; border: 1px solid $line;
    padding: 4px; }
QListView[role="popup"]::item { padding: 4px; }
QListView[role="popup"]::item:selected { background: $accent_soft; color: $text; }
QTableView[role="table"] { border: 2px solid transparent; border-radius: 8px; }
QTableView[role="table"]:focus { border-color: $accent; }
QTableView[role="table"]::item { border-bottom: 1px solid $line; padding: 0 8px; }
QTableView[role="table"]::item:selected { background: $accent_soft; color: $text; }
QListWidget[role="list"] { background: $surface; border: 2px solid $line; border-radius: 8px;
    padding: 4px; }
QListWidget[role="list"]:focus { border-color: $accent; }
QListWidget[role="list"]::item { padding: 6px 8px; border-radius: 6px; }
QListWidget[role="list"]::item:hover { background: $raised; }
QListWidget[role="list"]::item:selected { background: $accent_soft; color: $text; }
QHeaderView { background: transparent; }
QTableView[role="items"] QHeaderView::section:first { padding-left: 44px; }
QHeaderView::section { background: transparent; color: $muted; border: none;
    border-bottom: 1px solid $line; padding: 4px 11px; font-size: 12px; font-weight: 600; }
QMenu { background: $raised; border: 1px solid $line; border-radius: 8px; padding: 6px; }
QMenu::item { padding: 7px 28px 7px 12px; border-radius: 6px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::separator { height: 1px; background: $line; margin: 6px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 5px 8px; }

QProgressBar { background: $track; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; min-height: 32px;
    min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def sheet(palette: Palette) -> str:
    """Give the style sheet of a palette."""
    icons = resources.path("icons").as_posix()
    return _SHEET.substitute(asdict(palette), icons=icons)
