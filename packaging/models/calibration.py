"""How often tags with a score are right: fitted on what the demo library is not made of.

Runs MediaDesk's own models and tagger: `python packaging/models/calibration.py`, in its
environment, on Debian 12 with apt-get and dpkg-deb. Pictures are sorted by what their packages call
them, words by WordNet's topics, music by what its makers say of it. Each made-up item is three
pictures of a sort, four glosses of a topic as what is said in it or as its description, or some of
these. It prints how wrong the confidence of items is
whose sort was left out of the fit, and writes the table into the plugin.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from debian import crops, unused
from sorts import MUSIC, PICTURES, TOPICS, Sort

from mediadesk.api import SURE, Array, Feature, Item, Kind, ModelSpec, Sample, UserError, unit
from mediadesk.engine.evaluating.tags import calibration_error
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_audio import Audio
from mediadesk_keyframes import Keyframes
from mediadesk_subtitles import Text
from mediadesk_tags import Tags

TABLE = Path(__file__).parents[2] / "plugins/tags/mediadesk_tags/calibration.toml"
HEAD = """\
# How often tags with a score are right: 1 / (1 + exp(-(slope * logit(score) + offset))).
# Written by packaging/models/calibration.py.
"""
EACH = {"pictures": 3, "glosses": 4}  # of an item
MOST = 12  # items of a topic
DRAWN = 1.0  # how strongly to slope 1 and offset 0, as if by so many tags
STEPS = 50
Known = dict[str, Feature]
Case = tuple[str, frozenset[str], Known]
"""The name of its sort, the tags that are right, and what extractors learnt."""
Rows = list[tuple[str, float, bool]]
"""The sort, the score of a tag, and whether it is right."""


def seen(models: Models) -> Iterator[Case]:
    """Give items of pictures."""
    run = models.runner(ModelSpec(task="image"))
    own: dict[str, list[Array]] = defaultdict(list)
    collections = frozenset({
        "categorization", "erase", "explore_farm_animals", "explore_monuments",
        "explore_world_animals", "explore_world_music",
    })  # fmt: skip
    for package in ("endless-sky-data", "gcompris-qt-data"):
        for path, data in unused(package, (".jpg", ".webp"), collections):
            if (name := _sort(path, PICTURES)) and (found := list(crops(data, least=0))):
                own[name].append(np.stack(found))
    for name, pictures in own.items():
        random.Random(0).shuffle(pictures)  # noqa: S311
        count = EACH["pictures"] if len(pictures) > EACH["pictures"] else 1
        for n in range(0, len(pictures) - count + 1, count):
            pixels = np.concatenate(pictures[n : n + count])
            many = len(pixels)
            sample = Sample(
                arrays={"pixels": pixels, "quality": np.ones(many)},
                images=(b"",) * many,
                times=((0.0, 1.0),) * many,
            )
            (feature,) = Keyframes().encode([sample], run)
            yield name, PICTURES[name].right, {"keyframes": feature}


def said(models: Models) -> Iterator[Case]:
    """Give items in which glosses are said."""
    run = models.runner(ModelSpec(task="text"))
    for name, texts in _topical(seed=0):
        vectors = run({"text": np.array(texts, dtype=object)})["embedding"]
        yield name, TOPICS[name].right, {"subtitles": Feature(summary=unit(vectors.mean(axis=0)))}


def told(models: Models) -> Iterator[Case]:
    """Give items that are described by glosses."""
    extractor, run = Text(), models.runner(ModelSpec(task="text"))
    for name, texts in _topical(seed=1):
        described = ". ".join(text.partition(": ")[2] for text in texts)
        item = Item(id="", kind=Kind.FILM, title="", path=None, description=described)
        (feature,) = extractor.encode([extractor.prepare(item, GuardedMedia())], run)
        yield name, TOPICS[name].right, {"text": feature}


def _topical(*, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Give topics, each with glosses of its own, drawn by chance."""
    (lines,) = (data.decode().splitlines() for _, data in unused("wordnet-base", ("/data.noun",)))
    glosses = _glosses(line for line in lines if not line.startswith(" "))
    count = EACH["glosses"]
    for name, own in sorted(glosses.items()):
        random.Random(seed).shuffle(own)  # noqa: S311
        for n in range(0, min(len(own) - count + 1, count * MOST), count):
            yield name, own[n : n + count]


def heard(models: Models) -> Iterator[Case]:
    """Give pieces of music."""
    extractor, run = Audio(), models.runner(ModelSpec(task="audio"))
    with tempfile.TemporaryDirectory() as folder:
        for package in ("singularity-music", "warzone2100-music", "wesnoth-1.16-music"):
            for path, data in unused(package, (".ogg", ".opus")):
                if (name := _sort(path, MUSIC)) and len(data) > 500_000:
                    file = Path(folder, Path(path).name)
                    file.write_bytes(data)
                    item = Item(id=file.name, kind=Kind.SONG, title="", path=file)
                    try:
                        sample = extractor.prepare(item, GuardedMedia())
                    except UserError as error:
                        print(f"  {path} is left out: {error}")
                        continue
                    (feature,) = extractor.encode([sample], run)
                    # Two sorts are too few to leave one out: each piece is one.
                    yield file.name, MUSIC[name].right, {"audio": feature}


