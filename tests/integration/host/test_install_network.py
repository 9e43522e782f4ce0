"""Installing over the network: addresses, the plugin index, and indexes of wheels."""

import hashlib
import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import install_factory
import pytest
import wheel_factory
from install_factory import Server

from mediadesk.api import UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.host.install import Installer, Plan
from mediadesk.host.package import signature


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "served"
    folder.mkdir()
    with Server(folder).running() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Installer]]:
    """Makes installers of one plugins folder, which may use the network."""
    made: list[Installer] = []

    def make(**options: Any) -> Installer:  # noqa: ANN401
        made.append(Installer(tmp_path / "plugins", **{"allow": lambda _: None, **options}))
        return made[-1]

    yield make
    for each in made:
        each.close()


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


# addresses


def test_a_wheel_is_fetched_from_an_address_with_its_signature(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel = wheel_factory.plugin(server.folder)
    signature.sign(wheel, install_factory.key(tmp_path / "key"))
    asked: list[str] = []
    maker = desk(allow=asked.append)
    plan = maker.plan(f"{server.url}/{wheel.name}", network=True)
    assert asked == [f"{server.url}/{wheel.name}", f"{server.url}/{wheel.name}.minisig"]
    assert plan.signature == "new"
    (download,) = plan.downloads
    assert (download.name, download.size) == ("mediadesk-tiny", wheel.stat().st_size)
    assert any("had to be fetched already" in each for each in plan.warnings)
    assert maker.install(plan.token).signer == plan.signer
    assert len(server.asked) == 2


def test_without_the_network_nothing_is_asked(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    url = f"{server.url}/{wheel_factory.plugin(server.folder).name}"
    says = "“127.0.0.1” would have to be asked: allow the network, and try again"
    with pytest.raises(OptionNeededError, match=says) as refused:
        desk().plan(url, network=False)
    sent = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - as it goes to the window
    assert (sent.option, str(sent)) == ("network", str(refused.value))
    with pytest.raises(UserError, match="allow the network"):
        desk(allow=None).plan(url, network=True)

    def refuse(url: str) -> None:
        raise UserError(f"“{url}”: the network is switched off in the settings.")

    with pytest.raises(UserError, match="switched off in the settings"):
        desk(allow=refuse).plan(url, network=True)
    assert server.asked == []
    with pytest.raises(UserError, match="is not there"):
        desk().plan("~nobody-of-that-name/x.whl", network=False)


def test_what_is_being_fetched_stops_when_it_may_not_go_on(
    server: Server, desk: Callable[..., Installer]
) -> None:
    def stop() -> None:
        raise UserError("The network is switched off.")

    wheel = wheel_factory.plugin(server.folder)
    with pytest.raises(UserError, match="switched off"):
        desk(allow=lambda _: stop).plan(f"{server.url}/{wheel.name}", network=True)
    assert server.asked == [f"GET /{wheel.name}"]


def test_every_hop_of_a_redirect_is_announced(
    server: Server, desk: Callable[..., Installer]
) -> None:
    wheel = wheel_factory.plugin(server.folder)
    server.moved["/latest.whl"] = f"{server.url}/{wheel.name}"
    server.moved["/away.whl"] = "http://example.org/evil.whl"
    server.moved["/here.whl"] = wheel.absolute().as_uri()
    asked: list[str] = []
    with pytest.raises(UserError, match="NAME-VERSION"):  # it keeps the name that was asked for
        desk(allow=asked.append).plan(f"{server.url}/latest.whl", network=True)
    assert asked[:2] == [f"{server.url}/latest.whl", f"{server.url}/{wheel.name}"]
    for name, says in (("away", "only addresses with https"), ("here", "only addresses with http")):
        with pytest.raises(UserError, match=says):
            desk(allow=asked.append).plan(f"{server.url}/{name}.whl", network=True)
    assert not any("example.org" in each for each in asked)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://example.org/x-1.0-py3-none-any.whl", "only addresses with https"),
        ("{url}/missing-1.0-py3-none-any.whl", "the server says 404"),
        ("{url}/broken-1.0-py3-none-any.whl", "the server says 500"),
        ("{url}/tiny.exe", "leads to no plugin"),
        ("{url}/", "does not end with the name of a file"),
        ("{url}/..%2f..%2fevil.whl", "404"),
        ("{url}/a%5cevil.whl", "does not end with the name of a file"),
        ("http://127.0.0.1:9/x-1.0-py3-none-any.whl", "can't be fetched"),
    ],
)
def test_an_address_that_can_not_be_fetched_says_why(
    server: Server, desk: Callable[..., Installer], tmp_path: Path, address: str, says: str
) -> None:
    server.broken.add("/broken-1.0-py3-none-any.whl")
    maker = desk()
    with pytest.raises(UserError, match=says):
        maker.plan(address.format(url=server.url), network=True)
    maker.close()
    assert not list((tmp_path / "plugins").rglob("*.whl"))


