"""Makes the demo library, or completes it, or finds it complete."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from mediadesk import resources
from mediadesk.api import UserError
from mediadesk.library.demo import manifest, plan
from mediadesk.library.demo.fetch import fetch
from mediadesk.library.demo.plan import Entry, Plan
from mediadesk.library.demo.render import render
from mediadesk.library.demo.subtitles import srt

Say = Callable[[str], None]


def build(
    folder: Path,
    *,
    say: Say,
    what: Plan | None = None,
    allow: Callable[[str], None] = lambda _: None,
) -> Path:
    """Make or complete the demo library below `folder` and give its path.

    What is already there is kept as it is. A package that cannot be had costs its own items: one
    sentence to `say`, and a later call completes the library. `what` is another plan, for tests.
    `allow` hears the name of each package before it is fetched, and may raise `UserError`.
    """
    what = what or plan.read(resources.path("demo.toml"))
    known = manifest.recipes(folder)
    ready = [entry for entry in what.entries if _stands(folder, entry, known)]
    missing = [entry for entry in what.entries if entry not in ready]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        say(f"The demo library needs {len(missing)} more items; this takes a few minutes once.")
        made = _make(folder, what, missing, ready, say=say, allow=allow)
        say(f"The demo library holds {len(ready) + made} of {len(what.entries)} items.")
    return folder


def _stands(folder: Path, entry: Entry, known: Mapping[str, str]) -> bool:
    return known.get(entry.path) == entry.recipe and all(
        (folder / name).is_file() for name in entry.outputs
    )


def _make(
    folder: Path,
    what: Plan,
    missing: list[Entry],
    ready: list[Entry],
    *,
    say: Say,
    allow: Callable[[str], None],
) -> int:
    """Fetch one package while the items of the ones before it are rendered."""
    done = list(ready)
    # threads suffice: nearly all of the time is spent inside FFmpeg, which frees the interpreter
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        running: dict[Future[None], Entry] = {}
        for source in what.sources:
            entries = [entry for entry in missing if entry.source == source.name]
            if not entries:
                continue
            say(f"Fetching {source.name} …")
            try:
                allow(source.name)
                parts = fetch(source, {name for entry in entries for name in entry.members})
            except UserError as error:
                say(str(error))
                continue
            whole = [entry for entry in entries if set(entry.members) <= parts.keys()]
            if len(whole) < len(entries):
                say(
                    f"The package {source.name} here is another version than the demo library "
                    f"knows: {len(entries) - len(whole)} of its items are left out."
                )
            running |= {pool.submit(_make_one, folder, item, parts): item for item in whole}
        for number, future in enumerate(as_completed(running), start=1):
            future.result()
            done.append(running[future])
            if number % 10 == 0 or number == len(running):
                manifest.write(folder, done)
                say(f"Made {number} of {len(running)} items.")
    return len(done) - len(ready)


def _make_one(folder: Path, entry: Entry, parts: Mapping[str, bytes]) -> None:
    target = folder / entry.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if entry.clip is None:
        manifest.put(target, parts[entry.members[0]])
        return
    if not entry.clip.embedded:
        for file, sentences in zip(_beside(folder, entry), entry.clip.lines.values(), strict=True):
            manifest.put(file, srt(sentences).encode())
    # a scanner knows the file only when it is whole
    part = target.with_name(target.name + ".part")
    kind = "matroska" if target.suffix == ".mkv" else "mp4"
    render(entry.clip, parts, part, container=kind)
    part.replace(target)


def _beside(folder: Path, entry: Entry) -> Iterable[Path]:
    return (folder / name for name in entry.outputs[1:])
