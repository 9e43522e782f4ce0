"""Plugins that answer with nonsense, or lie about who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from integration.gallery.exhibit import Exhibit
from integration.gallery.visits import analysed, asked, explained, ranked

from mediadesk.host.manifest import Permissions, Resources

if TYPE_CHECKING:
    from integration.gallery.museum import Museum

NONE = Permissions()
SLOW = Resources(memory_mb=512, seconds=30, cpu_seconds=30)
FAILED, QUARANTINED = "failed to load", "quarantined"


def _scores(given: str) -> str:
    """Write a ranker that gives this."""
    return f"""
class Part(Judges):
    def rank(self, request, run):
        n = len(request.candidates)
        {given}
@hookimpl
def rankers(): return [Part()]
"""


def _feature(given: str) -> str:
    """Write an extractor that gives this for every file."""
    return f"""
class Part(Learns):
    def encode(self, samples, run):
        {given}
@hookimpl
def extractors(): return [Part()]
"""


def _nothing_learnt(museum: Museum) -> None:
    found = museum.engine._store.read().query("SELECT extractor FROM feature")
    assert not [row for row in found if row["extractor"].startswith("lies-")]


def _as_before(museum: Museum) -> None:
    """What was patched in another process is as it was in this one."""
    from mediadesk import api

    assert np.allclose(api.unit(np.array([3.0, 4.0], np.float32)), [0.6, 0.8])
    assert api.Feature().tags == {}
    assert float(np.sum([1, 2])) == 3.0


SCORES = [
    Exhibit(
        name="nan-scores",
        tries="scores with NaN",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("did not give each of", "a number"),
        source=_scores("return Scores(values=np.full(n, np.nan))"),
        visit=ranked,
    ),
    Exhibit(
        name="infinite-scores",
        tries="scores with infinity, to stand before all others",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("did not give each of", "a number"),
        source=_scores("return Scores(values=np.full(n, np.inf))"),
        visit=ranked,
    ),
    Exhibit(
        name="huge-scores",
        tries="scores with 1e308, to outweigh all others",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("did not give each of",),
        source=_scores("return Scores(values=np.where(np.arange(n) % 2, 1e308, -1e308))"),
        visit=ranked,
    ),
    Exhibit(
        name="too-few-scores",
        tries="scores one item only",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("did not give each of",),
        source=_scores("return Scores(values=np.zeros(1))"),
        visit=ranked,
    ),
    Exhibit(
        name="billion-scores",
        tries="gives a billion results",
        stopped_by="limit of memory",
        state=QUARANTINED,
        says=("Unable to allocate",),
        source=_scores("return Scores(values=np.broadcast_to(np.float64(0), 10**9))"),
        visit=ranked,
        needs=("memory",),
    ),
    Exhibit(
        name="million-sentences",
        tries="explains in two million sentences",
        stopped_by="limit of results",
        state=QUARANTINED,
        says=("“explain” gave can't be used", "length"),
        source="""
class Part:
    name = f"{NAME}-part"
    def explain(self, request): return ["x"] * 2_000_000
@hookimpl
def explainers(): return [Part()]
""",
        visit=explained,
    ),
    Exhibit(
        name="wrong-scores",
        tries="gives a text instead of scores",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("a str instead of a Scores",),
        source=_scores("return 'excellent'"),
        visit=ranked,
    ),
    Exhibit(
        name="worded-scores",
        tries="gives words where numbers belong",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("did not give each of",),
        source=_scores("return Scores(values=np.array(['very good'] * n))"),
        visit=ranked,
    ),
    Exhibit(
        name="false-causes",
        tries="blames its scores on what is not there",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("points to what is not there",),
        source=_scores(
            "one = np.ones((n, 1)); return Scores(values=np.ones(n), causes=(Cause(text='so'),),"
            " shares=one, cause=one.astype(int) * 10**6)"
        ),
        visit=ranked,
    ),
]

FEATURES = [
    Exhibit(
        name="lies-nan",
        tries="learns vectors of NaN",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("can't be kept", "finite"),
        source=_feature("return [Feature(summary=np.full(8, np.nan)) for _ in samples]"),
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="lies-giants",
        tries="learns vectors of the length 1e30, to drown all others",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("can't be kept", "length"),
        source=_feature("return [Feature(summary=np.full(8, 1e30, np.float32)) for _ in samples]"),
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="odd-sizes",
        tries="learns vectors of another size from each file",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("are expected, as before",),
        source="""
