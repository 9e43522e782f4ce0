"""The importer on good and on damaged exports."""

from collections.abc import Sequence

import pytest
from mediadesk.api import EventKind, UserError, Watched, testing

from MODULE import importers


def read(content: bytes) -> Sequence[Watched]:
    (importer,) = importers(testing.Context())
    return importer.read("history.csv", content)


def test_every_line_is_read() -> None:
    text = "title,year,date\nСолярис,1972,2026-01-31\n“Heat”,,\n"
    solaris, heat = read(text.encode("utf-8-sig"))
    assert (solaris.title, solaris.year, solaris.at) == ("Солярис", 1972, 1769817600)
    assert heat == Watched(title="“Heat”", kind=EventKind.FINISHED)


@pytest.mark.parametrize(
    "damaged", [b"a,b\n1,2\n", b"title,year,date\nHeat,soon,\n", b"\xff\xfe\x00", b'title\n"'],
)  # fmt: skip
def test_what_is_no_such_export_is_named(damaged: bytes) -> None:
    with pytest.raises(UserError, match=r"history\.csv"):
        read(damaged)
