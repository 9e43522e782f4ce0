"""What one device tells another of an item: what it is, its picture, what an extractor learnt.

The limits are what a reader relies on, for anybody may have written what comes.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mediadesk.api import Array, Feature, Kind, Moment
from mediadesk.store import features, library, told
from mediadesk.store.connection import Database
from mediadesk.texts import plain, plain_in

MOST_JPEG = 2**20
_MOST_MOMENTS = 100_000
_MOST_FACTS = Meta(max_length=1_000)
_Seconds = Annotated[float, Meta(ge=0, le=1e9)]
_Time = Annotated[float, Meta(ge=-6e10, le=2.5e11)]  # the years 69 to 9892
_Whole = Annotated[int, Meta(ge=0, le=2**53)]
_Number = Annotated[int, Meta(ge=0, le=2**31)]
_Line = Annotated[str, Meta(max_length=10_000)]
_Text = Annotated[str, Meta(max_length=1_000_000)]
_Names = Annotated[list[_Line], Meta(max_length=10_000)]
_Sure = Annotated[float, Meta(ge=0, le=1)]
_Jpeg = Annotated[bytes, Meta(max_length=MOST_JPEG)]
_Vector = Annotated[bytes, Meta(min_length=4, max_length=2**18)]
_SOURCE = r"^(folder|sidecar|embedded|understood|guessed|earlier|plugin/.{1,200})$"
_DEEPEST = 32
_WIDEST = 2_048  # pixels a side: what fits 1 MiB may have thousands of times as many
_LARGEST = 1e6  # of a number in a vector: products of larger ones are soon without end
_SIZED = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xDA), 0xFF})
_DOUBT = "NFO file"  # what is said of it names where it lies
_PERSONAL = frozenset({"stars", "watched", "plays", "last_played", "stopped"})


class _Said(msgspec.Struct):
    """The fields of a source whose type somebody relies on; there may be others."""

    title: _Line = ""
    year: _Number | None = None
    artist: _Line = ""
    album: _Line = ""
    album_artist: _Line = ""
    genres: _Names = []
    description: _Text = ""
    kind: Kind | None = None
    series: _Line = ""
    season: _Number | None = None
    episode: _Number | None = None
    disc: _Number | None = None
    track: _Number | None = None
    credits: dict[str, _Names] = {}
    set: _Line = ""
    tags: _Names = []
    age: _Number | None = None
    rating: _Sure | None = None
    votes: _Number | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What an item is, and what each source says of it, as JSON by its name."""

    kind: Kind
    title: _Line
    duration: _Seconds
    added_at: _Time
    size: _Whole
    height: _Number
    facts: Annotated[dict[_Line, _Text | float | bool | None], _MOST_FACTS]
    chapters: Annotated[list[tuple[_Seconds, _Line]], Meta(max_length=10_000)]
    told: Annotated[dict[Annotated[str, Meta(pattern=_SOURCE)], _Text], _MOST_FACTS]

    def __post_init__(self) -> None:
        for source, said in self.told.items():
            found = msgspec.json.decode(said, type=_Said)
            _check_json(said)
            if source == told.FOLDER and not found.series:
                raise ValueError("what is said for a folder names no series")
        check_depth(self.facts)


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The JPEG that an item is shown with; `source` is embedded, sidecar or keyframe."""

    jpeg: _Jpeg
    source: Annotated[str, Meta(pattern="^(embedded|sidecar|keyframe)$")]

    def __post_init__(self) -> None:
        check_jpeg(self.jpeg)


class Scene(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A moment; its vector is float32, its image JPEG."""

    start: _Seconds
    end: _Seconds
    vector: _Vector | None
    text: _Text
    image: _Jpeg
    why: _Line
    language: Annotated[str, Meta(max_length=100)]

    def __post_init__(self) -> None:
        _check_vector(self.vector)
        if self.end < self.start:
            raise ValueError("a moment ends before it begins")
        if self.image:
            check_jpeg(self.image)


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """A feature, with what made it; its vectors are all of one length."""

    version: _Number
    model: Annotated[str, Meta(max_length=1_000)]
    summary: _Vector | None
    tags: Annotated[dict[_Line, _Sure], Meta(max_length=10_000)]
    data: _Text
    problem: _Line
    moments: Annotated[list[Scene], Meta(max_length=_MOST_MOMENTS)]

    def __post_init__(self) -> None:
        _check_vector(self.summary)
        _check_json(self.data)
        if len({len(each) for each in self.vectors()}) > 1:
            raise ValueError("its vectors are of several lengths")

    def vectors(self) -> list[bytes]:
        """Give all its vectors."""
        return [each for each in (self.summary, *(m.vector for m in self.moments)) if each]


def facts(db: Database, item: str) -> bytes:
    """Pack what is known of an item as `Facts`, without where it lies."""
    row = next(db.query("SELECT * FROM item WHERE id = ?", [item]))
    sources = dict(
        db.conn.execute("SELECT source, fields FROM told WHERE item = ? ORDER BY source", [item])
    )
    # What people say comes by the log; else each edit would be told twice.
    row |= {
        name: said
        for name, said in json.loads(sources.get("guessed", "{}")).items()
        if name in {"title", "kind"}
    }
    plain = ("kind", "title", "duration", "added_at", "size", "height")
    found = {label: text for label, text in json.loads(row["facts"]).items() if label != _DOUBT}
    return msgspec.msgpack.encode(
        {name: row[name] for name in plain}
        | {
            "facts": found,
            "chapters": json.loads(row["chapters"]),
            "told": {source: json.dumps(fields) for source, fields in _impersonal(sources)},
        }
    )


