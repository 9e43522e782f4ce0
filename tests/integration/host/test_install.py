"""Installing, updating, rolling back and removing plugins from files and folders."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import install_factory
import pytest
import wheel_factory

from mediadesk.api import UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.host.install import Installed, Installer
from mediadesk.host.manifest import Network, Permissions
from mediadesk.host.package import signature


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Installer]]:
    """Makes installers of one plugins folder."""
    made: list[Installer] = []

    def make(**options: Any) -> Installer:  # noqa: ANN401
        made.append(Installer(tmp_path / "plugins", **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def install(desk: Installer, source: Path | str, wheelhouse: Path | None = None) -> Installed:
    return desk.install(desk.plan(str(source), network=False, wheelhouse=wheelhouse).token)


def only(desk: Installer) -> Installed:
    (found,) = desk.installed()
    return found


def tree(folder: Path) -> dict[str, bytes]:
    """All files but locks, with their contents."""
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and not each.name.endswith("lock")
    }


def run(plugin: Installed, code: str) -> str:
    """Run code with a plugin's folders on the import path, as its own process will."""
    path = os.pathsep.join(map(str, (plugin.root, *plugin.more_roots)))
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


# from a wheel and a bundle


def test_a_wheel_is_installed_and_can_be_imported(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel = wheel_factory.plugin(tmp_path, source="ANSWER = 42\n")
    done = install(desk(), wheel)
    assert (done.name, done.version, done.state, done.problem) == ("tiny", "1.0", "ready", None)
    assert (done.source, done.previous, done.dependencies) == ("installed", None, ())
    assert done.data.is_dir()
    assert run(done, "import mediadesk_tiny as m; print(m.ANSWER)") == "42"
    assert desk().installed() == (done,)


def test_planning_changes_nothing_but_staging(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path))
    before = tree(tmp_path / "plugins")
    plan = maker.plan(str(wheel_factory.plugin(tmp_path, version="2.0")), network=False)
    changed = {name for name in tree(tmp_path / "plugins") if name not in before}
    assert changed
    assert all(name.startswith(".staging/") for name in changed)
    assert (plan.action, plan.installed_version, plan.version) == ("update", "1.0", "2.0")
    maker.close()
    assert tree(tmp_path / "plugins") == before


