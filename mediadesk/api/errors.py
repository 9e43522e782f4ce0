"""What may go wrong, and for whom: a person (`UserError`) or nobody (`Skip`); all else is a bug."""


class UserError(Exception):
    """Something a person can mend: one sentence that names the file and the remedy."""


class UnreadableError(UserError):
    """A file that is no usable media: empty, truncated, damaged or not what its name says."""


class Skip(Exception):  # noqa: N818 - an outcome, not an error
    """Raised by `Extractor.prepare` where an item has nothing to extract; its text says what."""
