"""Writes into NFO files and tags what the library knows; each file whole or not at all."""

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mediadesk.api import UserError
from mediadesk.library import artwork, identity, kinds, nfo, probe, tags
from mediadesk.library.nfo import Nfo
from mediadesk.library.originals import Original, Originals, digest
from mediadesk.library.replacing import replacing, stamp
from mediadesk.media import open_media
from mediadesk.paths import to_path

_CUT = 500  # what was read of longer texts is shorter, and must not replace them
Change = tuple[str, object, object]


class OvertakenError(UserError):
    """A file can't be made again what it was, neither now nor later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be written about a media file, into `file`, as (field, before, after).

    `before` is that file's (size, mtime in ns), None where there is none yet. `nfo` is what it is
    to say as an NFO file; else `changes` are of its tags.
    """

    media: Path
    file: Path
    before: tuple[int, int] | None
    changes: tuple[Change, ...] = field(default_factory=tuple)
    nfo: Nfo | None = None


def draft_nfo(media: Path, wanted: Nfo) -> Draft:
    """Tell what writing an NFO file for a video would change; nothing is taken out of one.

    Raises:
        UserError: if it can't be written.
    """
    if not kinds.is_video(media.name):
        raise UserError(f"“{media}” is music, which has no NFO file: write its tags instead.")
    file = nfo.beside(media)
    shared = media.with_name("movie.nfo")
    if not file.exists() and shared.exists() and artwork.is_alone(media):
        file = shared
    before = stamp(file)
    _check_writable(file)
    try:
        data = nfo.contents(file)
        says_nothing = data is None or nfo.is_address(data)
        old = Nfo(root=wanted.root) if says_nothing else nfo.parse(data or b"")
        new = _joined(old, wanted)
        read = nfo.parse(nfo.written(data, new))  # such as without spaces at the ends
    except OSError as error:
        raise _unwritable(file, error) from error
    except ValueError as error:
        raise UserError(
            f"“{file}” can't be added to ({error}): mend it, or remove it to have a new one."
        ) from error
    return Draft(
        media=media, file=file, before=before, changes=tuple(nfo.differences(old, read)), nfo=new
    )


def draft_tags(media: Path, wanted: Mapping[str, Any]) -> Draft:
    """Tell what writing tags (`tags.FIELDS`) would change; nothing is taken out of them.

    Raises:
        UserError: if the file can't be tagged.
    """
    if kinds.is_video(media.name):
        raise UserError(
            f"“{media}” is a video, which is known by all its bytes: write an NFO file instead."
        )
    before = stamp(media)
    _check_writable(media)
    if not tags.can_hold(media):
        raise UserError(f"“{media}” has a format that can't be tagged: convert it to have tags.")
    has = tags.read(media)
    changes = tuple(
        (name, has.get(name), wanted[name])
        for name in tags.FIELDS
        if wanted.get(name) not in (None, "", ()) and has.get(name) != tags.as_read(wanted[name])
    )
    return Draft(media=media, file=media, before=before, changes=changes)


def carry_out(draft: Draft, originals: Originals) -> None:
    """Write what a draft says, and keep what was there.

    Raises:
        UserError: if the file is another one now, or can't be written; then it is as it was.
    """
    _check_there(draft.file.parent)
    _check_writable(draft.file)
    try:
        with replacing(draft.file) as fresh:
            _check_same(draft)
            if draft.nfo is not None:
                fresh.write_bytes(nfo.written(nfo.contents(draft.file), draft.nfo))
            else:
                _tag(draft, fresh)
            originals.keep(draft.media, draft.file, fresh)
    except OSError as error:
        raise _unwritable(draft.file, error) from error
    except ValueError as error:
        raise UserError(
            f"“{draft.file}” can't be written safely ({error}): it stays as it was; use another "
            "program for it."
        ) from error


