"""What may go wrong, and for whom: a person (`UserError`) or nobody (`Skip`); all else is a bug."""

from mediadesk.paths import shown


class UserError(Exception):
    """Something a person can mend: one sentence that names the file and the remedy."""

    def __str__(self) -> str:
        return shown(super().__str__())  # a file's name may hold what is no character


class OptionNeededError(UserError):
    """Something that is only done when a person says so: by this `option` of what was asked."""

    def __init__(self, sentence: str, option: str) -> None:
        super().__init__(sentence, option)  # with both, for it may go through a pipe
        self.option = option

    def __str__(self) -> str:
        return shown(self.args[0])


class TakenBackError(UserError):
    """An act that can't be taken back any more: it is already, or nothing is known of it."""


class UnreadableError(UserError):
    """A file that is no usable media: empty, truncated, damaged or not what its name says."""


class Skip(Exception):  # noqa: N818 - an outcome, not an error
    """Raised by `Extractor.prepare` where an item has nothing to extract; its text says what."""