def picture(db: Database, item: str) -> bytes | None:
    """Pack the picture of an item as `Picture`, None where it has none that may be told."""
    row = db.conn.execute("SELECT jpeg, source FROM artwork WHERE item = ?", [item]).fetchone()
    if row is None or len(row[0]) > MOST_JPEG:
        return None
    return msgspec.msgpack.encode({"jpeg": row[0], "source": row[1]})


def learnt(db: Database, item: str, extractor: str) -> bytes:
    """Pack a feature with its moments as `Learnt`."""
    row = next(
        db.query("SELECT * FROM feature WHERE item = ? AND extractor = ?", [item, extractor])
    )
    moments = db.conn.execute(
        "SELECT max(t0, 0.0), max(t0, t1, 0.0), vector, text, coalesce(image, x''), why, language"
        " FROM moment WHERE item = ? AND extractor = ? ORDER BY n",
        [item, extractor],
    )
    return msgspec.msgpack.encode(
        {name: row[name] for name in ("version", "model", "summary", "data")}
        | {
            "tags": json.loads(row["tags"]),
            "problem": row["problem"] or "",
            "moments": moments.fetchall(),
        }
    )


def save_facts(db: Database, item: str, told_of: Facts) -> None:
    """Keep what another device says of an item that lies nowhere here."""
    row = {
        "id": item,
        "kind": told_of.kind.value,
        "title": plain(told_of.title),
        "duration": told_of.duration,
        "facts": json.dumps(plain_in(told_of.facts), ensure_ascii=False),
        "added_at": told_of.added_at,
        "size": told_of.size,
        "height": told_of.height,
        "chapters": json.dumps(
            [(at, plain(label)) for at, label in told_of.chapters], ensure_ascii=False
        ),
    }
    blank = {"artist": "", "album": "", "genres": "[]", "description": ""}
    news = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    names = ", ".join((*row, *blank))
    db.conn.execute(
        f"INSERT INTO item({names}) VALUES({', '.join(f':{name}' for name in (*row, *blank))})"
        f" ON CONFLICT(id) DO UPDATE SET {news}",
        row | blank,
    )
    db.conn.execute("DELETE FROM told WHERE item = ?", [item])
    for source, fields in _impersonal(told_of.told):
        told.tell(db, item, source, plain_in(fields))


def save_picture(db: Database, item: str, shown: Picture, *, instead: bool) -> None:
    """Keep the picture of an item; `instead` of another one, or only where there is none."""
    if not instead and item in library.artwork(db, [item]):
        return
    db.conn.execute("DELETE FROM artwork WHERE item = ?", [item])
    library.save_artwork(db, item, shown.jpeg, source=shown.source)


def save_learnt(db: Database, item: str, extractor: str, found: Learnt) -> None:
    """Keep a feature that was made elsewhere."""
    feature = Feature(
        summary=_array(found.summary),
        tags=plain_in(found.tags),
        data=plain_in(json.loads(found.data)),
        problem=plain(found.problem),
        moments=tuple(
            Moment(
                start=each.start,
                end=each.end,
                vector=_array(each.vector),
                text=plain(each.text),
                image=each.image,
                why=plain(each.why),
                language=plain(each.language),
            )
            for each in found.moments
        ),
    )
    features.save(db, item, extractor, feature, version=found.version, model=found.model)


def _impersonal(sources: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what sources say, but for what people did: that comes by the log alone."""
    for source, said in sources.items():
        yield source, {k: v for k, v in json.loads(said).items() if k not in _PERSONAL}


def _array(packed: bytes | None) -> Array | None:
    import numpy as np  # takes a while

    return None if packed is None else np.frombuffer(packed, dtype=np.float32)


def _check_vector(packed: bytes | None) -> None:
    import numpy as np  # as above

    if packed is not None and (
        len(packed) % 4 or not (abs(np.frombuffer(packed, dtype=np.float32)) <= _LARGEST).all()
    ):
        raise ValueError(f"a vector is not one of numbers within ±{_LARGEST:g}")


def check_jpeg(data: bytes) -> None:
    """See by its header that some bytes are a JPEG which takes little room once it is decoded.

    See ITU-T T.81, annex B: segments, each with its length, up to that which says the size.

    Raises:
        ValueError: if they are not.
    """
    at = 2
    while data.startswith(b"\xff\xd8") and data[at : at + 1] == b"\xff" and len(data) >= at + 9:
        kind = data[at + 1]
        if kind in _SIZED:
            sides = int.from_bytes(data[at + 5 : at + 7]), int.from_bytes(data[at + 7 : at + 9])
            if 0 < min(sides) <= max(sides) <= _WIDEST:
                return
        if kind in _SIZED | _ALONE:
            break
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise ValueError(f"a picture is no JPEG of at most {_WIDEST:,} pixels a side")


def _check_json(text: str) -> None:
    found = json.loads(text, parse_constant=_refuse)
    if not isinstance(found, dict):
        raise TypeError("what is said is no object")
    check_depth(found)


def check_depth(found: Any, room: int = _DEEPEST) -> None:  # noqa: ANN401 - any JSON
    """See that what JSON holds is not too deep for who goes through it, and of finite numbers.

    Raises:
        ValueError: if it is not so.
    """
    if not room or (isinstance(found, float) and not math.isfinite(found)):
        raise ValueError("what is said is too deep, or holds what is no number")
    if isinstance(found, dict | list):
        for each in found.values() if isinstance(found, dict) else found:
            check_depth(each, room - 1)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
