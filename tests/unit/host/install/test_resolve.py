"""Which wheels are chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import wheel_factory

from mediadesk.api import UserError
from mediadesk.host.install.host import Host, needed
from mediadesk.host.install.resolve import Resolved, resolve
from mediadesk.host.install.supply import Supply
from mediadesk.host.install.web import Web

HOST = Host({"mediadesk": "0.1.0", "numpy": "2.1.0"})


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(None) as offline:
        yield offline


def chosen(folder: Path, web: Web, *requires: str) -> Resolved:
    supply = Supply("the folder", web, folder / "staging", files=sorted(folder.glob("*.whl")))
    return resolve(needed(requires, of="tiny"), of="tiny", supply=supply, host=HOST)


def names(found: Resolved) -> list[str]:
    return [f"{each.name} {each.version}" for each in found.choices]


def test_the_newest_that_fits_is_taken(tmp_path: Path, web: Web) -> None:
    for version in ("1.9", "1.10", "2.0rc1"):
        wheel_factory.library(tmp_path, version=version)
    assert names(chosen(tmp_path, web, "tiny-lib")) == ["tiny-lib 1.10"]
    assert names(chosen(tmp_path, web, "tiny-lib>=2.0rc1")) == ["tiny-lib 2.0rc1"]
    assert names(chosen(tmp_path, web, "Tiny_Lib!=1.10")) == ["tiny-lib 1.9"]


def test_an_older_one_is_taken_where_the_newest_contradict_each_other(
    tmp_path: Path, web: Web
) -> None:
    wheel_factory.library(tmp_path, "a-lib", "1.0", requires=["c-lib"])
    wheel_factory.library(tmp_path, "a-lib", "2.0", requires=["c-lib>=2"])
    wheel_factory.library(tmp_path, "b-lib", "1.0", requires=["c-lib<2"])
    wheel_factory.library(tmp_path, "c-lib", "1.0")
    wheel_factory.library(tmp_path, "c-lib", "2.0")
    found = chosen(tmp_path, web, "a-lib", "b-lib")
    assert names(found) == ["a-lib 1.0", "b-lib 1.0", "c-lib 1.0"]


def test_a_contradiction_names_who_wants_what(tmp_path: Path, web: Web) -> None:
    wheel_factory.library(tmp_path, "a-lib", requires=["c-lib>=2"])
    wheel_factory.library(tmp_path, "c-lib", "1.0")
    wheel_factory.library(tmp_path, "c-lib", "2.0")
    with pytest.raises(UserError, match=r"c-lib<2 \(for tiny\).*c-lib>=2 \(for a-lib\)"):
        chosen(tmp_path, web, "a-lib", "c-lib<2")


def test_extras_bring_what_they_need(tmp_path: Path, web: Web) -> None:
    more = ["b-lib; extra == 'more'", "c-lib; extra == 'most'"]
    wheel_factory.library(tmp_path, "a-lib", requires=more)
    wheel_factory.library(tmp_path, "b-lib")
    wheel_factory.library(tmp_path, "c-lib")
    assert names(chosen(tmp_path, web, "a-lib")) == ["a-lib 1.0"]
    assert names(chosen(tmp_path, web, "a-lib[more]")) == ["a-lib 1.0", "b-lib 1.0"]
    both = chosen(tmp_path, web, "a-lib[more]", "a-lib[most]")
    assert names(both) == ["a-lib 1.0", "b-lib 1.0", "c-lib 1.0"]


def test_circles_end(tmp_path: Path, web: Web) -> None:
    wheel_factory.library(tmp_path, "a-lib", requires=["b-lib[x]"])
    wheel_factory.library(tmp_path, "b-lib", requires=["a-lib"])
    assert names(chosen(tmp_path, web, "a-lib")) == ["a-lib 1.0", "b-lib 1.0"]


def test_what_mediadesk_brings_is_never_taken_from_elsewhere_but_must_fit(
    tmp_path: Path, web: Web
) -> None:
    wheel_factory.library(tmp_path, "numpy", "99.0", files=[("evil.py", b"")])
    wheel_factory.library(tmp_path, "a-lib", "1.0", requires=["numpy>=1.2"])
    wheel_factory.library(tmp_path, "a-lib", "2.0", requires=["numpy[fast]>=3"])
    found = chosen(tmp_path, web, "a-lib")
    assert (names(found), found.host_needs) == (["a-lib 1.0"], ("numpy>=1.2",))
    with pytest.raises(UserError, match=r"MediaDesk brings numpy 2\.1\.0"):
        chosen(tmp_path, web, "a-lib>=2")


def test_a_name_of_mediadesk_is_not_looked_for_even_if_it_is_missing_here(
    tmp_path: Path, web: Web
) -> None:
    wheel_factory.library(tmp_path, "onnxruntime", files=[("evil.py", b"")])
    wheel_factory.library(tmp_path, "a-lib", requires=["onnxruntime"])
    with pytest.raises(UserError, match=r"onnxruntime \(for a-lib\)"):
        chosen(tmp_path, web, "a-lib")
    assert "brings none" in (HOST.missing(needed(["onnxruntime"], of="tiny")) or "")


def test_requirements_of_other_systems_do_not_count(tmp_path: Path, web: Web) -> None:
    wheel_factory.library(tmp_path, "a-lib", requires=["no-such; sys_platform == 'amiga'"])
    assert names(chosen(tmp_path, web, "a-lib")) == ["a-lib 1.0"]


@pytest.mark.parametrize(
    ("requires", "says"),
    [
        (["b-lib @ https://example.org/b.whl"], "an address of its own"),
        (["no-such"], r"needs no-such \(for a-lib\)"),
    ],
)
def test_what_can_not_be_met_is_told(
    tmp_path: Path, web: Web, requires: list[str], says: str
) -> None:
    wheel_factory.library(tmp_path, "a-lib", requires=requires)
    with pytest.raises(UserError, match=says):
        chosen(tmp_path, web, "a-lib")


def test_a_damaged_wheel_is_passed_over_and_told_if_there_is_no_other(
    tmp_path: Path, web: Web
) -> None:
    wheel_factory.library(tmp_path, "a-lib", "1.0")
    bad = wheel_factory.library(tmp_path, "a-lib", "2.0")
    bad.write_bytes(bad.read_bytes()[:-9])
    assert names(chosen(tmp_path, web, "a-lib")) == ["a-lib 1.0"]
    with pytest.raises(UserError, match=r"“a_lib-2.0-py3-none-any.whl” can't be used"):
        chosen(tmp_path, web, "a-lib>=2")


def test_the_best_of_several_wheels_of_a_version_is_taken(tmp_path: Path, web: Web) -> None:
    wheel_factory.library(tmp_path, "a-lib")
    wheel_factory.library(tmp_path, "a-lib", tag="cp311-abi3-any")
    wheel_factory.library(tmp_path, "a-lib", tag="cp399-cp399-any")
    (found,) = chosen(tmp_path, web, "a-lib").choices
    assert found.origin.endswith("/a_lib-1.0-py3-none-any.whl")