def take_back(original: Original, kept: Originals, now: Originals) -> None:
    """Make a file again what it was before it was written, and keep what it is `now`.

    Raises:
        OvertakenError: if it is another one for good; then it stays as it is.
        UserError: if it can't be found or written now; then it stays as it is, too.
    """
    file, media = to_path(original.file), to_path(original.media)
    _check_there(file.parent)
    try:
        found = digest(file)
        # Where a drive is mounted there is an empty folder while it is away.
        needed = (media, file) if original.was and original.now else (media,)
        if not found and (lost := [each for each in needed if not each.exists()]):
            raise UserError(
                f"“{lost[0]}” is not there any more: put it back where it was, and try again."
            )
        if found == original.was:
            return  # by an undo that was killed, or by who did it by hand
        if found != original.now:
            raise OvertakenError(
                f"“{file}” was changed since by another program: it stays as it is."
            )
        _check_writable(file)
        if original.was:
            with replacing(file) as fresh:
                kept.restore(original, fresh)
                now.keep(media, file, fresh)
        else:
            now.keep(media, file, None)
            file.unlink()
    except OSError as error:
        raise _unwritable(file, error) from error
    except ValueError as error:
        raise OvertakenError(
            f"“{file}” can't be taken back ({error}): it stays as it is."
        ) from error


def _tag(draft: Draft, fresh: Path) -> None:
    """Tag a copy, and see that it says what it should and holds the same sound."""
    sound = _sound_of(draft.file)
    shutil.copyfile(draft.file, fresh)
    tags.write(fresh, {name: after for name, _, after in draft.changes})
    has = tags.read(fresh)
    if any(has.get(name) != tags.as_read(after) for name, _, after in draft.changes):
        raise ValueError("it does not keep its new tags")
    try:
        is_same = _sound_of(fresh) == sound
    except UserError as error:
        raise ValueError("it could not be played any more") from error
    if not is_same:
        raise ValueError("its sound would not stay the same")


def _sound_of(path: Path) -> str:
    with open_media(path) as container:
        stream = probe.probe(container, video=False).audio
        return identity.audio_id(probe.packets(container, stream)) if stream else ""


def _joined(old: Nfo, new: Nfo) -> Nfo:
    """Let what is written be what is known here, and no less than was written before."""
    is_music = old.root == "musicvideo" and new.root == "movie"
    known = {
        name: getattr(old, name)
        for name in nfo.SAID
        if _same(getattr(old, name), getattr(new, name))
    }
    # Kodi's tags are also other programs'; what was watched there was watched.
    known["tags"] = tuple(dict.fromkeys((*old.tags, *new.tags)))
    if new.plays is not None or new.watched:
        known["plays"] = max(old.plays or 0, new.plays or 0, 1 if new.watched else 0)
        known["last_played"] = max(old.last_played, new.last_played)
    if new.watched is False:
        known["plays"] = 0
    return replace(new, root=old.root if is_music else new.root, **known)


def _same(old: object, new: object) -> bool:
    if isinstance(old, str) and isinstance(new, str) and len(new) >= _CUT:
        return old.startswith(new)
    return old == new


def _check_same(draft: Draft) -> None:
    if stamp(draft.file) != draft.before:
        raise UserError(f"“{draft.file}” has changed since the preview: look at a new one first.")


def _check_writable(file: Path) -> None:
    """Refuse what would be replaced although it is protected."""
    folder = file.parent
    _check_there(folder)
    is_open = not file.exists() or (
        os.access(file, os.W_OK) and stat.S_IMODE(file.stat().st_mode) & 0o222
    )
    if not os.access(folder, os.W_OK) or not is_open:
        raise UserError(f"“{file}” is write-protected: change its rights or those of its folder.")


def _check_there(folder: Path) -> None:
    if not folder.is_dir():
        raise UserError(f"“{folder}” is not there: reconnect its drive.")


def _unwritable(file: Path, error: OSError) -> UserError:
    what = error.strerror or str(error)
    return UserError(
        f"“{file}” can't be written ({what}): check its rights and the room on its drive."
    )
