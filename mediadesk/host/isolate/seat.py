"""A place for one process of a guest."""

from threading import Lock

from mediadesk.host.isolate.session import Session


class Seat:
    """A place for one process, which is there when it is needed."""

    def __init__(self, *, is_prompt: bool) -> None:
        self.is_prompt = is_prompt
        self.lock = Lock()
        self.session: Session | None = None

    def vacate(self) -> None:
        """End the process, also under a call."""
        if (session := self.session) is not None:
            session.process.end()
        with self.lock:
            self.leave()

    def leave(self) -> None:
        """Let go of the process; for who holds the lock."""
        if self.session is not None:
            self.session.close()
            self.session = None