# the plugin index


@pytest.fixture
def packages(server: Server) -> list[tuple[str, str, Path]]:
    """Two versions of a plugin, beside the index."""
    return [
        ("tiny", version, wheel_factory.plugin(server.folder, version=version))
        for version in ("1.0", "2.0")
    ]


def test_a_name_installs_the_newest_version_of_the_index(
    server: Server, desk: Callable[..., Installer], packages: list[tuple[str, str, Path]]
) -> None:
    install_factory.index(server.folder / "index.json", packages)
    maker = desk(index=f"{server.url}/index.json")
    with pytest.raises(OptionNeededError, match="never fetched: allow the network, and try"):
        maker.offers(network=False)
    (offer,) = maker.offers(network=True)
    assert (offer.name, offer.version, offer.installed, offer.problem) == (
        "tiny",
        "2.0",
        None,
        None,
    )
    plan = maker.plan(offer.source, network=True)
    assert plan.version == "2.0"
    maker.install(plan.token)
    before = len(server.asked)
    (offer,) = maker.offers(network=False)
    assert offer.installed == "2.0"
    assert len(server.asked) == before
    with pytest.raises(UserError, match="offers no plugin “other”"):
        maker.plan("other", network=False)


def test_an_index_may_be_a_file_and_needs_no_network_then(
    server: Server, desk: Callable[..., Installer], packages: list[tuple[str, str, Path]]
) -> None:
    file = install_factory.index(server.folder / "index.json", packages)
    for location in (str(file), file.as_uri()):
        maker = desk(index=location, allow=None)
        assert [each.version for each in maker.offers(network=False)] == ["2.0"]
        assert maker.plan("tiny", network=False).downloads == ()
    assert server.asked == []


def test_what_does_not_fit_here_is_offered_with_its_problem_and_passed_over(
    server: Server, desk: Callable[..., Installer], packages: list[tuple[str, str, Path]]
) -> None:
    file = install_factory.index(server.folder / "index.json", packages)
    told = json.loads(file.read_text(encoding="utf-8"))
    told["plugins"][0]["versions"][1]["api"] = ">=2"
    file.write_text(json.dumps(told), encoding="utf-8")
    maker = desk(index=str(file))
    (offer,) = maker.offers(network=False)
    assert (offer.version, offer.problem) == ("1.0", None)
    told["plugins"][0]["versions"][0]["api"] = ">=3"
    file.write_text(json.dumps(told), encoding="utf-8")
    (offer,) = maker.offers(network=False)
    assert (offer.version, "plugin API >=2" in (offer.problem or "")) == ("2.0", True)
    with pytest.raises(UserError, match=r"can't be installed here\. It needs the plugin API >=2"):
        maker.plan("tiny", network=False)


def test_a_block_in_the_index_stops_what_is_installed_also_without_the_network(
    server: Server, desk: Callable[..., Installer], packages: list[tuple[str, str, Path]]
) -> None:
    file = install_factory.index(server.folder / "index.json", packages)
    maker = desk(index=f"{server.url}/index.json")
    maker.install(maker.plan("tiny", network=True).token)
    plan = maker.plan("tiny", network=True)
    install_factory.block(file, name="tiny", versions=">=2")
    (offer,) = maker.offers(network=True)
    assert offer.version == "1.0"
    with pytest.raises(UserError, match="is blocked"):
        maker.install(plan.token)
    server.folder.joinpath("index.json").unlink()
    (found,) = desk(index=f"{server.url}/index.json").installed()
    assert found.state == "blocked"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"size": 5}, "another file than the plugin index"),
        ({"sha256": "0" * 64}, "another file than the plugin index"),
        ({"url": "missing-1.0-py3-none-any.whl"}, "404"),
        ({"url": "http://example.org/x.whl"}, "only addresses with https"),
        ({"url": "file:///etc/passwd"}, "leads to “file:///etc/passwd”"),
        ({"signature": "nonsense"}, "not one of minisign"),
    ],
)
def test_a_package_that_is_not_what_the_index_says_is_refused(
    server: Server, desk: Callable[..., Installer], changes: dict[str, Any], says: str
) -> None:
    wheel = wheel_factory.plugin(server.folder)
    install_factory.index(server.folder / "index.json", [("tiny", "1.0", wheel)], **changes)
    with pytest.raises(UserError, match=says):
        desk(index=f"{server.url}/index.json").plan("tiny", network=True)