def test_a_plan_tells_sizes_and_warns_of_a_missing_signature(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel = wheel_factory.plugin(tmp_path, permissions=Permissions(read_media="to look at them"))
    plan = desk().plan(str(wheel), network=False)
    assert plan.package_size == wheel.stat().st_size
    assert plan.installed_size > 500
    assert (plan.signature, plan.signer, plan.action) == ("unsigned", None, "install")
    assert [each.permission for each in plan.manifest.permissions.grants()] == ["read-media"]
    assert plan.new_permissions == ()
    assert len(plan.warnings) == 1
    assert "not signed" in plan.warnings[0]


def test_a_bundle_brings_what_its_plugin_needs(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    own = wheel_factory.plugin(tmp_path, requires=["mediadesk", "numpy", "tiny-lib>=1"])
    others = [
        wheel_factory.library(tmp_path, requires=["deep-lib; python_version >= '3'"]),
        wheel_factory.library(
            tmp_path, "deep-lib", "0.3", requires=["numpy", "no-such; extra == 'x'"]
        ),
    ]
    maker = desk()
    plan = maker.plan(str(wheel_factory.bundle(tmp_path, own, others)), network=False)
    assert plan.bundled == ("deep-lib 0.3", "tiny-lib 1.0")
    assert plan.downloads == ()
    done = maker.install(plan.token)
    assert done.dependencies == ("deep-lib 0.3", "tiny-lib 1.0")
    assert run(done, "import deep_lib, tiny_lib; print(deep_lib.VERSION)") == "0.3"


def test_a_bundle_must_be_complete_and_nothing_else_is_looked_at(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel_factory.library(tmp_path / "wheels", "deep-lib")
    own = wheel_factory.plugin(tmp_path, requires=["tiny-lib"])
    bundle = wheel_factory.bundle(
        tmp_path, own, [wheel_factory.library(tmp_path, requires=["deep-lib"])]
    )
    with pytest.raises(UserError, match=r"deep-lib \(for tiny-lib\).*its bundle has no wheels"):
        desk().plan(str(bundle), network=False, wheelhouse=tmp_path / "wheels")


def test_two_plugins_may_need_different_versions_of_the_same_library(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    told = {}
    for name, version in (("old", "1.0"), ("new", "2.0")):
        own = wheel_factory.plugin(tmp_path, name, requires=[f"tiny-lib=={version}"])
        library = wheel_factory.library(tmp_path, "tiny-lib", version)
        done = install(maker, wheel_factory.bundle(tmp_path, own, [library]))
        told[name] = done
    assert run(told["old"], "import tiny_lib; print(tiny_lib.VERSION)") == "1.0"
    assert run(told["new"], "import tiny_lib; print(tiny_lib.VERSION)") == "2.0"


def test_wheels_of_a_wheelhouse_are_chosen_so_that_all_fit(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"
    for version in ("1.0", "1.5", "2.0"):
        wheel_factory.library(wheels, "tiny-lib", version)
    wheel_factory.library(wheels, "deep-lib", requires=["tiny-lib<2"])
    wheel_factory.library(wheels, "tiny-lib", "9.0", tag="cp311-cp311-win_amd64")
    maker = desk()
    done = install(maker, wheel_factory.plugin(tmp_path, requires=["tiny-lib", "deep-lib"]), wheels)
    assert done.dependencies == ("deep-lib 1.0", "tiny-lib 1.5")


def test_a_wheel_that_needs_something_says_where_it_could_come_from(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel = wheel_factory.plugin(tmp_path, requires=["tiny-lib>=3"])
    says = "needs tiny-lib>=3, .*, or set “wheel_index” or “wheelhouse” in “my.toml”"
    with pytest.raises(OptionNeededError, match=says) as none_known:
        desk(settings="my.toml").plan(str(wheel), network=True)
    with pytest.raises(OptionNeededError, match=r"wheels “.*/none” is not there: give") as gone:
        desk().plan(str(wheel), network=True, wheelhouse=tmp_path / "none")
    for refused in (none_known.value, gone.value):
        assert (refused.option, "--" in str(refused)) == ("wheelhouse", False)


def test_two_wheels_with_the_same_file_are_refused_if_it_differs(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    shared = ("shared_ns/__init__.py", b"# the same\n")
    wheels = tmp_path / "wheels"
    wheel_factory.library(wheels, "a-lib", files=[shared, ("shared_ns/a.py", b"")])
    wheel_factory.library(wheels, "b-lib", files=[shared, ("shared_ns/b.py", b"")])
    wheel_factory.library(wheels, "c-lib", files=[("shared_ns/__init__.py", b"# evil\n")])
    wheel_factory.library(wheels, "d-lib", files=[("shared_ns/A.py", b"evil = 1\n")])
    maker = desk()
    good = install(
        maker, wheel_factory.plugin(tmp_path, "good", requires=["a-lib", "b-lib"]), wheels
    )
    assert run(good, "import shared_ns.a, shared_ns.b") == ""
    for evil in ("c-lib", "d-lib"):
        plan = maker.plan(
            str(wheel_factory.plugin(tmp_path, "bad", requires=["a-lib", evil])),
            network=False,
            wheelhouse=wheels,
        )
        with pytest.raises(UserError, match="both bring the file"):
            maker.install(plan.token)
    assert [each.name for each in maker.installed()] == ["good"]
    maker.close()
    assert not list((tmp_path / "plugins" / ".staging").iterdir())


# versions


def test_an_update_can_be_rolled_back_and_forward_and_keeps_one_earlier_version(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    for version in ("1.0", "2.0", "3.0"):
        install(maker, wheel_factory.plugin(tmp_path, version=version))
    assert (only(maker).version, only(maker).previous) == ("3.0", "2.0")
    kept = sorted(each.name[:3] for each in (tmp_path / "plugins/tiny/versions").iterdir())
    assert kept == ["2.0", "3.0"]
    (only(maker).data / "notes.txt").write_text("kept", encoding="utf-8")
    back = maker.rollback("tiny")
    assert (back.version, back.previous) == ("2.0", "3.0")
    assert maker.rollback("tiny").version == "3.0"
    assert (only(maker).data / "notes.txt").read_text(encoding="utf-8") == "kept"


def test_the_same_version_again_repairs_and_keeps_what_a_rollback_brings(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    for version in ("1.0", "2.0"):
        install(maker, wheel_factory.plugin(tmp_path, version=version))
    shutil.rmtree(only(maker).root)
    damaged = only(maker)
    assert damaged.state == "damaged"
    assert "not complete" in (damaged.problem or "")
    done = install(maker, wheel_factory.plugin(tmp_path, version="2.0"))
    assert (done.state, done.version, done.previous) == ("ready", "2.0", "1.0")
    again = install(maker, wheel_factory.plugin(tmp_path, version="2.0"))
    assert again.previous == "1.0"


def test_an_older_version_is_a_downgrade_with_a_warning(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path, version="2.0"))
    plan = maker.plan(str(wheel_factory.plugin(tmp_path, version="1.0rc1")), network=False)
    assert plan.action == "downgrade"
    assert any("older than version 2.0" in each for each in plan.warnings)
    assert maker.install(plan.token).version == "1.0rc1"


def test_what_an_update_wants_to_do_more_is_told(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    media = {"read_media": "to look at them"}
    install(maker, wheel_factory.plugin(tmp_path, permissions=Permissions(**media)))
    wish = Network(hosts=("example.org", "a.example.org"), reason="for covers")
    newer = wheel_factory.plugin(
        tmp_path, version="2.0", permissions=Permissions(**media, network=wish)
    )
    plan = maker.plan(str(newer), network=False)
    assert [each.detail for each in plan.new_permissions] == ["example.org", "a.example.org"]
    assert any("could send them" in each and "example.org" in each for each in plan.warnings)


def test_rollback_without_an_earlier_version_says_so(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path))
    with pytest.raises(UserError, match="no earlier version"):
        maker.rollback("tiny")
    with pytest.raises(UserError, match="no earlier version"):
        maker.rollback("other")
    with pytest.raises(UserError, match="no plugin's name"):
        maker.rollback("../tiny")


def test_removing_keeps_data_unless_they_are_to_go_too(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    for with_data in (False, True):
        done = install(maker, wheel_factory.plugin(tmp_path))
        (done.data / "notes.txt").write_text("mine", encoding="utf-8")
        maker.remove("tiny", with_data=with_data)
        assert maker.installed() == ()
        left = [name for name in tree(tmp_path / "plugins") if not name.startswith(".")]
        assert left == ([] if with_data else ["tiny/data/notes.txt"])
    with pytest.raises(UserError, match="no plugin “tiny”"):
        maker.remove("tiny", with_data=False)


def test_data_left_behind_can_be_deleted_later(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    done = install(maker, wheel_factory.plugin(tmp_path))
    (done.data / "notes.txt").write_text("mine", encoding="utf-8")
    maker.remove("tiny", with_data=False)
    assert maker.data_of("tiny") == done.data
    maker.remove("tiny", with_data=True)
    assert not done.data.exists()


# what does not fit here


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"api": ">=2"}, "needs the plugin API >=2"),
        ({"requires": ["numpy>=99"]}, r"needs numpy >=99, and MediaDesk brings \d"),
        ({"requires": ["mediadesk<0.1"]}, "needs mediadesk <0.1"),
        ({"requires": ["tiny @ https://example.org/x.whl"]}, "from an address of its own"),
    ],
)
def test_an_incompatible_update_never_replaces_a_working_version(
    desk: Callable[..., Installer], tmp_path: Path, fields: dict[str, Any], says: str
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path))
    before = tree(tmp_path / "plugins")
    with pytest.raises(UserError, match=says):
        maker.plan(str(wheel_factory.plugin(tmp_path, version="2.0", **fields)), network=True)
    assert tree(tmp_path / "plugins") == before
    assert only(maker).state == "ready"


def test_what_became_incompatible_is_listed_so(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    library = wheel_factory.library(tmp_path, requires=["numpy<3"])
    own = wheel_factory.plugin(tmp_path, requires=["numpy", "tiny-lib"])
    install(desk(), wheel_factory.bundle(tmp_path, own, [library]))
    versions = {"mediadesk": "0.1.0", "numpy": "3.1", "pluggy": "1.5"}
    later = only(desk(host_versions=versions))
    assert later.state == "incompatible"
    assert "needs numpy <3, and MediaDesk brings 3.1" in (later.problem or "")
    receipt = later.root.parent / "install.json"
    told = json.loads(receipt.read_text(encoding="utf-8"))
    told["wheels"][1]["tags"] = "cp37-cp37m-win32"
    receipt.write_text(json.dumps(told), encoding="utf-8")
    assert "its part tiny-lib was made for another Python" in (only(desk()).problem or "")


def test_a_rollback_to_what_does_not_fit_any_more_is_refused(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path, requires=["numpy<3"]))
    install(maker, wheel_factory.plugin(tmp_path, version="2.0"))
    later = desk(host_versions={"mediadesk": "0.1.0", "numpy": "3.1"})
    with pytest.raises(UserError, match="needs numpy <3"):
        later.rollback("tiny")
    assert only(later).version == "2.0"


def test_a_name_of_a_shipped_plugin_is_refused(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="comes with MediaDesk"):
        desk(reserved=["tiny"]).plan(str(wheel_factory.plugin(tmp_path)), network=False)


@pytest.mark.parametrize(
    "damage",
    [
        lambda plugin: (plugin / "current.json").write_text("{", encoding="utf-8"),
        lambda plugin: (plugin / "current.json").write_text(
            '{"current": "gone"}', encoding="utf-8"
        ),
        lambda plugin: [each.unlink() for each in plugin.glob("versions/*/mediadesk.json")],
        lambda plugin: [each.write_text("[]") for each in plugin.glob("versions/*/install.json")],
        lambda plugin: [each.write_text("{}") for each in plugin.glob("versions/*/mediadesk.json")],
    ],
)
def test_a_damaged_plugin_hides_no_other_and_can_be_installed_again(
    desk: Callable[..., Installer], tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path, "broken"))
    install(maker, wheel_factory.plugin(tmp_path, "whole"))
    damage(tmp_path / "plugins" / "broken")
    maker.recover()
    assert {each.name: each.state for each in maker.installed()} == {
        "broken": "damaged",
        "whole": "ready",
    }
    install(maker, wheel_factory.plugin(tmp_path, "broken"))
    assert {each.state for each in maker.installed()} == {"ready"}


ENDLESS = """
[tool.mediadesk.plugin.settings]
type = "object"
properties.n = { multipleOf = 0.5, default = inf }
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"A tiny plugin"', "5"),
        ('"mediadesk-tiny"', "[5]"),
        ('"mediadesk_tiny"', "5"),
        ("[tool", f"{ENDLESS}\n[tool"),
        ("[project]", "["),
    ],
)
@pytest.mark.parametrize("with_data", [False, True])
def test_a_typo_in_a_folder_stops_neither_the_list_nor_its_removal(
    desk: Callable[..., Installer], tmp_path: Path, old: str, new: str, *, with_data: bool
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path, "whole"))
    install(maker, wheel_factory.project(tmp_path / "work"))
    project = tmp_path / "work" / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    assert old in text
    project.write_text(text.replace(old, new, 1), encoding="utf-8")
    maker.recover()
    broken, _ = maker.installed()
    assert (broken.name, broken.state) == ("tiny", "damaged")
    assert "pyproject.toml” " in (broken.problem or "")
    maker.remove("tiny", with_data=with_data)
    assert [each.name for each in maker.installed()] == ["whole"]


def test_what_nobody_thought_of_damages_one_plugin_alone(
    desk: Callable[..., Installer], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path))
    current = tmp_path / "plugins" / "tiny" / "current.json"
    current.write_text('{"current": "a\\u0000b", "previous": "\\u0000"}', encoding="utf-8")
    broken = only(maker)
    assert (broken.state, broken.previous) == ("damaged", None)
    assert "“tiny” can't be read (ValueError: " in (broken.problem or "")
    assert "ValueError" in caplog.text
    maker.remove("tiny", with_data=False)
    assert maker.installed() == ()


@pytest.mark.parametrize(
    "source", ["nowhere.whl", "tiny", "notes.txt", "file://elsewhere/x.whl", "ftp://a/b.whl"]
)
def test_what_is_no_plugin_is_refused_with_a_sentence(
    desk: Callable[..., Installer], tmp_path: Path, source: str
) -> None:
    (tmp_path / "notes.txt").write_text("no plugin", encoding="utf-8")
    named = str(tmp_path / source) if source == "notes.txt" else source
    with pytest.raises(UserError, match="“"):
        desk().plan(named, network=True)
    assert tree(tmp_path / "plugins") == {}


# consent


def test_a_plan_is_good_once(desk: Callable[..., Installer], tmp_path: Path) -> None:
    maker = desk()
    plan = maker.plan(str(wheel_factory.plugin(tmp_path)), network=False)
    maker.install(plan.token)
    with pytest.raises(UserError, match="no such plan any more"):
        maker.install(plan.token)
    with pytest.raises(UserError, match="no such plan any more"):
        desk().install(plan.token)


def test_consent_does_not_hold_when_something_changed_since(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    slow, quick = desk(), desk()
    plan = slow.plan(str(wheel_factory.plugin(tmp_path)), network=False)
    install(quick, wheel_factory.plugin(tmp_path, version="0.9"))
    with pytest.raises(UserError, match="has changed since you were asked"):
        slow.install(plan.token)
    assert only(slow).version == "0.9"


def test_a_file_changed_in_staging_is_not_installed(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    plan = maker.plan(str(wheel_factory.plugin(tmp_path)), network=False)
    (staged,) = (tmp_path / "plugins").glob(".staging/*/*/*.whl")
    evil = wheel_factory.plugin(tmp_path / "evil", source="EVIL = True\n")
    shutil.copyfile(evil, staged)
    with pytest.raises(UserError, match="changed"):
        maker.install(plan.token)
    assert maker.installed() == ()


def test_a_changed_original_is_of_no_matter(desk: Callable[..., Installer], tmp_path: Path) -> None:
    maker = desk()
    wheel = wheel_factory.plugin(tmp_path, source="ANSWER = 42\n")
    plan = maker.plan(str(wheel), network=False)
    wheel.unlink()
    assert run(maker.install(plan.token), "import mediadesk_tiny as m; print(m.ANSWER)") == "42"


def test_a_failed_backup_stops_an_install(desk: Callable[..., Installer], tmp_path: Path) -> None:
    def back_up() -> None:
        raise UserError("The library can't be backed up: free some disk space.")

    maker = desk(before_commit=back_up)
    plan = maker.plan(str(wheel_factory.plugin(tmp_path)), network=False)
    with pytest.raises(UserError, match="backed up"):
        maker.install(plan.token)
    assert maker.installed() == ()
    maker.close()
    assert tree(tmp_path / "plugins") == {}


def test_many_plans_do_not_fill_the_disk(desk: Callable[..., Installer], tmp_path: Path) -> None:
    maker = desk()
    plans = [
        maker.plan(str(wheel_factory.plugin(tmp_path, version=f"{n}.0")), network=False)
        for n in range(12)
    ]
    assert len(list((tmp_path / "plugins").glob(".staging/*/*/*.whl"))) == 8
    with pytest.raises(UserError, match="no such plan any more"):
        maker.install(plans[0].token)
    assert maker.install(plans[-1].token).version == "11.0"


# trust


def signed(folder: Path, secret: Path, version: str = "1.0") -> Path:
    wheel = wheel_factory.plugin(folder, version=version)
    signature.sign(wheel, secret)
    return wheel


def test_a_publishers_key_is_remembered_when_it_is_installed(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker, secret = desk(), install_factory.key(tmp_path / "key")
    first = maker.plan(str(signed(tmp_path, secret)), network=False)
    assert first.signature == "new"
    assert any(f"the key {first.signer}" in each for each in first.warnings)
    assert maker.plan(str(signed(tmp_path, secret)), network=False).signature == "new"
    done = maker.install(first.token)
    assert done.signer == first.signer
    update = maker.plan(str(signed(tmp_path, secret, "2.0")), network=False)
    assert (update.signature, update.warnings) == ("known", ())
    other = wheel_factory.plugin(tmp_path, "other")
    signature.sign(other, secret)
    assert maker.plan(str(other), network=False).signature == "new"


def test_another_key_or_none_needs_a_consent_of_its_own_and_removing_forgets_no_key(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    mine, theirs = (install_factory.key(tmp_path / each) for each in ("mine", "theirs"))
    known = install(maker, signed(tmp_path, mine)).signer
    sources = (
        (signed(tmp_path / "b", theirs, "2.0"), "signed with the key [0-9A-F]{16}"),
        (wheel_factory.plugin(tmp_path / "c", version="2.0"), "not signed"),
        (wheel_factory.project(tmp_path / "d", version="2.0"), "not signed"),
    )
    for with_data in (None, False, True):
        if with_data is not None:
            maker.remove("tiny", with_data=with_data)
            maker.recover()
        for source, how in sources:
            plan = maker.plan(str(source), network=False)
            assert plan.former_signer == known
            says = f"signed with the key {known} until now, and this is {how}: ask its maker why"
            assert re.search(says, plan.warnings[0])
            with pytest.raises(OptionNeededError, match=f"{says}.*consent") as refused:
                maker.install(plan.token)
            assert (refused.value.option, "--" in str(refused.value)) == ("new_publisher", False)
        assert [each.version for each in maker.installed()] == ["1.0"] * (with_data is None)
        again = maker.plan(str(signed(tmp_path, mine)), network=False)
        assert (again.signature, again.former_signer) == ("known", None)
        maker.install(again.token)


def test_a_consent_to_another_key_makes_it_the_known_one_and_to_none_does_not(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    mine, theirs = (install_factory.key(tmp_path / each) for each in ("mine", "theirs"))
    known = install(maker, signed(tmp_path, mine)).signer
    unsigned = maker.plan(str(wheel_factory.plugin(tmp_path / "b", version="2.0")), network=False)
    assert maker.install(unsigned.token, new_publisher=True).signer is None
    plan = maker.plan(str(signed(tmp_path / "c", theirs, "3.0")), network=False)
    assert (plan.signature, plan.former_signer) == ("new", known)
    done = maker.install(plan.token, new_publisher=True)
    update = maker.plan(str(signed(tmp_path / "d", theirs, "4.0")), network=False)
    assert (update.signature, update.warnings) == ("known", ())
    back = maker.plan(str(signed(tmp_path / "e", mine, "5.0")), network=False)
    assert back.former_signer == done.signer


def test_the_key_stays_when_an_unsigned_version_is_brought_back(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    mine, theirs = (install_factory.key(tmp_path / each) for each in ("mine", "theirs"))
    install(maker, wheel_factory.plugin(tmp_path / "a"))
    known = install(maker, signed(tmp_path / "b", mine, "2.0")).signer
    maker.rollback("tiny")
    plan = maker.plan(str(signed(tmp_path / "c", theirs, "3.0")), network=False)
    assert plan.former_signer == known


def test_going_back_means_going_back_to_the_publisher_too(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    mine, theirs = (install_factory.key(tmp_path / each) for each in ("mine", "theirs"))
    known = install(maker, signed(tmp_path / "a", mine, "1.0")).signer
    other = maker.plan(str(signed(tmp_path / "b", theirs, "2.0")), network=False)
    maker.install(other.token, new_publisher=True)
    maker.rollback("tiny")
    again = maker.plan(str(signed(tmp_path / "c", mine, "3.0")), network=False)
    assert (again.signature, again.former_signer) == ("known", None)
    theirs_again = maker.plan(str(signed(tmp_path / "d", theirs, "5.0")), network=False)
    assert (theirs_again.signature, theirs_again.former_signer) == ("new", known)
    maker.rollback("tiny")
    assert maker.plan(str(signed(tmp_path / "e", theirs, "6.0")), network=False).signature == (
        "known"
    )


def test_a_false_signature_is_refused(desk: Callable[..., Installer], tmp_path: Path) -> None:
    secret = install_factory.key(tmp_path / "key")
    wheel = signed(tmp_path, secret)
    wheel_factory.plugin(tmp_path, source="EVIL = True\n")
    with pytest.raises(UserError, match="changed after it was signed"):
        desk().plan(str(wheel), network=False)


def test_blocked_plugins_are_refused_and_stopped(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    secret = install_factory.key(tmp_path / "key")
    wheel = signed(tmp_path, secret)
    maker = desk()
    plan = maker.plan(str(wheel), network=False)
    done = maker.install(plan.token)
    blocks: Sequence[dict[str, str]] = (
        {"name": "tiny"},
        {"name": "tiny", "versions": "<2"},
        {"sha256": plan.contents[0].upper()},
        {"key": done.signer or ""},
    )
    for number, each in enumerate(blocks):
        file = tmp_path / f"blocked-{number}.json"
        file.write_text('{"blocked": []}', encoding="utf-8")
        install_factory.block(file, **each)
        careful = desk(blocked=file)
        assert only(careful).state == "blocked"
        assert "sends the library away" in (only(careful).problem or "")
        with pytest.raises(UserError, match="is blocked"):
            careful.plan(str(wheel), network=False)
    file = tmp_path / "others.json"
    file.write_text('{"blocked": []}', encoding="utf-8")
    for each in ({"name": "other"}, {"name": "tiny", "versions": ">=2"}, {"sha256": "0" * 64}, {}):
        install_factory.block(file, **each)
    assert only(desk(blocked=file)).state == "ready"


# folders in development


def test_a_folder_runs_in_place(desk: Callable[..., Installer], tmp_path: Path) -> None:
    folder = wheel_factory.project(tmp_path / "work", source="ANSWER = 1\n")
    maker = desk()
    plan = maker.plan(str(folder), network=False)
    assert (plan.signature, plan.action, plan.package_size) == ("development", "install", 0)
    done = maker.install(plan.token)
    assert (done.source, done.root, done.more_roots) == ("folder", folder, ())
    (folder / "mediadesk_tiny" / "__init__.py").write_text("ANSWER = 2\n", encoding="utf-8")
    assert run(only(maker), "import mediadesk_tiny as m; print(m.ANSWER)") == "2"
    maker.recover()
    assert only(maker) == done
    shutil.rmtree(folder)
    assert only(maker).state == "damaged"


def test_what_a_folder_needs_lies_beside_and_is_chosen_anew_when_that_changes(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheels = tmp_path / "wheels"
    for version in ("1.0", "2.0"):
        wheel_factory.library(wheels, "tiny-lib", version)
    folder = wheel_factory.project(tmp_path / "work", requires=["numpy", "tiny-lib<2"])
    maker = desk()
    done = install(maker, folder, wheels)
    assert done.dependencies == ("tiny-lib 1.0",)
    assert run(done, "import tiny_lib, mediadesk_tiny; print(tiny_lib.VERSION)") == "1.0"
    assert not list(folder.glob("**/tiny_lib*"))
    again = maker.plan(str(folder), network=False)
    assert again.bundled == ()
    assert maker.install(again.token) == done

    wheel_factory.library(wheels, "tiny-lib", "1.5")
    assert install(maker, folder, wheels) == done, "what is here is kept"
    anew = maker.plan(str(folder), network=False, wheelhouse=wheels, anew=True)
    assert anew.bundled == ("tiny-lib 1.5",)
    changed = maker.install(anew.token)
    assert run(changed, "import tiny_lib; print(tiny_lib.VERSION)") == "1.5"
    assert install(maker, folder) == changed
    same = maker.plan(str(folder), network=False, wheelhouse=wheels, anew=True)
    assert same.bundled == (), "the same wheels are here already"
    (wheels / "tiny_lib-1.5-py3-none-any.whl").unlink()

    for each in (tmp_path / "plugins/tiny/versions").glob("*/install.json"):
        each.write_text("{", encoding="utf-8")
    assert only(maker).state == "damaged"
    assert install(maker, folder, wheels).dependencies == ("tiny-lib 1.0",)

    project = folder / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace("<2", ""), encoding="utf-8")
    assert "needs has changed" in (only(maker).problem or "")
    newer = install(maker, folder, wheels)
    assert run(newer, "import tiny_lib; print(tiny_lib.VERSION)") == "2.0"
    assert len(list((tmp_path / "plugins/tiny/versions").iterdir())) == 1


def test_a_folder_and_an_installed_version_can_take_turns(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path))
    folder = wheel_factory.project(tmp_path / "work", version="1.1")
    assert install(maker, folder).previous == "1.0"
    assert maker.rollback("tiny").source == "installed"
    assert maker.rollback("tiny").source == "folder"
    done = install(maker, wheel_factory.plugin(tmp_path, version="2.0"))
    assert (done.source, done.previous) == ("installed", "1.1")
    maker.recover()
    assert maker.rollback("tiny").root == folder


def test_a_folder_whose_code_is_in_src_is_found(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    folder = wheel_factory.project(tmp_path / "work")
    (folder / "src").mkdir()
    (folder / "mediadesk_tiny").rename(folder / "src" / "mediadesk_tiny")
    assert install(desk(), folder).root == folder / "src"
    shutil.rmtree(folder / "src")
    with pytest.raises(UserError, match="has no module “mediadesk_tiny”"):
        desk().plan(str(folder), network=False)


# tidying


def test_recover_leaves_living_plans_and_deletes_litter(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    install(maker, wheel_factory.plugin(tmp_path))
    plan = maker.plan(str(wheel_factory.plugin(tmp_path, version="2.0")), network=False)
    root = tmp_path / "plugins"
    before = set(tree(root))
    (root / "tiny" / "versions" / "0.5-00000000" / "site").mkdir(parents=True)
    (root / "tiny" / ".current.json.1234.tmp").write_text("{", encoding="utf-8")
    (root / ".staging" / "0123456789abcdef" / "x").mkdir(parents=True)
    (root / "half" / "versions" / "1.0-00000000").mkdir(parents=True)
    desk().recover()
    assert set(tree(root)) == before
    assert sorted(each.name for each in root.iterdir() if each.is_dir()) == [".staging", "tiny"]
    assert len(list((root / "tiny" / "versions").iterdir())) == 1
    assert maker.install(plan.token).version == "2.0"


def test_a_folder_that_does_not_exist_is_empty(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    desk().recover()
    assert desk().installed() == ()
    assert not (tmp_path / "plugins").exists()


def test_damaged_keys_stop_installs_but_not_the_start(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk()
    install(maker, signed(tmp_path, install_factory.key(tmp_path / "key")))
    (tmp_path / "plugins" / "trust.json").write_text("{", encoding="utf-8")
    maker.recover()
    assert only(maker).state == "ready"
    with pytest.raises(UserError, match="meet all publishers anew"):
        maker.plan(str(wheel_factory.plugin(tmp_path / "b", version="2.0")), network=False)
