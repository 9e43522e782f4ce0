"""What left, and what is known of people, for the engine of made-up data."""

from mediadesk.engine.messages import ConnectionView, Erased, Exported


class FakePrivacy:
    """A network switch, a ledger of two connections, and people who can be erased."""

    network_on = True
    erased: tuple[str, ...] = ()
    ledger = (
        ConnectionView(
            at=1_760_000_060.0,
            who="posters",
            why="not announced, by its own code",
            host="tracker.example.org",
            size=0,
            problem="it was not let out",
        ),
        ConnectionView(
            at=1_760_000_000.0,
            who="posters",
            why="pictures of films",
            host="pictures.example.org",
            size=123_456,
            problem=None,
        ),
    )

    def connections(self, *, limit: int) -> tuple[ConnectionView, ...]:
        return self.ledger[:limit]

    def network(self, *, on: bool | None = None) -> bool:
        if on is not None:
            self.network_on = on
        return self.network_on

    def export(self, folder: str, *, profile: str) -> Exported:
        return Exported(files=(f"{folder}/{profile}.sqlite",), rows={"event": 3, "said": 1})

    def erase(self, profile: str) -> Erased:
        self.erased += (profile,)
        return Erased(profile=profile, remains=("Other devices have it until they have synced.",))
