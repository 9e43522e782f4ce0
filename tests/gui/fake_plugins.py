"""Plugins of every kind and state, plans and pages, for the window's tests and pictures."""

# ruff: noqa: S106 - a token here is no password

import math
from dataclasses import replace

from mediadesk.engine.messages import (
    DownloadView,
    FaultView,
    FetchView,
    GrantView,
    ItemView,
    LearntView,
    Offer,
    PageContent,
    PageView,
    PlayerView,
    PluginPage,
    PluginPlan,
    PluginView,
    PointView,
    PriceTag,
    SectionView,
    UsageView,
    WorkView,
)

KEY = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
CHINESE = "根据画面的色彩、亮度和节奏来理解影片的情绪，并据此推荐气氛相近的作品。"


def plugin(name: str, state: str = "ready", **more: object) -> PluginView:
    given: dict[str, object] = {
        "name": name,
        "title": name.replace("-", " ").capitalize(),
        "summary": "",
        "distribution": f"mediadesk-{name}",
        "version": "1.2.0",
        "source": "installed",
        "state": state,
        "problem": None,
        "provides": (),
    }
    return PluginView(**(given | more))  # type: ignore[arg-type]


BUNDLED = (
    plugin(
        "keyframes",
        source="bundled",
        title="Pictures",
        version="0.1.0",
        summary="Understands what is seen, from keyframes.",
        provides=("extractor keyframes",),
    ),
    plugin(
        "taste",
        source="bundled",
        title="Taste",
        version="0.1.0",
        summary="Recommends by what you watched and liked, and says why.",
        provides=("ranker taste",),
    ),
)
STRANGERS = (
    plugin(
        "mood",
        title="Mood of films",
        summary=CHINESE * 3,
        provides=("extractor mood", "ranker mood", "page colours"),
        previous="1.1.0",
    ),
    plugin(
        "faces",
        "quarantined",
        title="Faces",
        summary="Finds the people who are seen in your films.",
        problem="It ended without a word on 3 files within 10 minutes; the other plugins go on.",
        provides=("extractor faces", "tagger people"),
        previous="0.9.1",
    ),
    plugin(
        "night-radio",
        "failing",
        title="Night radio",
        version="0.4",
        summary="Fills a shelf with what sounds right after midnight.",
        problem="Its shelf “Late” gave a score that is no number, 2 times today.",
        provides=("shelf late",),
    ),
    plugin(
        "subtitle-seeker",
        "switched off",
        title="Subtitle seeker",
        summary="Looks for subtitles of your films at the services that you choose.",
        problem="MediaDesk crashed while starting. “subtitle-seeker” was being started then.",
        provides=("metadata reader subtitles",),
    ),
    plugin(
        "old-friend",
        "incompatible",
        title="Old friend",
        version="0.2",
        summary="Recommends what you liked years ago.",
        problem="The plugin “old-friend” 0.2 needs the plugin API <1, and this MediaDesk has 1.0: "
        "look for another version of either.",
    ),
    plugin(
        "free-movies-4k",
        "blocked",
        title="Free movies 4K",
        version="6.6.6",
        summary="All films for nothing!",
        problem="It is on the block list since 3 November 2026: it sends names of files to a "
        "stranger.",
    ),
    plugin(
        "lyrics",
        "failed to load",
        title="Lyrics",
        source="folder",
        version="0.0.1",
        summary="Shows the words of a song.",
        problem="Its module “lyrics” can't be imported (SyntaxError: invalid syntax, lyrics.py, "
        "line 12): mend it, it is loaded again by itself.",
    ),
    plugin(
        "scrobbler",
        "disabled",
        title="Tells a server what you play",
        summary="Sends what you finish to a server of your own.",
        provides=("listener scrobbler",),
    ),
)
EVERY = BUNDLED + STRANGERS
LONG = plugin(
    "long",
    title="A title that its maker could not stop writing & <b>went on</b> with " * 4,
    summary="Averylongwordwithoutanyspace" * 11,
    version="2026.10.11549.post1+local.build",
    problem=("/home/somebody/" + "deep/" * 30 + "file.mkv") * 2,
    state="failing",
    provides=tuple(f"extractor part-number-{n}" for n in range(20)),
)
GRANTS = (
    GrantView(
        permission="read-media",
        detail="",
        reason="To look at the colours of your films and videos.",
    ),
    GrantView(
        permission="write-data",
        detail="",
        reason="To keep the colours it found, so that a film is looked at once.",
    ),
)
NEW_GRANTS = (
    GrantView(
        permission="network",
        detail="api.moods.example",
        reason="To fetch what other people call the mood of a film.",
        new=True,
    ),
    GrantView(
        permission="network",
        detail="*.cdn.moods.example",
        reason="To fetch what other people call the mood of a film.",
        new=True,
    ),
    GrantView(
        permission="read-history",
        detail="",
        reason="To recommend films of the moods that you like.",
        new=True,
    ),
)
INSTALL = PluginPlan(
    token="one",
    source="/home/me/Downloads/mediadesk_mood-1.2.0-py3-none-any.whl",
    name="mood",
    title="Mood of films",
    summary="Understands the mood of films from their colours and recommends by it.",
    version="1.2.0",
    action="install",
    installed_version=None,
    package_size=48_200,
    installed_size=31_400_000,
    downloads=(
        DownloadView(
            name="scikit-image", version="0.26.0", size=12_300_000, origin="files.example.org"
        ),
        DownloadView(name="lazy-loader", version="0.4", size=12_100, origin="files.example.org"),
        DownloadView(name="tifffile", version="2026.3.1", size=0, origin="files.example.org"),
    ),
    bundled=("colour-science 0.4.6", "networkx 3.5"),
    permissions=GRANTS,
    signature="new",
    signer=KEY,
    warnings=(),
)
UPDATE = replace(
    INSTALL,
    token="two",
    version="1.3.0",
    action="update",
    installed_version="1.2.0",
    downloads=(),
    permissions=(*GRANTS, *NEW_GRANTS),
    signature="known",
    signer="2FA6B8C10D3E4F55",
    warnings=("It looks at every film again: about 2 hours for your library.",),
)
CHANGED = replace(
    UPDATE,
    token="four",
    signature="new",
    signer="7BC1F0A2D94E6683",
    former_signer="2FA6B8C10D3E4F55",
    warnings=("It was signed with the key 2FA6B8C10D3E4F55 until now: ask its maker why.",),
)
UNSIGNED = replace(
    INSTALL,
    token="three",
    title=LONG.title,
    summary=LONG.summary,
    name="long-" * 7 + "name",
    signature="unsigned",
    signer=None,
    downloads=INSTALL.downloads * 5,
    bundled=tuple(f"library-{n} 1.{n}" for n in range(30)),
    warnings=(
        "A package of this name was removed from the index on 2 November 2026.",
        CHINESE * 4,
    ),
    permissions=(*GRANTS, *(replace(one, new=False) for one in NEW_GRANTS)),
)
OFFERS = (
    Offer(
        name="mood",
        title="Mood of films",
        summary="Understands the mood of films from their colours.",
        version="1.3.0",
        size=48_200,
        installed="1.2.0",
        source="mood",
    ),
    Offer(
        name="faces",
        title="Faces",
        summary="Finds the people who are seen in your films.",
        version="1.2.0",
        size=8_400_000,
        installed="1.2.0",
        source="faces",
    ),
    Offer(
        name="karaoke",
        title="卡拉OK",
        summary=CHINESE,
        version="0.3",
        size=220_000,
        installed=None,
        source="karaoke",
    ),
    Offer(
        name="old-friend",
        title="Old friend",
        summary="Recommends what you liked years ago.",
        version="0.2",
        size=12_000,
        installed=None,
        source="old-friend",
        problem="It needs the plugin API <1, and this MediaDesk has 1.0.",
    ),
)
SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "enabled_at_night": {
            "type": "boolean",
            "title": "Work at night only",
            "description": "Films are looked at between midnight and six.",
            "default": False,
        },
        "palette": {
            "title": "Colours",
            "description": "How many colours stand for a film.",
            "enum": ["few", "many", "all"],
            "default": "few",
        },
        "frames": {
            "type": "integer",
            "title": "Frames",
            "description": "How many frames of a film are looked at.",
            "minimum": 4,
            "maximum": 64,
            "default": 16,
        },
        "warmth": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        "server": {
            "type": "string",
            "title": "Server",
            "description": "Where moods are fetched from; empty asks nobody.",
            "default": "",
        },
        "ignored": {
            "type": "array",
            "items": {"type": "string"},
            "title": "Ignored folders",
            "default": [],
        },
        "curve": {"type": "object", "title": "Curve", "default": {"points": [0, 1]}},
    },
}
SETTINGS: dict[str, object] = {
    "enabled_at_night": True,
    "palette": "many",
    "frames": 16,
    "warmth": 0.35,
    "server": "",
    "ignored": ["/media/home videos", "/media/录像"],
    "curve": {"points": [0, 0.25, 1]},
}
FAULTS = tuple(
    FaultView(
        at=1.793e9 + 3600 * number,
        part="extractor mood",
        item=f"{number:032x}" if number else None,
        file=f"/media/films/A quiet walk number {number}.mkv" if number else None,
        times=number + 1,
        what=what,
        sentence=sentence,
    )
    for number, (what, sentence) in enumerate(
        (
            (
                "crash",
                "The process ended with signal 11 (segmentation fault) and was started anew.",
            ),
            ("timeout", "“/media/films/A quiet walk.mkv” took longer than 60 seconds."),
            ("memory", "It wanted more than 1,024 MB of memory for “/media/films/Long.mkv”."),
        )
    )
)