def test_a_package_of_another_name_or_version_than_the_index_says_is_refused(
    server: Server, desk: Callable[..., Installer]
) -> None:
    wheel = wheel_factory.plugin(server.folder, "evil")
    for name, version in (("tiny", "1.0"), ("evil", "1.1")):
        file = install_factory.index(server.folder / "index.json", [(name, version, wheel)])
        with pytest.raises(UserError, match=f"offers “{name} {version}”, and the package is “evil"):
            desk(index=str(file)).plan(name, network=False)


def test_what_could_be_a_name_is_one_whatever_lies_here(
    server: Server,
    desk: Callable[..., Installer],
    packages: list[tuple[str, str, Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = install_factory.index(server.folder / "index.json", packages)
    wheel_factory.project(tmp_path / "here" / "tiny", version="5.0")
    monkeypatch.chdir(tmp_path / "here")
    maker = desk(index=str(file))
    named = maker.plan("tiny", network=False)
    assert (named.version, named.source) == ("2.0", f"the plugin index “{file.as_uri()}”")
    folder = maker.plan("./tiny", network=False)
    assert (folder.version, folder.source) == ("5.0", str(tmp_path / "here" / "tiny"))
    with pytest.raises(UserError, match=r"none is set: set “plugin_index” .*write “./tiny” if"):
        desk().plan("tiny", network=False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "wrong"),
        ("[]", "wrong"),
        ("{}", "wrong"),
        ('{"format": 2}', "its format is 2"),
        ('{"format": 1, "plugins": [{"name": "x", "versions": []}]}', "“x” has no versions"),
        ('{"format": 1, "plugins": [{"name": "../x", "versions": []}]}', "is no plugin's name"),
    ],
)
def test_a_wrong_index_is_refused_and_the_last_good_copy_kept(
    server: Server,
    desk: Callable[..., Installer],
    packages: list[tuple[str, str, Path]],
    text: str,
    says: str,
) -> None:
    file = install_factory.index(server.folder / "index.json", packages)
    maker = desk(index=f"{server.url}/index.json")
    maker.offers(network=True)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says):
        maker.offers(network=True)
    assert [each.name for each in maker.offers(network=False)] == ["tiny"]


def test_the_key_of_an_index_is_remembered(
    server: Server,
    desk: Callable[..., Installer],
    packages: list[tuple[str, str, Path]],
    tmp_path: Path,
) -> None:
    file = install_factory.index(server.folder / "index.json", packages)
    mine, theirs = (install_factory.key(tmp_path / each) for each in ("mine", "theirs"))
    maker = desk(index=f"{server.url}/index.json")
    install_factory.sign_index(file, mine)
    maker.offers(network=True)
    maker.recover()
    install_factory.sign_index(file, theirs)
    with pytest.raises(UserError, match="is now signed with the key"):
        maker.offers(network=True)
    file.with_name("index.json.minisig").unlink()
    with pytest.raises(UserError, match="is now not signed"):
        maker.plan("tiny", network=True)
    install_factory.sign_index(file, mine, "mediadesk plugin tiny 1.0")
    with pytest.raises(UserError, match="is false"):
        maker.offers(network=True)
    install_factory.sign_index(file, mine)
    file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(UserError, match="is false"):
        maker.offers(network=True)
    install_factory.sign_index(file, mine)
    assert maker.offers(network=True)
    desk(index=f"{server.url}/index.json?ref=main").offers(network=True)
    assert server.asked[-1] == "GET /index.json.minisig?ref=main"


