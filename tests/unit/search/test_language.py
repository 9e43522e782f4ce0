"""The search language: what it understands, and what it says of what it does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_trees import trees

from mediadesk.api import Kind, UserError
from mediadesk.engine.messages import SEARCHES
from mediadesk.search import parse, written
from mediadesk.search.tree import (
    EVERYTHING,
    Alike,
    And,
    Compare,
    Inside,
    Node,
    Not,
    OfKind,
    Or,
    Standing,
    Text,
)

DAY = 86_400


@given(tree=trees())
def test_what_is_written_is_understood_again(tree: Node) -> None:
    assert parse(written(tree)) == tree


_bits = st.sampled_from([
    "(", ")", "（", "-", " ", "OR", "AND", "NOT", '"', "“", "「", "year", ">", "=", "：", "1999",
    "..", "added:", "7d", "2026-02-30", "length:", "1h", "kind:", "海", "\0", "\udcff", "in:",
    "is:", "stars", "size:", "1.5g", "4k", "similar:",
])  # fmt: skip


@given(text=st.text() | st.lists(_bits, max_size=12).map("".join))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except UserError:
        return
    assert parse(written(tree)) == tree


def test_a_search_means_what_it_says() -> None:
    anna, storm = Text("artist", "anna"), Text("any", "storm")
    rain, snow = Text("any", "rain"), Text("any", "snow")
    nineties = And((Compare("year", ">=", 1990), Compare("year", "<=", 1999)))
    for said, meant in {
        "": EVERYTHING,
        "rain snow": And((rain, snow)),
        "rain AND snow OR storm": Or((And((rain, snow)), storm)),
        "rain -snow": And((rain, Not(snow))),
        "NOT (rain OR snow) storm": And((Not(Or((rain, snow))), storm)),
        'artist:anna "storm': And((anna, storm)),  # a quotation that is just being typed
        "（rain　OR　snow） ａｒｔｉｓｔ：anna": And((Or((rain, snow)), anna)),
        "“storm” year：1990..1999": And((storm, *nineties.parts)),
        "year≥１９９０ KIND:Film": And((Compare("year", ">=", 1990), OfKind(Kind.FILM))),
        "year:>1990": Compare("year", ">", 1990),
        "流浪地球：飞跃2020": Text("any", "流浪地球：飞跃2020"),
        "Alien: E=mc2": And((Text("any", "Alien:"), Text("any", "E=mc2"))),
        'title:"say ""hi"""': Text("title", 'say "hi"'),
        "length>1h30m": Compare("length", ">", 5400),
        "length:20m": And((Compare("length", ">=", 1200), Compare("length", "<", 1260))),
        "added:7d": Compare("age", "<=", 7 * DAY),
        "added>2026-01": Compare("added", ">", date(2026, 1, 31)),
        "added:2026-02-03": Compare("added", "=", date(2026, 2, 3)),
        "-is:seen in:“My films”": And((Not(Standing("seen")), Inside("My films"))),
        'artist=anna genre="Hard rock"': And(
            (Text("artist", "anna", whole=True), Text("genre", "Hard rock", whole=True))
        ),
        "is:watched similar:“The Storm”": And((Standing("seen"), Alike("The Storm"))),
        "stars>=3.5 plays>2": And((Compare("stars", ">=", 3.5), Compare("plays", ">", 2))),
        "stars:4..4.5": And((Compare("stars", ">=", 4), Compare("stars", "<=", 4.5))),
        "size:1.5g": And(
            (Compare("size", ">=", 1_500_000_000), Compare("size", "<", 1_600_000_000))
        ),
        "size>700MB": Compare("size", ">", 700_000_000),
        "height>=1080p height:4k": And(
            (Compare("height", ">=", 1080), Compare("height", "=", 2160))
        ),
        "played:30d": Compare("rest", "<=", 30 * DAY),
        "played<2026": Compare("played", "<", date(2026, 1, 1)),
        "season:2 episode>3 track:1": And(
            (Compare("season", "=", 2), Compare("episode", ">", 3), Compare("track", "=", 1))
        ),
        'collection:Best note:"lent to" drive:Backup series:dark': And(
            (
                Text("collection", "Best"),
                Text("note", "lent to"),
                Text("drive", "Backup"),
                Text("series", "dark"),
            )
        ),
        'kind:clip OR kind:music-video OR kind:"home video"': Or(
            (OfKind(Kind.CLIP), OfKind(Kind.MUSIC_VIDEO), OfKind(Kind.HOME_VIDEO))
        ),
        'genre="" -year=""': And((Text("genre", "", whole=True), Compare("year", ">=", 0))),
    }.items():
        assert parse(said) == meant, said
    for shown, _ in SEARCHES:
        assert parse(shown) != EVERYTHING, shown


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        ("storm OR", "ends too soon: write something after “OR”"),
        ("a (b", "ends too soon: write something after “(b”, and a “)”"),
        ("a b)", "“)” at character 4"),
        ("a yaer:1999", "“yaer:1999” at character 3 isn't understood: did you mean “year”"),
        ("colour:red", "the fields are kind, year, title"),
        ("kind:opera", "the kinds are film, episode"),
        ("title: storm", "write the words right behind it"),
        ("title>storm", "write title:WORD"),
        ("kind: film", "the kinds are film"),
        ("year:x", "write year:1999, year>=1990 or year:1990..1999"),
        ("year>1990..1999", "write year:1999"),
        ("length<20", "write length<20m"),
        ("added:2026-02-30", "write added>2026-01-31"),
        ("added:9999", "write added>2026-01-31"),
        ("is:red", "it may be available, missing"),
        ("stars>6", "write stars:5, stars>=3.5"),
        ("stars:4.2", "write stars:5, stars>=3.5"),
        ("size>1", "write size>1g"),
        ("height:tall", "write height>=1080"),
        ("plays>often", "write plays:0"),
        ("played:lately", "write played>2026-01-31"),
        ("similar>a", 'write similar:"A TITLE"'),
        ("note: x", "write the words right behind it"),
        ("in:.", "write in:FOLDER"),
        ("(" * 500 + "a" + ")" * 499, "ends too soon"),
        ("-(a " * 150 + "a" + ")" * 150, "more than 30 deep"),
        ("a " * 501, "1,000 characters at most"),
    ],
)
def test_what_is_not_understood_is_named_with_what_is_allowed(search: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(search)
    assert sentence in str(refused.value)
