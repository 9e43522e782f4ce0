"""The player's command with and without its setting."""

import pytest
from mediadesk.api import testing

from MODULE import players


@pytest.mark.parametrize("fullscreen", [True, False])
def test_mpv_starts_at_the_moment_and_takes_the_path_last(*, fullscreen: bool) -> None:
    (player,) = players(testing.Context(settings={"fullscreen": fullscreen}))
    assert player.program == "mpv"
    assert player.arguments[-3:] == ("--start={start}", "--", "{path}")
    assert ("--fullscreen" in player.arguments) == fullscreen