def page_of(view: PluginView) -> PluginPage:
    """A page with all there can be on it."""
    ours = view.source == "bundled"
    return PluginPage(
        plugin=view,
        permissions=() if ours else (*GRANTS, *(replace(one, new=False) for one in NEW_GRANTS)),
        signer=None if ours or view.source == "folder" else "2FA6B8C10D3E4F55",
        dependencies=() if ours else ("colour-science 0.4.6", "networkx 3.5"),
        schema={} if ours else SCHEMA,
        settings={} if ours else SETTINGS,
        labels={"frames": "Bilder", "frames.description": "So viele."},
        limits=()
        if ours
        else (
            ("Memory", "1,024 MB"),
            ("Time for a file", "60 seconds"),
            ("CPU time for a file", "60 seconds"),
            ("Open files", "128"),
            ("Files", "May read your media, write only its own folder"),
            ("Network", "Only through MediaDesk, to the hosts above"),
        ),
        unenforced=()
        if ours
        else ("This kernel has no Landlock rules for the network: sockets are blocked instead.",),
        usage=(
            UsageView(part="extractor mood", calls=1_204, seconds=812.5, cpu_seconds=640.2),
            UsageView(part="ranker mood", calls=98, seconds=0.41, cpu_seconds=0.4),
        ),
        peak_memory=412_000_000,
        fetched=() if ours else (FetchView(at=1_793_000_000.0, host="lyrics.org", size=5_200),),
        faults=() if ours else FAULTS,
        log="\n".join(
            f"2026-11-0{n % 9 + 1} 12:0{n % 10}:00 INFO looked at film {n}" for n in range(60)
        )
        + "\n"
        + CHINESE,
        has_data=True,
        folder="/home/me/lyrics" if view.source == "folder" else None,
    )


