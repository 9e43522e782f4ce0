"""The log beside the library: there from its first line on, and never in the way."""

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
logging.getLogger("here").warning("It rains.")
"""


def _warn(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _WARN, str(folder)], capture_output=True, text=True, check=True
    )
    return done.stderr


def test_the_folder_is_made_for_the_first_line(tmp_path: Path) -> None:
    assert not _warn(tmp_path / "new" / "library")
    told = (tmp_path / "new" / "library" / "mediadesk.log").read_text(encoding="utf-8")
    assert "here WARNING It rains." in told


def test_where_nothing_can_be_written_nothing_is_said_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not _warn(tmp_path / "file" / "library")


def test_a_backup_of_a_library_that_is_not_there_leaves_no_folder(tmp_path: Path) -> None:
    done = Command(tmp_path / "new").run("backup")
    assert done.returncode == 1
    assert done.stderr.startswith(f"mediadesk: There is no library in “{tmp_path / 'new'}”")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()
