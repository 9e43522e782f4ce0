import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from mediadesk.api import Array, ModelSpec, UserError
from mediadesk.models import Models
from mediadesk.models.network import Network
from mediadesk.models.providers import CPU

IMAGE = ModelSpec(task="image")


@pytest.fixture
def ranker(tmp_path: Path) -> ModelSpec:
    """A plugin's own graph: the sum of each row, less the mean of all rows."""
    nodes = [
        helper.make_node("ReduceSum", ["x", "axis"], ["sum"], keepdims=0),
        helper.make_node("ReduceMean", ["sum"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["sum", "mean"], ["score"]),
    ]
    graph = helper.make_graph(
        nodes,
        "rank",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n"])],
        [helper.make_tensor("axis", TensorProto.INT64, [1], [1])],
    )
    imports = [helper.make_opsetid("", 13)]
    path = tmp_path / "rank.onnx"
    onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=8), path)
    return ModelSpec(task="rank", name="my-ranker", file=path)


def test_a_plugins_own_model_is_run_whole(models: Models, ranker: ModelSpec) -> None:
    x = np.arange(300, dtype=np.float32).reshape(100, 3)
    score = models.run(ranker, {"x": x})["score"]
    np.testing.assert_allclose(score, x.sum(1) - x.sum(1).mean())
    (status,) = [status for status in models.report() if status.name == "my-ranker"]
    assert (status.task, status.runs, status.loaded, status.provider) == ("rank", 1, True, CPU)
    assert models.model_id(ranker).startswith("my-ranker@")


def test_a_file_that_is_no_model_is_a_user_error(models: Models, tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"this is no model")
    spec = ModelSpec(task="rank", name="broken", file=path)
    with pytest.raises(UserError, match=r"broken\.onnx.*again"):
        models.run(spec, {"x": np.zeros(1, np.float32)})
    (status,) = [status for status in models.report() if status.name == "broken"]
    assert "broken.onnx" in status.problem
    assert not status.loaded


def test_an_unknown_model_is_a_user_error(models: Models) -> None:
    with pytest.raises(UserError, match="no model for smell"):
        models.run(ModelSpec(task="smell"), {})


def test_the_report_names_every_model_before_any_is_loaded(tmp_path: Path) -> None:
    models = Models(tmp_path)
    report = {status.task: status for status in models.report()}
    models.close()
    assert report.keys() == {"image", "audio", "voice", "text", "fuse"}
    assert all(status.installed and not status.loaded for status in report.values())
    assert report["text"].dimensions == 512
    assert list(tmp_path.iterdir()) == []


def test_urgent_calls_overtake_a_long_one(models: Models, ranker: ModelSpec) -> None:
    pixels = np.zeros((160, 224, 224, 3), np.uint8)
    x = {"x": np.ones((4, 3), np.float32)}
    models.run(IMAGE, {"pixels": pixels[:1]})
    models.run(ranker, x)
    ended: dict[str, float] = {}

    def encode() -> None:
        models.run(IMAGE, {"pixels": pixels})
        ended["long"] = time.monotonic()

    encoding = threading.Thread(target=encode)
    encoding.start()
    time.sleep(0.1)
    for _ in range(3):
        models.run(ranker, x, urgent=True)
    ended["urgent"] = time.monotonic()
    encoding.join()
    assert ended["urgent"] < ended["long"]


def test_rankers_wait_for_no_batch_of_what_is_being_encoded(
    tmp_path: Path, ranker: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    encodes, may_end, run = threading.Event(), threading.Event(), Network.run

    def held(network: Network, inputs: Mapping[str, Array]) -> dict[str, Array]:
        if "pixels" in inputs:
            encodes.set()
            assert may_end.wait(60)
        return run(network, inputs)

    monkeypatch.setattr(Network, "run", held)
    models = Models(tmp_path)
    pixels = {"pixels": np.zeros((1, 224, 224, 3), np.uint8)}
    with ThreadPoolExecutor() as pool:
        picture = pool.submit(models.run, IMAGE, pixels)
        assert encodes.wait(60)
        score = pool.submit(models.run, ranker, {"x": np.ones((4, 3), np.float32)}, urgent=True)
        try:
            assert not score.result(20)["score"].any()
            assert not picture.done()
        finally:
            may_end.set()
        assert picture.result(60)["embedding"].shape == (1, 1280)
    models.close()


def test_an_idle_model_leaves_memory(tmp_path: Path) -> None:
    models = Models(tmp_path, idle_seconds=0.05)
    spec = ModelSpec(task="voice")
    inputs = {
        "input": np.zeros((1, 576), np.float32),
        "state": np.zeros((2, 1, 128), np.float32),
        "sr": np.array(16000),
    }

    def loaded() -> bool:
        return next(status.loaded for status in models.report() if status.task == "voice")

    for _ in range(2):
        models.run(spec, inputs)
        deadline = time.monotonic() + 10
        while loaded() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not loaded()
    models.close()
    with pytest.raises(RuntimeError, match="closed"):
        models.run(spec, inputs)


def test_a_provider_that_can_not_start_falls_back_to_the_cpu_and_says_so(ranker: ModelSpec) -> None:
    assert ranker.file is not None
    with pytest.warns(UserWarning, match="CUDAExecutionProvider"):
        network = Network(ranker.file, threads=1, wished=("CUDAExecutionProvider", CPU))
    assert network.provider == CPU
    assert "CUDAExecutionProvider" in network.fell_back_because
    assert network.run({"x": np.ones((1, 3), np.float32)})["score"].shape == (1,)


def test_listing_the_models_imports_neither_onnxruntime_nor_onnx(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mediadesk.models import Models;"
        "models = Models(Path(sys.argv[1])); models.report(); models.close();"
        "sys.exit('onnx' in sys.modules or 'onnxruntime' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