def test_an_older_signed_index_is_not_believed_again(
    server: Server,
    desk: Callable[..., Installer],
    packages: list[tuple[str, str, Path]],
    tmp_path: Path,
) -> None:
    mine = install_factory.key(tmp_path / "mine")
    file = install_factory.index(server.folder / "index.json", packages)
    maker = desk(index=f"{server.url}/index.json")
    told = json.loads(file.read_text(encoding="utf-8"))

    def publish(serial: int, *, signed: bool = True) -> None:
        file.write_text(json.dumps({**told, "serial": serial}), encoding="utf-8")
        if signed:
            install_factory.sign_index(file, mine)

    publish(99, signed=False)  # anybody could have sent that
    maker.offers(network=True)
    for serial in (7, 7, 8):
        publish(serial)
        maker.offers(network=True)
    publish(7)
    with pytest.raises(UserError, match=r"is an old one \(number 7, and 8 was seen"):
        maker.offers(network=True)


@pytest.mark.parametrize(
    ("index", "says"),
    [
        (None, "No plugin index is set: give the address of one as “plugin_index” in “my.toml”"),
        (".", "“plugin_index” in “my.toml” is the folder “.*”: give the file"),
        ("none.json", "none.json” is not there: check “plugin_index” in “my.toml”"),
        ("htps://x.org/index.json", "“plugin_index” in “my.toml” .* only https:// and file://"),
    ],
)
def test_an_index_that_is_set_wrong_says_where(
    desk: Callable[..., Installer], index: str | None, says: str
) -> None:
    maker = desk(index=index, settings="my.toml")
    with pytest.raises(UserError, match=says):
        maker.offers(network=True)
    assert maker.installed() == ()


