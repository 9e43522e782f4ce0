"""Takes over the history of another program, and takes it back."""

from threading import Lock

from mediadesk.engine.access import Access
from mediadesk.engine.filing import absolute
from mediadesk.engine.imported import take_back
from mediadesk.engine.imports import take_over
from mediadesk.engine.messages import Imported, Progress
from mediadesk.host import Registry


class Histories:
    """The verbs of imported histories; any thread may call them."""

    def __init__(self, access: Access, registry: Registry) -> None:
        self._access = access
        self._registry = registry
        self._progress: Progress | None = None
        self._one_at_once = Lock()  # two of one file would both take the same line

    def import_history(
        self, path: str, *, dry_run: bool = False, profile: str | None = None
    ) -> Imported:
        who = self._access.profile(profile)
        if not dry_run:
            self._access.check_recorded()
        with self._one_at_once:
            try:
                found = take_over(
                    self._access.store,
                    self._registry,
                    absolute(path),
                    profile=who,
                    dry_run=dry_run,
                    on_progress=self._note,
                )
            finally:
                self._progress = None
        if found.kept:
            self._tell()
        return found

    def import_progress(self) -> Progress | None:
        return self._progress

    def undo_import(self, *, profile: str | None = None) -> int:
        self._access.check_recorded()
        taken = take_back(self._access.store, profile=self._access.profile(profile))
        self._tell()
        return taken

    def _note(self, done: int, of: int) -> None:
        self._progress = Progress(done=done >> 10, of=of >> 10)

    def _tell(self) -> None:
        self._access.heard()
        self._access.changed("items", "features")