PRICES = (
    PriceTag(
        plugin="mood",
        part="extractor mood",
        sample=5,
        items=1_204,
        seconds=7_300.0,
        cpu_seconds=11_020.0,
        disk=48_000_000,
        memory=410_000_000,
    ),
    PriceTag(
        plugin="mood",
        part="extractor colours",
        sample=0,
        items=1_204,
        seconds=0,
        cpu_seconds=0,
        disk=0,
        memory=0,
        problem="No file of a kind that it understands is here: add a film and measure again.",
    ),
)
HELD = (
    WorkView(
        extractor="people",
        plugin="faces",
        done=48,
        left=12,
        waiting=0,
        skipped=0,
        failed=0,
        held="its plugin is quarantined",
        why={"new files": 12},
    ),
    WorkView(
        extractor="mood",
        plugin="mood",
        done=59,
        waiting=1,
        skipped=0,
        failed=0,
        held="waits until the computer is idle",
        why={"new version": 1},
    ),
)
LEARNT = (
    LearntView(
        extractor="audio",
        title="Audio",
        facts=(("Loudness", "-23 dB"), ("Peak", "-4 dB"), ("Silence", "4%")),
    ),
    LearntView(extractor="keyframes", title="Keyframes", facts=(("Frames", "12"),)),
    LearntView(
        extractor="mood",
        title="Mood of films",
        facts=(
            ("Main", "#7a6b52"),
            ("Monochrome", "no"),
            ("A key that its maker could not stop…", "word " * 20),
            ("Moods", "calm, bright, a little sad"),
        ),
    ),
    LearntView(extractor="subtitles", title="Subtitles", facts=(("Languages", "de, en"),)),
    LearntView(extractor="voice", title="Audio · voice", facts=(("Speech", "43%"),)),
)
PAGES = (
    PageView(plugin="mood", name="colours", title="Colour map"),
    PageView(plugin="mood", name="moods", title="Moods of the year & <i>all</i> the others"),
)
PLAYERS = (
    PlayerView(name="mpv", title="mpv", plugin="players", command=("true", "/media/1.mkv")),
    PlayerView(
        name="gone", title="Gone & lost", plugin="players", command=("/no/such/player", "x")
    ),
)