class Part(Learns):
    def prepare(self, item, media): return Sample(data={"n": 2 + int(item.id[:4], 16) % 40})
    def encode(self, samples, run):
        return [Feature(summary=unit(np.ones(each.data["n"], np.float32))) for each in samples]
@hookimpl
def extractors(): return [Part()]
""",
        visit=analysed,
    ),
    Exhibit(
        name="lies-shapes",
        tries="learns a matrix where a vector belongs",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("can't be kept", "(3, 3)"),
        source=_feature("return [Feature(summary=np.ones((3, 3), np.float32)) for _ in samples]"),
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="lies-tags",
        tries="tags with words instead of numbers",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("can't be used", "float"),
        source=_feature("return [Feature(tags={'cat': 'very much'}) for _ in samples]"),
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="lies-sure",
        tries="tags with more certainty than there is: 1e308, NaN",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("can't be kept", "“best film ever”"),
        source=_feature(
            "return [Feature(tags={'best film ever': 1e308, 'x': float('nan')}) for _ in samples]"
        ),
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="lies-crowd",
        tries="gives ten features for one file",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("10 features for 1 items",),
        source=_feature("return [Feature()] * 10"),
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="lies-heap",
        tries="learns 30,000 moments and 2,000 tags from each file, to fill the disk",
        stopped_by="limit of what may be learnt from a file",
        state=QUARANTINED,
        says=("can't be kept",),
        source=_feature(
            "moments = tuple(Moment(start=n, end=n, text='x' * 9) for n in range(30_000)); "
            "tags = {f'tag {n}': 0.5 for n in range(2_000)}; "
            "return [Feature(moments=moments, tags=tags) for _ in samples]"
        ),
        resources=SLOW,
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="lies-deep",
        tries="learns lists in lists in lists, 100,000 deep",
        stopped_by="what can’t be sent is refused",
        state=QUARANTINED,
        says=("can't be sent",),
        source=_feature(
            "deep = []\n        for _ in range(100_000): deep = [deep]\n"
            "        return [Feature(data={'deep': deep}) for _ in samples]"
        ),
        visit=analysed,
        proof=_nothing_learnt,
    ),
    Exhibit(
        name="lies-odd",
        tries="learns what JSON can’t hold",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("can't be kept", "JSON"),
        source=_feature("return [Feature(data={'a': float('nan')}) for _ in samples]"),
        visit=analysed,
        proof=_nothing_learnt,
    ),
]

FORGERIES = [
    Exhibit(
        name="forges-noise",
        tries="writes noise into the line to MediaDesk",
        stopped_by="check of every message",
        state=QUARANTINED,
        says=("a message of",),
        source="""
class Part(Learns):
    def prepare(self, item, media):
        for number in range(3, 64):
            try:
                os.write(number, b"\\xff" * 4096)
            except OSError:
                pass
        return Sample()
@hookimpl
def extractors(): return [Part()]
""",
        visit=analysed,
    ),
    Exhibit(
        name="forges-depth",
        tries="sends a message that is a million lists deep",
        stopped_by="check of every message",
        state=QUARANTINED,
        says=("can't be understood", "recursion"),
        source=_feature('speak(b"\\x91" * 1_000_000 + b"\\xc0"); time.sleep(9)'),
        visit=analysed,
    ),
    Exhibit(
        name="forges-crowd",
        tries="sends a message that swells to 12 million objects",
        stopped_by="check of every message",
        state=QUARANTINED,
        says=("too many values",),
        source=_feature(
            'speak(b"\\xdd\\x00\\xc0\\x00\\x00" + b"\\x90" * (3 << 22)); time.sleep(9)'
        ),
        resources=SLOW,
        visit=analysed,
    ),
    Exhibit(
        name="forges-arrays",
        tries="sends arrays that lie elsewhere, or are 8 EB large",
        stopped_by="check of every message",
        state=QUARANTINED,
        says=("can't be used",),
        source=_scores(
            "pack = msgspec.msgpack.encode\n"
            "        places = [['<f8', [1 << 60], b'', 0, ''], ['<f8', [n], b'', 1 << 60, ''],"
            " ['<f8', [n], b'', 0, '../../library.db'], ['|O', [n], b'', 0, '']]\n"
            "        ext = msgspec.msgpack.Ext(1, pack(places[os.getpid() % 4]))\n"
            "        speak(pack({'values': ext})); time.sleep(9)"
        ),
        visit=ranked,
    ),
    Exhibit(
        name="forges-answers",
        tries="answers with messages of the wrong kind",
        stopped_by="check of every message",
        state=QUARANTINED,
        says=("can't be understood",),
        source=_scores("speak(b'\\xc0', 'entered'); time.sleep(9)"),
        visit=ranked,
    ),
    Exhibit(
        name="asks-for-ever",
        tries="asks MediaDesk for things without end",
        stopped_by="limit of questions, or the deadline",
        state=QUARANTINED,
        says=("was stopped",),
        source="""
