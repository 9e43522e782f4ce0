"""The fields of a form: one widget for each simple type of a JSON Schema."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QLocale, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Sentence
from mediadesk.ui.widgets.switch import Switch

Spec = Mapping[str, Any]
Told = Callable[[], object]
_INT = 2**31 - 1
_WIDE = 420
_NARROW = 160
_LIST_HEIGHT = 96


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: the widget, and how its value is got and put; `get` is None if read-only.

    `wanted` says what goes into a widget that takes only some keys.
    """

    widget: QWidget
    put: Callable[[object], None]
    get: Callable[[], object] | None = None
    wanted: str = ""


def field(theme: Theme, name: str, spec: Spec, told: Told, *, choices: Mapping[str, str]) -> Field:
    """Make the field of a setting; `told` is called at every change of it.

    `choices` has the words for values to choose from.
    """
    if isinstance(spec.get("enum"), list):
        made = _choice(spec, told, choices)
    else:
        makers: dict[object, Callable[[Theme, Spec, Told], Field]] = {
            "boolean": _boolean,
            "integer": _integer,
            "number": _number,
            "string": _text,
            "array": _list,
        }
        kind = spec.get("type")
        known = isinstance(kind, str) and kind in makers
        of_texts = kind != "array" or spec.get("items", {}).get("type") == "string"
        made = makers[kind](theme, spec, told) if known and of_texts else _unknown()
    made.widget.setAccessibleName(name)
    made.widget.setAccessibleDescription(str(spec.get("description", "")))
    return made


def tell_wanted(line: QLineEdit, wanted: str, say: Callable[[str], object]) -> None:
    """Say what is wanted in a line where a key is of no use, until one is that is.

    What else is said there stays when the program itself empties the line.
    """
    line.inputRejected.connect(lambda: say(wanted))
    line.textEdited.connect(lambda _: say(""))


class _CalmWheel(QObject):
    """Lets the page scroll where a field without the keyboard would change its value."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return False


class _Decimal(QDoubleSpinBox):
    """Writes 0.35, not 0.3500."""

    def textFromValue(self, value: float) -> str:
        shortest = QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value
        return self.locale().toString(value, "f", shortest)


def calm(widget: QWidget, wide: int = _WIDE) -> None:
    """Let a field change by the wheel only while it has the keyboard, and be `wide` at most."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_CalmWheel(widget))
    widget.setMaximumWidth(wide)
    if isinstance(widget, QAbstractSpinBox):
        widget.lineEdit().setTextMargins(8, 0, 0, 0)  # the style sheet's padding does not reach it


def _boolean(theme: Theme, spec: Spec, told: Told) -> Field:  # noqa: ARG001
    switch = Switch(theme, "")
    switch.toggled.connect(lambda _: told())
    return Field(switch, lambda value: switch.setChecked(bool(value)), switch.isChecked)


def _text(theme: Theme, spec: Spec, told: Told) -> Field:  # noqa: ARG001
    line = QLineEdit()
    line.setMaximumWidth(_WIDE)
    if spec.get("writeOnly") or spec.get("format") == "password":
        line.setEchoMode(QLineEdit.EchoMode.Password)
    if isinstance(longest := spec.get("maxLength"), int):
        line.setMaxLength(longest)
    line.textChanged.connect(lambda _: told())
    return Field(line, lambda value: line.setText("" if value is None else str(value)), line.text)


def _choice(spec: Spec, told: Told, choices: Mapping[str, str]) -> Field:
    box = QComboBox()
    calm(box)
    values = list(spec["enum"])
    box.setPlaceholderText("Choose …")
    for value in values:
        box.addItem(choices.get(str(value)) or json.dumps(value))
    box.currentIndexChanged.connect(lambda _: told())

    def put(value: object) -> None:
        box.setCurrentIndex(values.index(value) if value in values else -1)

    def get() -> object:
        return values[box.currentIndex()] if box.currentIndex() >= 0 else None

    return Field(box, put, get)


def _integer(theme: Theme, spec: Spec, told: Told) -> Field:  # noqa: ARG001
    box = QSpinBox()
    calm(box, _NARROW)
    low, high = _bounds(spec, 1)
    box.setRange(int(max(low, -_INT)), int(min(high, _INT)))
    box.setSingleStep(max(1, int(spec.get("multipleOf", 1))))
    box.valueChanged.connect(lambda _: told())
    wanted = f"A whole number{_within(box, low, high)} goes here."
    return Field(box, lambda value: box.setValue(int(_number_of(value))), box.value, wanted)


def _number(theme: Theme, spec: Spec, told: Told) -> Field:  # noqa: ARG001
    box = _Decimal()
    calm(box, _NARROW)
    step = float(spec.get("multipleOf", 0.05))
    box.setDecimals(4)
    low, high = _bounds(spec, 1e-4)
    box.setRange(max(low, -1e12), min(high, 1e12))
    box.setSingleStep(step)
    box.valueChanged.connect(lambda _: told())
    wanted = f"A number{_within(box, low, high)} goes here."
    return Field(box, lambda value: box.setValue(_number_of(value)), box.value, wanted)


def _within(box: QSpinBox | _Decimal, low: float, high: float) -> str:
    """Say between what a number lies, as the box writes them."""
    ends = (("from", low, box.minimum()), ("to", high, box.maximum()))
    return "".join(
        f" {word} {box.textFromValue(shown)}"  # type: ignore[arg-type]
        for word, end, shown in ends
        if math.isfinite(end)
    )


def _number_of(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _bounds(spec: Spec, least: float) -> tuple[float, float]:
    """The lowest and highest value; `least` is the smallest step above an exclusive bound."""
    low = max(
        spec.get("minimum", float("-inf")), spec.get("exclusiveMinimum", float("-inf")) + least
    )
    high = min(
        spec.get("maximum", float("inf")), spec.get("exclusiveMaximum", float("inf")) - least
    )
    return low, high


def _list(theme: Theme, spec: Spec, told: Told) -> Field:  # noqa: ARG001
    text = QPlainTextEdit()
    text.setPlaceholderText("One a line")
    text.setTabChangesFocus(True)
    text.setFixedHeight(_LIST_HEIGHT)
    text.setMaximumWidth(_WIDE)
    text.textChanged.connect(told)

    def get() -> list[str]:
        return [line.strip() for line in text.toPlainText().splitlines() if line.strip()]

    def put(value: object) -> None:
        text.setPlainText("\n".join(map(str, value)) if isinstance(value, list | tuple) else "")

    return Field(text, put, get)


def _unknown() -> Field:
    shown = Sentence("", "code")

    def put(value: object) -> None:
        shown.say(json.dumps(value, ensure_ascii=False, indent=1))

    return Field(shown, put)
