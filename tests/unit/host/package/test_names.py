"""Names in packages: harmless on every system, or refused."""

import pytest
from packaging.tags import Tag, sys_tags

from mediadesk.host.package.names import check_distinct, check_path, rank, top_level
from mediadesk.host.package.refusal import Refusal


@pytest.mark.parametrize(
    "name",
    ["a.py", "a/b/c.so", "a/", "a/é.txt", "auxiliary.py", "a b.txt", ".x/y", "com10.py", "x" * 50],
)
def test_harmless_paths_pass(name: str) -> None:
    check_path(name, longest=50)


@pytest.mark.parametrize(
    "name",
    [
        *("CON", "con.txt", "a/Nul.tar.gz", "com1.log", "LPT9", "com¹", "aux .py", "CONIN$"),
        *("..", "a/..", "./a", "a//b", "/", "/a", "a/./b", "...", "a./b", "a /b"),
        *("a:b", "c:\\x", "a\\b", "a*", "a?", "<a>", 'a"', "a|b"),
        *("a\0b", "a\tb", "\u202ea", "a\u2066b", "a\u200db", "\ufeffa", "a\u00a0b", "\ud800"),
        *("e\u0301", "x" * 51, "é" * 26),
    ],
)
def test_all_others_are_refused(name: str) -> None:
    with pytest.raises(Refusal):
        check_path(name, longest=50)


@pytest.mark.parametrize(
    "files", [["a", "a"], ["a", "A"], ["straße", "STRASSE"], ["a", "a/b"], ["A", "a/b/c"]]
)
def test_files_that_would_lie_on_each_other_are_refused(files: list[str]) -> None:
    with pytest.raises(Refusal):
        check_distinct(files)


def test_only_what_can_be_imported_is_a_module() -> None:
    files = [
        *("one/__init__.py", "two.py", "three.cpython-311-x86_64-linux-gnu.so", "four.pyd"),
        *(
            "LICENSE",
            "numpy.libs/libx.so",
            "json.md",
            "with-hyphen/x.py",
            "one-1.0.dist-info/WHEEL",
        ),
    ]
    assert top_level(files) == ("four", "one", "three", "two")


@pytest.mark.parametrize(
    "file", ["msgspec.pyd", "av.so", "PLUGGY/x", "os.py", "Site.pyc", "usercustomize.py", "оs.py"]
)
def test_what_others_bring_is_refused(file: str) -> None:
    with pytest.raises(Refusal):
        top_level([file])


def test_wheels_rank_by_how_well_they_suit_this_computer() -> None:
    best, *_, worst = sys_tags()
    assert rank(frozenset({best})) == 0
    assert rank(frozenset({worst, best})) == 0
    assert rank(frozenset({worst})) == len(list(sys_tags())) - 1
    assert rank(frozenset({Tag("cp27", "none", "any")})) is None
