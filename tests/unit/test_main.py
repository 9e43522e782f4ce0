"""The way into the program."""

import sys
from types import ModuleType

import pytest

from mediadesk import __main__


class _Interrupted(ModuleType):
    """A module during whose import Ctrl+C is pressed."""

    def __getattr__(self, name: str) -> object:
        raise KeyboardInterrupt


def test_control_c_while_the_command_loads_ends_it_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "mediadesk.cli", _Interrupted("mediadesk.cli"))
    monkeypatch.setattr(sys, "argv", ["mediadesk", "items"])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 130