def points(items: tuple[ItemView, ...]) -> tuple[PointView, ...]:
    """Dots in clouds, one for each item."""
    made = []
    for number, item in enumerate(items):
        around = number * 2.399963
        far = 0.16 * math.sqrt((number * 7919 % 500) / 500)
        x = 0.5 + 0.28 * math.cos(number % 5 * 1.2566) + far * math.cos(around)
        y = 0.5 + 0.28 * math.sin(number % 5 * 1.2566) + far * math.sin(around)
        colour = ("#d1495b", "#edae49", "#00798c", "#66a182", "#8d96a3")[number % 5]
        made.append(PointView(item=item.id, x=x, y=y, colour=colour, label=item.title))
    return tuple(made)


def panel(page: PageView, items: tuple[ItemView, ...], image: bytes = b"") -> PageContent:
    """A page with a section of every kind."""
    empty = SectionView(
        title="",
        text="",
        columns=(),
        rows=(),
        points=(),
        x_label="",
        y_label="",
        items=(),
        image=b"",
    )
    return PageContent(
        page=page,
        sections=(
            replace(
                empty,
                title="The library by colour",
                text="Each dot is a film in its own colour; films that look alike are neighbours.",
                points=points(items),
                x_label="cold → warm",
                y_label="dark → bright",
            ),
            replace(
                empty,
                title="Most colourful",
                columns=("Film", "Colours", "Brightness"),
                rows=tuple(
                    (one.title, str(n * 3), f"{n / 40:.2f}") for n, one in enumerate(items[:20])
                ),
            ),
            replace(empty, title="The brightest", items=items[:8]),
            replace(empty, title="The palette", text="All colours together.", image=image),
        ),
    )
