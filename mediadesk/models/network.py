"""One ONNX file in one onnxruntime session."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

# Without it onnxruntime keeps a device id and a store of events in the person's home folder, and a
# thread that may send them (seen with 1.31; onnxruntime pull request 27379).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

from mediadesk.api import Array, UserError
from mediadesk.models.ports import Port
from mediadesk.models.providers import CPU, choose, fall_back_reason

_ort: Any = onnxruntime  # it has no types and exports its names by import

_TYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
    "tensor(int8)": np.int8,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}


class _NodeArg(Protocol):
    name: str
    type: str
    shape: list[int | str | None]


class _Session(Protocol):
    def get_providers(self) -> list[str]: ...
    def get_inputs(self) -> list[_NodeArg]: ...
    def get_outputs(self) -> list[_NodeArg]: ...
    def run(self, names: Sequence[str], inputs: Mapping[str, Array]) -> list[Array]: ...


class Network:
    """A session and what serves it; to be used from one thread."""

    def __init__(self, path: Path, *, threads: int, wished: Sequence[str] | None = None) -> None:
        """Load `path`, on `wished` providers (None: our choice of those available).

        Raises:
            UserError: if onnxruntime can't load the file even on the CPU.
        """
        wished = wished or choose(_ort.get_available_providers())
        self.fell_back_because = ""
        try:
            self._session = _session(path, wished, threads)
            self.fell_back_because = fall_back_reason(wished, self._session.get_providers())
        except Exception as error:
            # onnxruntime's exceptions have no base class of their own.
            if wished[0] == CPU:
                raise UserError(
                    f"The model file “{path}” can't be loaded ({error}): "
                    "install MediaDesk, or the plugin it belongs to, again."
                ) from error
            fallback = Network(path, threads=threads, wished=(CPU,))
            self._session = fallback._session
            self.fell_back_because = f"{wished[0]} failed: {error}"
        self.provider: str = self._session.get_providers()[0]
        self.inputs = tuple(_port(found) for found in self._session.get_inputs())
        self.outputs = tuple(_port(found) for found in self._session.get_outputs())

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Give all outputs by name."""
        names = [port.name for port in self.outputs]
        return dict(zip(names, self._session.run(names, dict(inputs)), strict=True))


def _session(path: Path, providers: Sequence[str], threads: int) -> _Session:
    options = _ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads make a busy machine crawl (10 ms where 26 ms became 3.5 s).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # a provider that fails is reported, not printed
    session: _Session = _ort.InferenceSession(
        path, options, providers=list(providers), enable_fallback=0
    )
    return session


def _port(found: _NodeArg) -> Port:
    sizes = tuple(size if isinstance(size, int) else None for size in found.shape)
    return Port(found.name, np.dtype(_TYPES[found.type]), sizes)
