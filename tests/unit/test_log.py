"""The log beside the library: there from its first line on, and never in the way."""

import re
import subprocess
import sys
from pathlib import Path

from command import Command

_WARN = """
import logging, sys
from pathlib import Path
from mediadesk import log
log.configure(Path(sys.argv[1]))
assert not Path(sys.argv[1]).exists()
logging.getLogger("mediadesk.here").warning("It rains.")
"""

_TELL = """
import logging, sys
from pathlib import Path
from mediadesk import log
log.configure(Path(sys.argv[1]), verbose=sys.argv[2] == "verbose")
ours, theirs = logging.getLogger("mediadesk.scan"), logging.getLogger("libav.mov")
title = Path("/media/Secret Film.mkv")
why = ValueError(title)
ours.warning("“%s” of “%s” can't be read (%s), %d times.", title, "Secret Film", why, 3)
ours.warning("%(file)s is odd", {"file": str(title)})
ours.warning(ValueError("Secret Film"))
ours.warning("plugin %s, %s", "keyframes", "secret film.mkv")
theirs.warning("Secret Film.mkv is broken")
try:
    try:
        Path("/media/Secret Film.mkv").read_bytes()
    except OSError as error:
        raise RuntimeError("Secret Film") from error
except RuntimeError:
    ours.exception("it failed")
"""


def _warn(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _WARN, str(folder)], capture_output=True, text=True, check=True
    )
    return done.stderr


def test_the_folder_is_made_for_the_first_line(tmp_path: Path) -> None:
    assert not _warn(tmp_path / "new" / "library")
    told = (tmp_path / "new" / "library" / "mediadesk.log").read_text(encoding="utf-8")
    assert re.search(r"mediadesk\.here:\d+ WARNING It rains\.", told)


def test_where_nothing_can_be_written_nothing_is_said_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not _warn(tmp_path / "file" / "library")


def test_a_backup_of_a_library_that_is_not_there_leaves_no_folder(tmp_path: Path) -> None:
    done = Command(tmp_path / "new").run("backup")
    assert done.returncode == 1
    assert done.stderr.startswith(f"mediadesk: There is no library in “{tmp_path / 'new'}”")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_no_title_is_in_the_log_unless_everything_is_to_be(tmp_path: Path) -> None:
    told = {}
    for how in ("discreet", "verbose"):
        words = [sys.executable, "-c", _TELL, str(tmp_path / how), how]
        subprocess.run(words, capture_output=True, check=True)
        told[how] = (tmp_path / how / "mediadesk.log").read_text(encoding="utf-8")
    assert "secret" not in told["discreet"].casefold()
    assert "“…” of “…” can't be read (ValueError), 3 times." in told["discreet"]
    assert "plugin keyframes, …" in told["discreet"]
    assert "FileNotFoundError: …" in told["discreet"]
    assert 'File "<string>", line' in told["discreet"]
    assert told["verbose"].count("Secret Film") >= 8