def both(cases: Iterable[Case], words: Iterable[Case]) -> Iterator[Case]:
    """Give items that have words besides, of a sort with tags in common, or of none."""
    by_sort: dict[str, list[Case]] = defaultdict(list)
    for case in words:
        by_sort[case[0]].append(case)
    for n, (name, right, own) in enumerate(cases):
        alike = [
            each
            for sort, cases in sorted(by_sort.items())
            if right & TOPICS[sort].right or not TOPICS[sort].right
            for each in cases
        ]
        topic, about, words_of = random.Random(n).choice(alike)  # noqa: S311
        yield f"{name} {topic}", right | about, own | words_of


def _sort(path: str, sorts: Mapping[str, Sort]) -> str:
    return next((name for name, each in sorts.items() if re.search(each.pattern, path)), "")


def _glosses(lines: Iterable[str]) -> dict[str, list[str]]:
    """Give topic → glosses of nouns below its root, or that WordNet says are of its subject."""
    above: dict[str, list[str]] = {}
    subjects: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    text: dict[str, str] = {}
    for line in lines:
        head, _, gloss = line.partition(" | ")
        place, _, _, count, *rest = head.split()
        named = int(count, 16)
        words[place] = rest[0]
        pointers = rest[2 * named + 1 :]
        pairs = list(zip(pointers[::4], pointers[1::4], strict=False))
        above[place] = [to for sign, to in pairs if sign in {"@", "@i"}]
        subjects[place] = [to for sign, to in pairs if sign == ";c"]
        text[place] = f"{rest[0].replace('_', ' ')}: {gloss.partition(';')[0].strip()}"
    wanted = {root: name for name, each in TOPICS.items() for root in each.pattern.split()}
    found: dict[str, list[str]] = defaultdict(list)
    for place, gloss in text.items():
        near = {words[each] for each in subjects[place]}
        queue = list(above[place])
        while queue:
            each = queue.pop()
            near.add(words[each])
            queue += above[each]
        topics = {wanted[word] for word in near if word in wanted}
        if len(topics) == 1:
            found[topics.pop()].append(gloss)
    return found


def fit(rows: Rows, *, least: float = 0.01) -> Array:
    """Give slope and offset by Newton's method (Platt, "Probabilistic outputs", 1999).

    No score counts as nearer to 0 or 1 than `least`.
    """
    found, rest = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    odds, right = _odds(rows, least)
    terms = np.stack([odds, np.ones_like(odds)])
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-(found @ terms)))
        slope = terms @ (sure - right) + DRAWN * (found - rest)
        curve = (terms * (sure * (1 - sure))) @ terms.T + DRAWN * np.eye(2)
        found = found - np.linalg.solve(curve, slope)
    return found


def _odds(rows: Rows, least: float) -> tuple[Array, Array]:
    scores = np.clip([score for _, score, _ in rows], least, 1 - least)
    return np.log(scores / (1 - scores)), np.array([right for *_, right in rows], dtype=float)


def left_out(rows: Rows, *, least: float = 0.01) -> Array:
    """Give (confidence, right) [n, 2] of each tag, fitted to those of all other sorts."""
    found = []
    for sort in sorted({name for name, *_ in rows}):
        platt = fit([row for row in rows if row[0] != sort], least=least)
        odds, right = _odds([row for row in rows if row[0] == sort], least)
        found.append(np.stack([1 / (1 + np.exp(-(platt[0] * odds + platt[1]))), right], axis=1))
    return np.concatenate(found)


def main() -> None:
    """Make the items, fit, say what it is worth, and write the table."""
    rows: dict[str, Rows] = defaultdict(list)
    with tempfile.TemporaryDirectory() as cache:
        models, tagger = Models(Path(cache)), Tags()
        run = models.runner(tagger.model)
        pictures, words, texts = list(seen(models)), list(said(models)), list(told(models))
        two = list(both(pictures, words))
        several = (two, both(pictures, texts), both(words, texts), both(two, texts))
        for cases in (pictures, words, texts, *several, heard(models)):
            for name, right, known in cases:
                for by, scores in tagger.scores(known, run).items():
                    rows[by] += [(name, score, tag in right) for tag, score in scores.items()]
        models.close()
    text = HEAD
    for by, own in rows.items():
        scores = np.array([(score, right) for _, score, right in own])
        cases = left_out(own)
        facts = cases[cases[:, 0] >= SURE]
        print(
            f"  {by}: {len(own)} tags of {len({name for name, *_ in own})} sorts; expected"
            f" calibration error {calibration_error(scores):.3f} of scores,"
            f" {calibration_error(cases):.3f} of sorts left out; {len(facts)} facts,"
            f" {facts[:, 1].mean():.3f} right"
        )
        slope, offset = fit(own)
        text += f"\n[{by}]\nslope = {slope:.2f}\noffset = {offset:.2f}\n"
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