class Part(Judges):
    def __init__(self, context): self.fetch = context.fetch
    def rank(self, request, run):
        while True:
            try:
                self.fetch("https://example.org/")
            except UserError:
                pass
@hookimpl
def rankers(context): return [Part(context)]
""",
        visit=ranked,
    ),
]

IDENTITY = [
    Exhibit(
        name="poses-as-built-in",
        tries="calls its extractor like one of MediaDesk’s",
        stopped_by="names are taken once",
        state=FAILED,
        says=("“keyframes” is what “keyframes” has already",),
        source="""
class Part(Learns):
    name = "keyframes"
@hookimpl
def extractors(): return [Part()]
""",
        visit=analysed,
    ),
    Exhibit(
        name="poses-as-neighbour",
        tries="calls its tagger like another plugin’s extractor",
        stopped_by="names are taken once",
        state=FAILED,
        says=("“neighbour-length” is what “neighbour” has already",),
        source="""
class Part:
    name, version, model = "neighbour-length", 1, None
    def tag(self, features, run): return [{} for _ in features]
@hookimpl
def taggers(): return [Part()]
""",
    ),
    Exhibit(
        name="takes-along",
        tries="has a ranker called like MediaDesk’s extractor, so that removing it removes all",
        stopped_by="only what a plugin learnt itself goes with it",
        state="ready",
        says=(),
        source="""
class Part(Judges):
    name = "keyframes"
@hookimpl
def rankers(): return [Part()]
""",
        visit=ranked,
    ),
    Exhibit(
        name="changes-its-name",
        tries="is another one after each restart",
        stopped_by="comparison with what it said first",
        state=QUARANTINED,
        says=("describes itself in another way",),
        source="""
class Part(Learns):
    name = f"part-{os.getpid()}"
    def prepare(self, item, media): os._exit(1)
@hookimpl
def extractors(): return [Part()]
""",
        visit=analysed,
    ),
    Exhibit(
        name="odd-name",
        tries="has a part with a name that turns the line around",
        stopped_by="check of names",
        state=FAILED,
        says=("a part has the name",),
        source="""
class Part(Learns):
    name = "\\u202egnp.evil\\n"
@hookimpl
def extractors(): return [Part()]
""",
    ),
    Exhibit(
        name="patches",
        tries="patches numpy and the API of MediaDesk",
        stopped_by="its own process: nobody else has what it patched",
        state="ready",
        says=(),
        source="""
import mediadesk.api
mediadesk.api.unit = lambda vectors: vectors * 0
mediadesk.api.Feature.tags = {"evil": 1.0}
np.sum = np.mean = lambda *_, **__: 666
import builtins
builtins.open = None
class Part(Judges):
    pass
@hookimpl
def rankers(): return [Part()]
""",
        visit=ranked,
        proof=_as_before,
    ),
    Exhibit(
        name="takes-the-workers",
        tries="offers where MediaDesk’s own work is to be done",
        stopped_by="a hook that only MediaDesk’s own plugins have",
        state=FAILED,
        says=("implements executor",),
        source="""
@hookimpl
def executor(settings): return None
""",
    ),
    Exhibit(
        name="no-permission",
        tries="offers a ranker without the permission to know the history",
        stopped_by="check of permissions",
        state=FAILED,
        says=("without the permission “read-history”",),
        permissions=NONE,
        source="""
@hookimpl
def rankers(): return [Judges()]
""",
    ),
    Exhibit(
        name="player-shell",
        tries="offers a player that is the shell",
        stopped_by="check of permissions",
        state=FAILED,
        says=("without the permission “programs”",),
        source="""
@hookimpl
def players():
    return [Player(name="x", title="x", program="/bin/sh", arguments=("-c", "rm -rf ~"))]
""",
    ),
    Exhibit(
        name="parser-lies",
        tries="understands every question as one for what is not there",
        stopped_by="check of every answer; the question is answered without it",
        state=QUARANTINED,
        says=("a condition on “password”",),
        source="""
class Part:
    name = f"{NAME}-part"
    def parse(self, text, language): return Intent(chips=(Chip(field="password", value="x"),))
@hookimpl
def intent_parsers(): return [Part()]
""",
        visit=asked,
    ),
]
LIES = [*SCORES, *FEATURES, *FORGERIES, *IDENTITY]
