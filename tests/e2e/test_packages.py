"""What is shipped: the program with everything inside, and each plugin as a package of its own."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PLUGINS = sorted(PROJECT["entry-points"]["mediadesk"])
LOADS_ALONE = """
import sys
from importlib.metadata import distributions
from mediadesk.host import Registry
points = [p for d in distributions(path=[sys.argv[1]]) for p in d.entry_points]
sys.path.insert(0, sys.argv[1])
(plugin,) = Registry(points=points).plugins
module = sys.modules[points[0].module]
assert module.__file__.startswith(sys.argv[1]), module.__file__
print(plugin.name, plugin.state)
"""


def wheel_of(project: Path, out: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(out), str(project)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (wheel,) = out.glob("*.whl")
    return wheel


def test_the_program_carries_its_models_fonts_and_plugins(tmp_path: Path) -> None:
    names = zipfile.ZipFile(wheel_of(ROOT, tmp_path)).namelist()
    assert "mediadesk/_resources/models.toml" in names
    models = [name for name in names if name.endswith(".onnx") and "/templates/" not in name]
    assert len(models) == 7  # of four extractors and the fusion, and three graphs of rankers
    assert "mediadesk/_resources/templates/extractor/manifest.toml" in names
    assert "mediadesk/_resources/docs/plugin-api.md" in names
    assert not any("mediadesk_colourmap" in name for name in names), "it is installed by itself"
    assert any(name.endswith(".otf") for name in names)
    assert {f"mediadesk_{plugin}/__init__.py" for plugin in PLUGINS} <= set(names)
    assert not any(name.startswith(("tests/", "plugins/")) for name in names)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_can_be_built_and_loaded_alone(plugin: str, tmp_path: Path) -> None:
    wheel = wheel_of(ROOT / "plugins" / plugin, tmp_path / "wheel")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    done = subprocess.run(
        [sys.executable, "-c", LOADS_ALONE, str(installed)],
        check=True, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.split() == [plugin, "ready"]
