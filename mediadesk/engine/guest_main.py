"""The process of a plugin of strangers: joins what serves it to media files and to onnxruntime."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from mediadesk.api import Array, Media, Run
from mediadesk.host.isolate.serve import serve

log = logging.getLogger(__name__)


def main() -> NoReturn:
    """Serve the host at the other end of standard input and output."""
    serve(media=_media, network=_network)


def _media() -> Media:
    from mediadesk.media import GuardedMedia  # PyAV takes a while, and not every plugin may use it

    return GuardedMedia()


def _network(file: Path, uses_gpu: bool) -> Run:
    from mediadesk.models.network import Network
    from mediadesk.models.ports import check
    from mediadesk.models.providers import CPU

    network = Network(file, threads=1, wished=None if uses_gpu else (CPU,))
    if uses_gpu and network.provider == CPU:
        why = network.fell_back_because or "onnxruntime knows no graphics card here"
        log.warning("“%s” runs on the processor: %s", file.name, why)
    elif uses_gpu:
        log.info("“%s” runs on the graphics card (%s)", file.name, network.provider)

    def run(inputs: Mapping[str, Array]) -> Mapping[str, Array]:
        check(file.name, network.inputs, inputs)
        return network.run(inputs)

    return run
