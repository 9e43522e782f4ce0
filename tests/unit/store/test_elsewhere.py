"""What is on another device stands under the name that people call it, and is found as all is."""

from functools import partial

import pytest

from mediadesk.api import Intent, Item, Kind
from mediadesk.engine.asking import answer
from mediadesk.store import Store, devices, elsewhere, library, registers
from mediadesk.store.registers import DEVICE, Edit

FILM = Item(id="f" * 12, kind=Kind.FILM, title="A film", path=None)


@pytest.fixture
def there(store: Store) -> Store:
    store.write(partial(elsewhere.put, device="abc", name="debian", items=[FILM]))
    return store


def stands_on(store: Store) -> str:
    (listed,) = library.all_items(store.read())
    return listed.drive


def test_it_stands_under_the_name_that_people_give_the_device(there: Store) -> None:
    assert stands_on(there) == "debian"
    there.write(partial(devices.rename, device="abc", name="Desktop"))
    assert stands_on(there) == "Desktop"


def test_so_it_does_where_the_name_came_from_another_device(there: Store) -> None:
    edit = Edit(item=f"{DEVICE}abc", field="name", value="Desktop")
    there.write(partial(registers.write, edits=[edit]))
    there.write(elsewhere.follow_names)
    assert stands_on(there) == "Desktop"


def test_its_next_files_do_not_take_the_name_away(there: Store) -> None:
    there.write(partial(devices.rename, device="abc", name="Desktop"))
    there.write(partial(elsewhere.call, device="abc", name="debian"))
    assert stands_on(there) == "Desktop"


def test_who_asks_finds_it(there: Store) -> None:
    found = answer(
        there.read(), Intent(meaning="rain"), states={}, by_meaning=lambda _text, ids: ids
    )
    assert found == [FILM.id]
