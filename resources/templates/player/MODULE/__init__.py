"""Plays files in mpv, from the moment that was chosen."""

from mediadesk.api import Context, Player, hookimpl


@hookimpl
def players(context: Context) -> list[Player]:
    """Name the program and how it is called; MediaDesk fills in the braces and starts it."""
    look = ("--fullscreen",) if context.settings["fullscreen"] else ()
    arguments = (*look, "--start={start}", "--", "{path}")
    return [Player(name="NAME", title="mpv", program="mpv", arguments=arguments)]
