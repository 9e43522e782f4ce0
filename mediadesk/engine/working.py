"""How the queue of work is worked off: see `messages.Working`."""

from collections.abc import Callable, Sequence
from functools import partial

from mediadesk.api import UserError
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Status
from mediadesk.engine.pace import Pacing
from mediadesk.store import jobs, locations


class Working:
    """The verbs of the queue; any thread may call them."""

    def __init__(
        self,
        access: Access,
        pacing: Pacing,
        *,
        status: Callable[[], Status],
        go_on: Callable[[], None],
        set_gentle_on_battery: Callable[[bool | None], bool],
    ) -> None:
        """Join what it needs.

        Args:
            access: the library.
            pacing: how fast work goes.
            status: tells what is going on.
            go_on: has the pipeline look for work.
            set_gentle_on_battery: gives what is set, after setting it unless it gets None.
        """
        self._access = access
        self._pacing = pacing
        self._status = status
        self._go_on = go_on
        self._set_gentle_on_battery = set_gentle_on_battery

    def cancel(self, extractor: str) -> Status:
        self._known(extractor)
        self._access.store.write(partial(jobs.cancel, extractor=extractor), durable=True)
        return self._changed()

    def resume(self, extractor: str) -> Status:
        self._known(extractor)
        self._access.store.write(partial(jobs.resume, extractor=extractor), durable=True)
        return self._changed()

    def first(self, names: Sequence[str]) -> Status:
        ids = self._access.ids(names)
        self._access.store.write(partial(jobs.put_first, items=ids))
        return self._changed()

    def retry(self) -> Status:
        self._access.store.write(jobs.retry_all)
        self._access.store.write(locations.forget_problems)
        return self._changed()

    def playing(self, *, on: bool) -> None:
        if on != self._pacing.playing:
            self._pacing.playing = on
            self._access.changed("status")
            self._go_on()

    def pace(self, *, gentle_on_battery: bool | None = None) -> bool:
        found = self._set_gentle_on_battery(gentle_on_battery)
        if gentle_on_battery is not None:
            self._pacing.look_again()
            self._changed()
        return found

    def _known(self, extractor: str) -> None:
        names = [work.extractor for work in self._status().work]
        if extractor not in names:
            raise UserError(
                f"Nothing called “{extractor}” has work to do: choose from {', '.join(names)}."
                if names
                else "There is no work to do: add a folder with films, videos or music."
            )

    def _changed(self) -> Status:
        self._go_on()
        self._access.changed("status")
        return self._status()
