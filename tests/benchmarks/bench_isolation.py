"""Times what isolation costs: `python tests/benchmarks/bench_isolation.py [--clip FILE]`.

The same extractor (keyframes, with the real picture model) in an ordinary worker and in a guest,
and the same ranker (one block of 100,000 × 200 float32, ids of 32 characters) here and in a guest;
each pair in turn, in one run. Targets: less than 10 % more, less than 5 ms more. “looks” is
another ranker, which looks at every id: for that they have to cross.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # on small matrices more threads only spin

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from media_factory import clip
from plugin_factory import shipped

from mediadesk.api import Block, Feature, Item, Kind, ModelSpec, Opinion, RankRequest, Sample
from mediadesk.extract.extraction import prepare
from mediadesk.host.isolate.guest import Guest, GuestSpec, Services
from mediadesk.host.isolate.pool import GuestPool
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.manifest import Manifest, Permissions
from mediadesk.host.workers import Pool, Work, Workers
from mediadesk.models import Models
from mediadesk_keyframes import Keyframes

ROOT = Path(__file__).parents[2]
REAL_CLIP = ROOT.parent / "shared/data/media/video/bigbuckbunny.mp4"
CANDIDATES, SIZE = 100_000, 200
Figures = dict[str, tuple[float, float]]

RANKER = """
import numpy as np
from mediadesk.api import Cause, Ranker, RankRequest, Run, Scores, hookimpl


class Near:
    name, model = "near", None

    def rank(self, request: RankRequest, run: Run) -> Scores:
        block = request.blocks["x"]
        weights = np.array([opinion.value for opinion in request.history], np.float32)
        values = block.candidates @ (weights @ block.history)
        return Scores(values=values, causes=(Cause(block="x"),))


class Looks:
    name, model = "looks", None

    def rank(self, request: RankRequest, run: Run) -> Scores:
        return Scores(values=np.array([float(len(item)) for item in request.candidates]))


@hookimpl
def rankers() -> list[Ranker]:
    return [Near(), Looks()]
