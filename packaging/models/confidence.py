"""How sure kinds and languages are: fitted on what `mediadesk eval understanding` is not made of.

Runs MediaDesk's own models and rules: `python packaging/models/confidence.py`, in its environment,
on Debian 12 with apt-get and dpkg-deb, some minutes. Kinds come from files that are made up for
this (`made.py`) and from titles of the web (`titles.py`); languages from dialogues, and from names
of films (`dialogues.py`). It prints how wrong confidences are before the fit, and of cases that
were left out of it, and writes the numbers into the program.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dialogues
import numpy as np
from calibration import DRAWN, Rows, fit, left_out
from made import made
from titles import titled

from mediadesk.api import AUDIO, SURE, VIDEO, Array, Feature, Item, Kind
from mediadesk.engine.evaluating.tags import calibration_error
from mediadesk.models import Models
from mediadesk.understand.kinds import BY_LENGTH, SURE_KIND, evidence
from mediadesk_audio import Audio
from mediadesk_keyframes import Keyframes

TABLE = Path(__file__).parents[2] / "mediadesk/understand/calibrated.py"
TEXT = '''"""What evidence is worth: fitted, and written here, by packaging/models/confidence.py."""

KINDS = {{{kinds}}}
"""By how much the log-odds of each source of evidence are multiplied."""

TEXT = {{{text}}}
"""How often the language of a text is right that was found with some odds: Platt, 1999."""

SAME = {same:.2f}
"""How often what is to be read is in the language of what is to be heard."""
'''
LEAST = 0.001  # as sure as the language of a text is told
SOURCES = ("length", "labels", "words", "content")
ALL = list(Kind)
STEPS = 12


@dataclass(frozen=True)
class Case:
    """A file: the sort that it is of, its kind, and the log-odds [sources, kinds] told of it."""

    sort: str
    truth: Kind
    odds: Array

    @property
    def right(self) -> Array:
        """Which of all kinds it is of, bool [kinds]."""
        return np.array([kind == self.truth for kind in ALL])


def cases(models: Models) -> Iterator[Case]:
    """Give titles, and files that are made up."""
    for site, kind, item in titled():
        yield _case(site, kind, item, {})
    readers = {each: models.runner(each.model) for each in (Audio(), Keyframes())}
    for sort, kind, item, known in made(readers):
        yield _case(sort, kind, item, known)


def scales(cases: Sequence[Case]) -> Array:
    """Give what each source is worth [sources], by Newton's method.

    That is temperature scaling (Guo et al., "On calibration of modern neural networks", 2017) with
    a temperature for each source of evidence, drawn a little to 1.
    """
    found = np.ones(len(SOURCES))
    for _ in range(STEPS):
        slope, curve = DRAWN * (found - 1), DRAWN * np.eye(len(SOURCES))
        for case in cases:
            sure = likely(case, found)
            mean = case.odds @ sure
            slope = slope + mean - case.odds @ case.right
            curve = curve + (case.odds * sure) @ case.odds.T - np.outer(mean, mean)
        found = found - np.linalg.solve(curve, slope)
    return found


def likely(case: Case, worth: Array) -> Array:
    """Give the probability of each kind [kinds]: those of the other medium have none."""
    medium = VIDEO if case.truth in VIDEO else AUDIO
    odds = np.array(
        [
            each if kind in medium else -np.inf
            for kind, each in zip(ALL, worth @ case.odds, strict=True)
        ]
    )
    strong = np.exp(odds - odds.max())
    return strong / strong.sum()


def judged(cases: Iterable[Case], worth: Array) -> Array:
    """Give (confidence, right, filed where it is sure) [n, 3] of the likeliest kind of each."""
    found = [(likely(case, worth), case.right) for case in cases]
    return np.array(
        [
            (sure.max(), right[sure.argmax()], ALL[sure.argmax()] not in BY_LENGTH)
            for sure, right in found
        ]
    )


def kinds(own: Sequence[Case]) -> Array:
    """Fit and say what it is worth."""
    left = [
        judged(
            [each for each in own if each.sort == sort],
            scales([each for each in own if each.sort != sort]),
        )
        for sort in dict.fromkeys(each.sort for each in own)
    ]
    _tell_kinds("kinds, by the rules alone", judged(own, np.ones(len(SOURCES))))
    _tell_kinds("kinds, of sorts left out", np.concatenate(left))
    return scales(own)


def languages(rows: Rows) -> Array:
    """Fit and say what it is worth."""
    _tell("languages, as told", np.array([(sure, right) for _, sure, right in rows]))
    _tell("languages, of languages left out", left_out(rows, least=LEAST))
    return fit(rows, least=LEAST)


def _case(sort: str, truth: Kind, item: Item, known: Mapping[str, Feature]) -> Case:
    told = evidence(item, known)
    odds = [[told[source].get(kind, 0.0) for kind in ALL] for source in SOURCES]
    return Case(sort, truth, np.array(odds))


def _tell_kinds(what: str, found: Array) -> None:
    _tell(what, found[:, :2])
    filed = found[(found[:, 0] >= SURE_KIND) & (found[:, 2] > 0)]
    print(f"    {len(filed)} filed, of {SURE_KIND} and more, {filed[:, 1].mean():.3f} right")


def _tell(what: str, found: Array) -> None:
    error = calibration_error(found)
    print(f"  {what}: {len(found)}, {found[:, 1].mean():.3f} right; calibration error {error:.3f}")
    sure = found[found[:, 0] >= SURE]
    print(f"    {len(sure)} of {SURE} and more, {sure[:, 1].mean():.3f} right")


def main() -> None:
    """Make the cases, fit, say what it is worth, and write the numbers."""
    with tempfile.TemporaryDirectory() as cache:
        models = Models(Path(cache))
        worth = kinds(list(cases(models)))
        models.close()
    slope, offset = languages(list(dialogues.read()))
    same = dialogues.translated()
    text = TEXT.format(
        kinds=", ".join(f'"{name}": {each:.2f}' for name, each in zip(SOURCES, worth, strict=True)),
        text=f'"slope": {slope:.2f}, "offset": {offset:.2f}',
        same=(sum(same) + 1) / (len(same) + 2),
    )
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