def test_a_signature_in_the_index_counts(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel = wheel_factory.plugin(server.folder)
    beside = signature.sign(wheel, install_factory.key(tmp_path / "key"))
    text = beside.read_text(encoding="utf-8")
    beside.unlink()
    install_factory.index(server.folder / "index.json", [("tiny", "1.0", wheel)], signature=text)
    plan = desk(index=f"{server.url}/index.json").plan("tiny", network=True)
    assert plan.signature == "new"
    wheel.unlink()
    with pytest.raises(UserError, match=r"whl” is not there, though the plugin index “file:"):
        desk(index=str(server.folder / "index.json")).plan("tiny", network=False)


# indexes of wheels


def needing(folder: Path, *requires: str, name: str = "tiny") -> str:
    return str(wheel_factory.plugin(folder, name, requires=["numpy", *requires]))


@pytest.mark.parametrize("form", ["html", "json"])
def test_wheels_are_only_fetched_after_consent_where_the_index_tells_enough(
    server: Server, desk: Callable[..., Installer], tmp_path: Path, form: str
) -> None:
    wheels = [
        wheel_factory.library(tmp_path, "tiny-lib", "1.0", requires=["deep-lib[more]>=1"]),
        wheel_factory.library(tmp_path, "tiny-lib", "2.0", requires_python=">=3.99"),
        wheel_factory.library(tmp_path, "deep-lib", "1.2", requires=["far-lib; extra == 'more'"]),
        wheel_factory.library(tmp_path, "far-lib", "0.1", requires=["numpy<99"]),
    ]
    install_factory.simple_index(server.folder / "simple", wheels, form=form)
    asked: list[str] = []
    maker = desk(wheel_index=f"{server.url}/simple", allow=asked.append)
    plan = maker.plan(needing(tmp_path, "tiny-lib"), network=True)
    assert [(each.name, each.version, each.size) for each in plan.downloads] == [
        ("deep-lib", "1.2", wheels[2].stat().st_size),
        ("far-lib", "0.1", wheels[3].stat().st_size),
        ("tiny-lib", "1.0", wheels[0].stat().st_size),
    ]
    assert not any(each.startswith("GET") and each.endswith(".whl") for each in server.asked)
    assert len(plan.warnings) == 1
    done = maker.install(plan.token)
    assert done.dependencies == ("deep-lib 1.2", "far-lib 0.1", "tiny-lib 1.0")
    assert sum(each.startswith("GET") and each.endswith(".whl") for each in server.asked) == 3
    assert [each.partition(" ")[2] for each in server.asked] == [
        each.removeprefix(server.url) for each in asked
    ]
    assert not any("numpy" in each or "mediadesk" in each for each in server.asked)


def test_wheels_without_metadata_are_fetched_to_learn_what_they_need(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel = wheel_factory.library(tmp_path)
    install_factory.simple_index(server.folder / "simple", [wheel], metadata=False)
    maker = desk(wheel_index=f"{server.url}/simple/")
    plan = maker.plan(needing(tmp_path, "tiny-lib"), network=True)
    assert any("had to be fetched already" in each for each in plan.warnings)
    asked = len(server.asked)
    assert maker.install(plan.token).dependencies == ("tiny-lib 1.0",)
    assert len(server.asked) == asked


def test_an_index_of_wheels_may_be_a_folder(desk: Callable[..., Installer], tmp_path: Path) -> None:
    root = install_factory.simple_index(tmp_path / "simple", [wheel_factory.library(tmp_path)])
    for location in (str(root), root.as_uri()):
        maker = desk(wheel_index=location, allow=None)
        plan = maker.plan(needing(tmp_path, "tiny-lib"), network=False)
        assert (plan.bundled, plan.downloads) == (("tiny-lib 1.0",), ())
        assert maker.install(plan.token).dependencies == ("tiny-lib 1.0",)


def test_a_wheel_index_in_the_network_is_not_asked_without_it(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="allow the network"):
        desk(wheel_index=f"{server.url}/simple").plan(needing(tmp_path, "tiny-lib"), network=False)
    assert server.asked == []


def test_a_wheelhouse_is_used_alone_even_if_the_index_has_a_higher_version(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    evil = wheel_factory.library(tmp_path, "tiny-lib", "99.0")
    install_factory.simple_index(server.folder / "simple", [evil])
    wheel_factory.library(tmp_path / "wheels", "tiny-lib", "1.0")
    house = tmp_path / "wheels"
    maker = desk(wheel_index=f"{server.url}/simple")
    plan = maker.plan(needing(tmp_path, "tiny-lib"), network=True, wheelhouse=house)
    assert plan.bundled == ("tiny-lib 1.0",)
    with pytest.raises(UserError, match="no wheels for this computer"):
        maker.plan(needing(tmp_path, "tiny-lib>=2"), network=True, wheelhouse=house)
    own = wheel_factory.plugin(tmp_path, requires=["tiny-lib"])
    old = wheel_factory.library(tmp_path, "tiny-lib", "0.5")
    bundle = wheel_factory.bundle(tmp_path, own, [old])
    assert maker.plan(str(bundle), network=True, wheelhouse=house).bundled == ("tiny-lib 0.5",)
    assert server.asked == []


def test_a_wheel_index_that_is_not_there_says_where_it_is_set(
    desk: Callable[..., Installer], tmp_path: Path
) -> None:
    maker = desk(wheel_index=str(tmp_path / "none"), settings="my.toml")
    with pytest.raises(UserError, match=r"/none” is no folder: check “wheel_index” in “my.toml”"):
        maker.plan(needing(tmp_path, "tiny-lib"), network=False)


def test_an_empty_wheelhouse_asks_nobody(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    (tmp_path / "wheels").mkdir()
    asked: list[str] = []
    maker = desk(allow=asked.append)
    with pytest.raises(UserError, match="no wheels for this computer"):
        maker.plan(needing(tmp_path, "tiny-lib"), network=True, wheelhouse=tmp_path / "wheels")
    assert asked == []


def lies(server: Server, wheel: Path, **parts: str) -> None:
    """Make an index whose one link is put together from these parts."""
    page = server.folder / "simple" / "tiny-lib"
    page.mkdir(parents=True)
    (page / wheel.name).write_bytes(wheel.read_bytes())
    if "metadata" in parts:
        (page / f"{wheel.name}.metadata").write_text(parts["metadata"], encoding="utf-8")
    href = parts.get("href", wheel.name)
    digest = parts.get("sha256", sha256(wheel))
    more = 'data-core-metadata="true"' if "metadata" in parts else ""
    (page / "index.html").write_text(f'<a href="{href}#sha256={digest}" {more}>x</a>')


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"sha256": "0" * 64}, "another file than it should be"),
        ({"href": "file:///etc/tiny_lib-1.0-py3-none-any.whl"}, "no wheels for this computer"),
        ({"href": "http://example.org/tiny_lib-1.0-py3-none-any.whl"}, "only addresses with https"),
        ({"href": "tiny_lib-9.0-py3-none-any.whl"}, "404"),
        ({"metadata": "Name: other\nVersion: 1.0\n"}, "says inside that it is other 1.0"),
        ({"metadata": "nonsense"}, "says inside that it is"),
    ],
)
def test_an_index_that_lies_is_found_out_at_once(
    server: Server,
    desk: Callable[..., Installer],
    tmp_path: Path,
    parts: dict[str, str],
    says: str,
) -> None:
    lies(server, wheel_factory.library(tmp_path), **parts)
    with pytest.raises(UserError, match=says):
        desk(wheel_index=f"{server.url}/simple").plan(needing(tmp_path, "tiny-lib"), network=True)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\xff\xfe",
        b"[",
        b"[]",
        b'{"files": 5}',
        b'{"files": [5]}',
        b'{"files": [{"url": "http://["}]}',
        b'{"files": [{"url": "tiny_lib-1.0-py3-none-any.whl", "requires-python": 5}]}',
        b'{"files": [{"url": "tiny_lib-1.0-py3-none-any.whl", "hashes": {"sha256": 5}}]}',
        b'{"files": [{"url": "tiny_lib-1.0-py3-none-any.whl", "upload-time": "soon"}]}',
    ],
)
def test_a_page_that_makes_no_sense_is_told(
    server: Server, desk: Callable[..., Installer], tmp_path: Path, page: bytes
) -> None:
    (server.folder / "simple" / "tiny-lib").mkdir(parents=True)
    (server.folder / "simple" / "tiny-lib" / "simple.json").write_bytes(page)
    with pytest.raises(UserError, match=r"tiny[-_]lib"):
        desk(wheel_index=f"{server.url}/simple").plan(needing(tmp_path, "tiny-lib"), network=True)