"""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", type=Path, help="a video of your own")
    parser.add_argument("--pairs", type=int, default=21)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shared = Shared()
        try:
            extractor(folder, shared, chosen.clip, chosen.pairs)
            ranker(folder, shared, chosen.pairs)
        finally:
            shared.close()


def extractor(folder: Path, shared: Shared, file: Path | None, pairs: int) -> None:
    """Compare reading and encoding one clip in a worker and in a guest."""
    if file is None:
        file = REAL_CLIP if REAL_CLIP.is_file() else clip(folder / "made.mp4", size=(1280, 720))
    root = folder / "keyframes"
    package = ROOT / "plugins/keyframes/mediadesk_keyframes"
    shutil.copytree(package, root / package.name)
    models, plugin = Models(folder / "cache"), Keyframes()
    run = models.runner(plugin.model)
    guest = make_guest(
        manifest(package.name, Permissions(read_media="to read")),
        root,
        Services(run=models.run, fetch=lambda *_: b"", shared=shared),
        media=file.parent,
    )
    part: Any = guest.parts()["extractors"][0]
    workers, pool = Workers(1), GuestPool(guest)
    item = Item(id="i", kind=Kind.CLIP, title=file.stem, path=file)
    disabled = tuple(name for name in shipped() if name != "keyframes")

    def ordinary(_: object = None) -> Feature:
        sample, _ = wait(workers, prepare, "keyframes", disabled, item)
        return plugin.encode([sample], run)[0]

    def isolated(_: object = None) -> Feature:
        sample: Sample = wait(pool, part.prepare, item, None)
        (feature,) = part.encode([sample], None)
        return feature

    one, other = ordinary(), isolated()
    if not np.allclose(one.summary, other.summary, atol=1e-5):
        raise RuntimeError("the two do not agree")
    print(f"extractor, {len(one.moments)} pictures of {file.name}:")
    for name, (here, there) in interleaved(ordinary, isolated, pairs=pairs).items():
        print(f"  {name}: worker {here:.1f} ms, guest {there:.1f} ms, × {there / here:.3f}")
    pool.close()
    workers.close()
    guest.close()
    models.close()


def ranker(folder: Path, shared: Shared, pairs: int) -> None:
    """Compare ranking 100,000 candidates in this process and in a guest."""
    root = folder / "near"
    root.mkdir()
    (root / "near_here.py").write_text(RANKER)
    sys.path.append(str(root))
    import near_here

    plugin = near_here.Near()
    guest = make_guest(
        manifest("near_here", Permissions(read_history="to know")),
        root,
        Services(run=no_models, fetch=lambda *_: b"", shared=shared),
    )
    vectors = np.random.default_rng(0).standard_normal((CANDIDATES, SIZE)).astype(np.float32)
    history = tuple(Opinion(item=str(n), value=1 - n / 10, at=0) for n in range(20))
    ids = [os.urandom(16).hex() for _ in range(CANDIDATES)]

    def request() -> RankRequest:
        """Make all of it anew, as for every panel."""
        block = shared.empty(vectors.shape, vectors.dtype)
        block[:] = vectors
        blocks = {"x": Block(candidates=block, history=block[: len(history)])}
        return RankRequest(
            now=0, profile="me", candidates=tuple(ids), history=history, blocks=blocks
        )

    for mine, its in zip((plugin, near_here.Looks()), guest.parts()["rankers"], strict=True):
        part: Any = its
        values = [own.rank(request(), dict).values for own in (mine, part)]
        if not np.allclose(*values, atol=1e-3):
            raise RuntimeError("the two do not agree")
        print(f"ranker “{part.name}”, {CANDIDATES:,} candidates:")
        found = interleaved(partial(rank, mine), partial(rank, part), pairs=pairs, make=request)
        for name, (here, there) in found.items():
            print(f"  {name}: here {here:.2f} ms, guest {there:.2f} ms, {there - here:+.2f} ms")
    small = RankRequest(now=0, profile="me", candidates=("a",), history=(), blocks={
        "x": Block(candidates=vectors[:1], history=vectors[:0])})  # fmt: skip
    nothing = interleaved(id, lambda _: part.rank(small, dict), pairs=pairs)
    print(f"a call with next to nothing in it: {nothing['median'][1]:.2f} ms")
    guest.close()


def rank(ranker: Any, request: RankRequest) -> object:  # noqa: ANN401
    """Ask a ranker."""
    return ranker.rank(request, dict)


def manifest(module: str, permissions: Permissions) -> Manifest:
    """Describe a plugin."""
    return Manifest(
        name="bench",
        distribution="bench",
        version="1",
        module=module,
        title="Bench",
        api=">=1",
        permissions=permissions,
    )


def make_guest(
    described: Manifest, root: Path, services: Services, *, media: Path | None = None
) -> Guest:
    """Make a guest like any other."""
    spec = GuestSpec(
        manifest=described,
        root=root,
        media_roots=(media,) if media else (),
        settings={},
        language="en",
        log=root.parent / "bench.log",
    )
    return Guest(spec, services, on_fault=print)


def no_models(spec: ModelSpec, inputs: Any) -> dict[str, Any]:  # noqa: ANN401
    """Stand where no model is run."""
    raise LookupError(spec)


def wait(pool: Pool, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
    """Give what a work gives."""
    work = Work(key="", function=function, arguments=arguments, timeout=120)
    outcome = pool.submit(work).result()
    if outcome.result is None:
        raise RuntimeError(outcome.death or str(outcome.error))
    return outcome.result


def interleaved(
    one: Callable[[Any], object],
    other: Callable[[Any], object],
    *,
    pairs: int,
    make: Callable[[], object] = object,
) -> Figures:
    """Time two calls in turn, each first as often; give (here, in a guest) of each figure, in ms.

    `make` makes what a pair of calls is given.
    """
    took: tuple[list[float], list[float]] = ([], [])
    for n in range(pairs):
        given = make()
        for which in (0, 1) if n % 2 else (1, 0):
            begun = time.perf_counter()
            (one, other)[which](given)
            took[which].append(1000 * (time.perf_counter() - begun))
        del given
    middle, quick = (np.quantile(took, share, axis=1) for share in (0.5, 0.25))
    return {"median": (middle[0], middle[1]), "fastest quarter": (quick[0], quick[1])}


if __name__ == "__main__":
    main()
