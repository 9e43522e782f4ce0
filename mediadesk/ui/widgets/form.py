"""A form made from a JSON Schema; the engine checks what is entered, at saving."""

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QVBoxLayout, QWidget

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, Sentence, clear, column, row
from mediadesk.ui.widgets.fields import Field, field, tell_wanted
from mediadesk.ui.widgets.switch import Switch

Values = Mapping[str, object]
_NAMED = re.compile(r"“([^”]+)”")


class Form(QWidget):
    """The settings of a plugin, with Save and the way back to the defaults."""

    saved = Signal(object)  # what was changed: name → value

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._schema: Mapping[str, Any] = {}
        self._labels: Mapping[str, str] = {}
        self._fields: dict[str, Field] = {}
        self._kept: dict[str, object] = {}
        self._problems: dict[str, Sentence] = {}
        self._trouble = Sentence("", "danger")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(20)
        self._save = Button(theme, "Save", self._send, role="primary")
        self._reset = Button(theme, "Reset to default", self._default, role="quiet")
        pile = column(
            self._lines, self._trouble, row(self._save, self._reset, 0, spacing=8), spacing=16
        )
        self.setLayout(pile)

    def show_settings(
        self, schema: Mapping[str, Any], settings: Values, labels: Mapping[str, str]
    ) -> None:
        """Show the settings as they are; what is being changed here is left alone."""
        if schema != self._schema or labels != self._labels:
            self._schema, self._labels = schema, labels
            self._build()
        elif self.changes():
            return
        self._put(settings)

    def changes(self) -> dict[str, object]:
        """Give what was changed and not saved yet."""
        now = self._values()
        return {name: value for name, value in now.items() if value != self._kept.get(name)}

    def complain(self, sentence: str) -> None:
        """Show why saving failed, at the field that the sentence names if it names one."""
        named = _NAMED.search(sentence)
        place = self._problems.get(named[1].partition(".")[0]) if named else None
        (place or self._trouble).say(sentence)

    def _build(self) -> None:
        clear(self._lines)
        self._fields, self._problems = {}, {}
        properties = self._schema.get("properties")
        for name, spec in (properties if isinstance(properties, dict) else {}).items():
            self._lines.addWidget(self._line(name, spec if isinstance(spec, dict) else {}))
        editable = any(one.get for one in self._fields.values())
        self._save.setVisible(editable)
        self._reset.setVisible(editable and bool(self._defaults()))

    def _line(self, name: str, spec: Mapping[str, Any]) -> QWidget:
        title = self._title(name, spec)
        choices = {
            str(value): self._labels.get(f"{name}.{value}") or str(value)
            for value in spec.get("enum", ())
        }
        made = field(self._theme, title, spec, self._told, choices=choices)
        self._fields[name] = made
        problem = self._problems[name] = Sentence("", "danger")
        if isinstance(made.widget, QAbstractSpinBox):
            tell_wanted(made.widget.lineEdit(), made.wanted, problem.say)
        described = self._labels.get(f"{name}.description") or str(spec.get("description", ""))
        if made.get is None:
            described = f"{described} It can't be changed here.".strip()
        words = column(Sentence(title, "strong"), Sentence(described, "muted"), spacing=2)
        if isinstance(made.widget, Switch):
            beside = row(words, made.widget, spacing=16)
            beside.setStretch(0, 1)
            beside.setAlignment(made.widget, Qt.AlignmentFlag.AlignTop)
            pile = column(beside, problem, spacing=6)
        else:
            pile = column(words, made.widget, problem, spacing=6)
        holder = QWidget()
        holder.setLayout(pile)
        return holder

    def _title(self, name: str, spec: Mapping[str, Any]) -> str:
        title = self._labels.get(name) or str(spec.get("title", name))
        return title if title != name else re.sub("[_-]+", " ", name).strip().capitalize()

    def _values(self) -> dict[str, object]:
        return {name: one.get() for name, one in self._fields.items() if one.get}

    def _defaults(self) -> dict[str, object]:
        properties = self._schema.get("properties")
        specs = properties if isinstance(properties, dict) else {}
        return {
            name: spec["default"]
            for name, spec in specs.items()
            if isinstance(spec, dict) and "default" in spec
        }

    def _put(self, settings: Values) -> None:
        defaults = self._defaults()
        for name, one in self._fields.items():
            one.put(settings.get(name, defaults.get(name)))
        self._kept = self._values()
        self._told()

    def _default(self) -> None:
        """Fill in the defaults; they count once they are saved."""
        for name, value in self._defaults().items():
            self._fields[name].put(value)

    def _told(self) -> None:
        for place in (self._trouble, *self._problems.values()):
            place.say("")
        self._save.setEnabled(bool(self.changes()))

    def _send(self) -> None:
        self.saved.emit(self.changes())

    def accept(self, settings: Values) -> None:
        """Take what the engine kept."""
        self._put(settings)
