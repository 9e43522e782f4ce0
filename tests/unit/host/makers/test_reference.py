"""The pages for makers say what the code says, and the commands they name are there."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.main import get_command

from mediadesk import api, cli, resources, settings
from mediadesk.api import hookspecs, testing
from mediadesk.engine.learnt import facts
from mediadesk.host.install.records import Catalogue
from mediadesk.host.isolate import guest
from mediadesk.host.isolate.contract import HOOKS, members
from mediadesk.host.makers import material, reference, words
from mediadesk.host.makers.needs import NEEDS
from mediadesk.host.makers.new import KINDS, example
from mediadesk.host.makers.trials import attempt
from mediadesk.host.manifest import Permissions, Resources
from mediadesk.host.project import Table

PAGE = reference.FILE.read_text(encoding="utf-8")
GUIDE = resources.path("docs/plugins.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def test_the_committed_page_is_that_of_this_code() -> None:
    again = "run “python -m mediadesk.host.makers.reference”"
    assert reference.page() == PAGE, again


def test_every_public_name_is_on_it() -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    defined = set(re.findall(r"^(?:class |def )?(\w+)(?:\(| =|:|\b)", code, re.MULTILINE))
    hooks = {*HOOKS, "executor"}
    assert {*api.__all__, *hooks} <= defined
    for_tests = {
        name
        for name, each in vars(testing).items()
        if getattr(each, "__module__", "") == testing.__name__ and not name.startswith("_")
    }
    assert for_tests
    assert for_tests <= defined


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_its_members_and_its_whole_example(hook: str) -> None:
    chapter = PAGE.partition(f"\n### {hook}\n")[2].partition("\n### ")[0]
    assert getattr(hookspecs, hook).__doc__ in chapter
    (kind,) = (kind for kind, own in KINDS.items() if own == hook)
    files = example(kind, kind)
    (source,) = (text.decode() for path, text in files.items() if path.endswith("__init__.py"))
    assert source.strip() in chapter
    if HOOKS[hook].value is None:
        assert all(re.search(rf"def {name}\(\s*self", chapter) for name in members(hook))


def test_permissions_and_limits_are_all_told() -> None:
    names = {each.encode_name for each in msgspec.structs.fields(Permissions)}
    assert set(words.PERMISSIONS) == names
    assert set(NEEDS.values()) <= names
    assert set(words.ENFORCED) == {each.encode_name for each in msgspec.structs.fields(Resources)}


def test_the_time_for_what_a_person_waits_for_is_right() -> None:
    quick = {"rankers", "explainers", "intent_parsers", "shelves"}
    assert dict.fromkeys(quick, 2.0) | {"panels": 10.0} == guest._PROMPT_SECONDS
    assert "intent parsers and shelves 2 seconds a\ncall, panels 10" in PAGE


def test_links_lead_somewhere() -> None:
    here = {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-")
            for head in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)}  # fmt: skip
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= here
    assert set(re.findall(r"plugin-api\.md#([^)]*)\)", GUIDE)) <= here
    assert "](plugins.md)" in PAGE


def test_every_command_that_is_named_exists() -> None:
    commands = get_command(cli.app).commands
    plugins = commands["plugins"].commands
    named = re.findall(r"(?:^|`)mediadesk ((?:plugins )?[a-z-]+)", GUIDE + PAGE, re.MULTILINE)
    assert len(named) > 20
    for name in named:
        first, _, second = name.partition(" ")
        assert first in commands, name
        assert not second or second in plugins, name
    used = re.findall(r"mediadesk plugins ([a-z]+)[^`\n]*?(--[a-z]+)", GUIDE)
    for name, option in used:
        assert option in {each for p in plugins[name].params for each in p.opts}, (name, option)


def test_the_tables_of_the_guide_are_a_manifest() -> None:
    tables = [each for each in blocks("toml") if each.startswith("[")]
    text = '[tool.mediadesk.plugin]\napi = ">=1.0,<2"\n' + "\n".join(tables)
    table = msgspec.convert(tomllib.loads(text)["tool"]["mediadesk"]["plugin"], Table)
    assert table.settings["properties"]["minutes"]["title"] in table.translations["zh_CN"]
    assert table.permissions.network


def test_the_settings_file_of_the_guide_is_one(tmp_path: Path) -> None:
    (text,) = (each for each in blocks("toml") if each.startswith("# settings.toml"))
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    assert settings.load(file).language == "zh_CN"


def test_the_plugin_of_the_guide_keeps_what_it_promises(tmp_path: Path) -> None:
    (source,) = blocks("python")
    module: dict[str, Any] = {}
    exec(source, module)  # noqa: S102 - our own
    (tmp_path / "media").mkdir()
    bench = material.bench(tmp_path / "media", tmp_path)
    for hook in ("extractors", "rankers"):
        (part,) = module[hook]()
        assert attempt(hook, part, bench) == []
    assert len(bench.learnt["light"]) == 2
    request = material.rank_request(learnt=bench.learnt)
    assert part.rank(request, testing.no_model).values.any()
    assert facts(bench.learnt["light"][0].data)[0][0] == "Light"


def test_the_index_of_the_guide_is_one() -> None:
    (text,) = blocks("json")
    (entry,) = msgspec.convert(json.loads(text), Catalogue).plugins
    assert entry.versions[0].url.endswith(".whl")