def test_an_index_whose_metadata_hide_a_requirement_is_found_out_before_anything_changes(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    wheel = wheel_factory.library(tmp_path, requires=["evil-lib"])
    lies(
        server,
        wheel,
        metadata="Metadata-Version: 2.1\nName: tiny-lib\nVersion: 1.0\nRequires-Python: >=3.11\n",
    )
    maker = desk(wheel_index=f"{server.url}/simple")
    plan: Plan = maker.plan(needing(tmp_path, "tiny-lib"), network=True)
    with pytest.raises(UserError, match="is not what its index says of it"):
        maker.install(plan.token)
    assert maker.installed() == ()


def test_a_wheel_that_changed_after_consent_is_refused(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    root = server.folder / "simple"
    install_factory.simple_index(root, [wheel_factory.library(tmp_path)])
    maker = desk(wheel_index=f"{server.url}/simple")
    plan = maker.plan(needing(tmp_path, "tiny-lib"), network=True)
    evil = wheel_factory.library(tmp_path / "evil", files=[("tiny_lib/__init__.py", b"evil = 1\n")])
    (root / "tiny-lib" / evil.name).write_bytes(evil.read_bytes())
    with pytest.raises(UserError, match="another file than it should be"):
        maker.install(plan.token)
    assert maker.installed() == ()


def test_another_publisher_is_refused_before_anything_is_fetched(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    install_factory.simple_index(server.folder / "simple", [wheel_factory.library(tmp_path)])
    mine = wheel_factory.plugin(tmp_path)
    signature.sign(mine, install_factory.key(tmp_path / "mine"))
    maker = desk(wheel_index=f"{server.url}/simple")
    maker.install(maker.plan(str(mine), network=True).token)
    theirs = wheel_factory.plugin(tmp_path / "b", version="2.0", requires=["tiny-lib"])
    plan = maker.plan(str(theirs), network=True)
    asked = len(server.asked)
    with pytest.raises(OptionNeededError, match="ask its maker why"):
        maker.install(plan.token)
    assert len(server.asked) == asked


def test_another_plugin_is_no_dependency(
    server: Server, desk: Callable[..., Installer], tmp_path: Path
) -> None:
    other = wheel_factory.plugin(tmp_path, "other")
    install_factory.simple_index(server.folder / "simple", [other], metadata=False)
    with pytest.raises(UserError, match="is a plugin of its own"):
        desk(wheel_index=f"{server.url}/simple").plan(
            needing(tmp_path, "mediadesk-other"), network=True
        )
    install_factory.simple_index(server.folder / "simple", [other])
    maker = desk(wheel_index=f"{server.url}/simple")
    plan = maker.plan(needing(tmp_path, "mediadesk-other"), network=True)
    with pytest.raises(UserError, match="is not what its index says"):
        maker.install(plan.token)
