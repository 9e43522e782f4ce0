"""Ranks made-up items for people of planted tastes: `python tests/benchmarks/bench_planted.py`.

The ceiling is what the tastes themselves are worth, without the noise of each judgement. Last it
says what it costs and gives that Top picks are re-ranked, also in a library of several kinds and
languages.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from household_factory import write
from simulated import reranking

from mediadesk.engine.trials import cases
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.reading import read
from mediadesk.engine.trials.trial import measure


def main() -> None:
    """Make the data set, and print the ceiling and the tables."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "planted"
        planted = write(folder)
        data = read(folder)
        best = measure(
            cases.household(data, most=0),
            lambda case: planted.utility[case.user][case.candidates],
            Scales(vectors=np.zeros((len(data.items), 1))),
            pairs=True,
            seed=0,
        )
        for name in ("auc_liked", "auc_matched", "ndcg@10"):
            print(f"ceiling of {name}: {best.figures[name].value:.3f}", flush=True)
        words = ["--data-dir", str(Path(temporary) / "data"), "eval", "--dataset", str(folder)]
        subprocess.run([sys.executable, "-m", "mediadesk", *words], check=True)
        print("what re-ranking costs and gives, k = 20")
        print(reranking.table(reranking.of_folder(folder, Path(temporary) / "data")))
        write(Path(temporary) / "mixed", is_mixed=True)
        print("the same, each taking a share of their own of films and songs, English and Chinese")
        print(
            reranking.table(
                reranking.of_folder(Path(temporary) / "mixed", Path(temporary) / "data")
            )
        )


if __name__ == "__main__":
    main()
