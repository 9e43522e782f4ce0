"""What can go wrong with a guest, beside what the API knows."""

from mediadesk.api import UserError


class Died(UserError):  # noqa: N818 - an outcome, as it is told
    """A guest process that ended, or had to be ended, during a call.

    `kind` is crash, exit, deadline, cpu, memory, disk, flood, protocol, start, outdated or closed.
    After the last three the guest has ended for good, and whatever it was asked about is not to
    blame. `what` says more: “it crashed with SIGSEGV”.
    """

    def __init__(self, kind: str, what: str, plugin: str = "") -> None:
        super().__init__(f"The plugin “{plugin}” was stopped ({what}): update or disable it.")
        self.kind = kind
        self.what = what


class PluginError(Exception):
    """An error that a plugin raised and that is none of the API's: a bug of the plugin."""


class WrongResultError(PluginError):
    """A plugin gave something that is not what was asked for."""
