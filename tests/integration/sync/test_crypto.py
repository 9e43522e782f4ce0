"""What is shared is encrypted: it shows nothing, and nothing else is believed."""

import os
import platform
import random
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pyrage
import pytest
from filelock import FileLock
from forms import forms
from whole_logs import whole_logs

from mediadesk.api import UserError
from mediadesk.store import Database, Store, changes, merging, oplog, registers
from mediadesk.store.registers import Edit
from mediadesk.sync import bundle, crypto, pairing
from mediadesk.sync.crypto import Key
from mediadesk.sync.exchange import Report, exchange
from mediadesk.sync.pairing import keep, key_of, load, take_key

KEY, OTHER = Key.made(), Key.made()
NOTE = "A quiet evening in Reykjavík"
DEVICE = "Anna’s old laptop"


@dataclass
class Device:
    store: Store
    shared: Path

    def say(self, text: str) -> None:
        edit = Edit(item="item", field="note", value=text)

        def write(db: Database) -> None:
            changes.act(db, f"Wrote {text}", lambda act: [
                each.item for each in registers.write(db, [edit], change=act)])  # fmt: skip

        self.store.write(write)

    def take(self, key: Key) -> None:
        take_key(self.store, key)

    def lose_key(self) -> None:
        self.store.path.with_name("sync.key").unlink()

    def sync(self, *, dry_run: bool = False) -> Report:
        return exchange(self.store, self.shared, settle=lambda _db, _items: None, dry_run=dry_run)

    @property
    def file(self) -> Path:
        [found] = self.shared.glob(f"{self.store.write(oplog.device_id)}.*.mdsync")
        return found

    @property
    def note(self) -> str | None:
        return registers.having(self.store.read(), "note").get("item")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Device, Device]]:
    shared = tmp_path / "shared"
    shared.mkdir()
    first, second = (
        Device(Store(tmp_path / name / "library.db"), shared) for name in ("one", "two")
    )
    first.take(KEY)
    second.take(KEY)
    with patch("mediadesk.store.oplog.platform.node", return_value=DEVICE):
        first.say(NOTE)
    yield first, second
    first.store.close()
    second.store.close()


def test_only_who_has_the_key_reads_what_was_written(pair: tuple[Device, Device]) -> None:
    first, second = pair
    plain = first.shared / "x.plain"
    bundle.write(*whole_logs(first.store.read()), plain)
    assert any(form in plain.read_bytes() for form in forms(NOTE))  # so they are found
    plain.unlink()
    first.sync()
    content = first.file.read_bytes()
    for secret in (NOTE, "Wrote A quiet", "CREATE TABLE", DEVICE):
        assert not any(form in content for form in forms(secret))
    assert second.sync().taken[0].name == DEVICE
    assert second.note == NOTE


def test_age_alone_opens_a_file(pair: tuple[Device, Device]) -> None:
    first, _ = pair
    first.sync()
    opened = pyrage.decrypt(
        first.file.read_bytes(), [pyrage.x25519.Identity.from_str(KEY.text)]
    )  # fmt: skip
    assert opened.startswith(b"SQLite format 3")


def no_damage_is_believed(damaged: Path, whole: bytes) -> None:
    chance = random.Random(5)  # noqa: S311 - no secret
    for n in range(150):
        raw = bytearray(whole)
        if n % 3 == 0:
            del raw[chance.randrange(len(raw)) :]
        else:
            raw[chance.randrange(len(raw) if n % 3 == 1 else 300)] ^= 1 << chance.randrange(8)
        damaged.write_bytes(raw)
        with pytest.raises(UserError, match=r"x\.mdsync.*delete"):
            bundle.read(damaged, key=KEY)


def test_whatever_is_altered_or_cut_short_is_refused(pair: tuple[Device, Device]) -> None:
    first, _ = pair
    first.sync()
    no_damage_is_believed(first.shared / "x.mdsync", first.file.read_bytes())


def plain(data: bytes) -> bytes:
    return data


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "not encrypted": (plain, "is not encrypted, so anybody may have written it"),
    "another key": (OTHER.seal, "is encrypted with another key than this device has"),
    "a passphrase that takes an hour to try": (
        lambda data: b"age-encryption.org/v1\n-> scrypt %b 30\n%b\n--- %b\n" % (
            b"A" * 22, b"A" * 43, b"A" * 43) + data,
        "encrypted with another key",
    ),
    "cut short": (lambda data: KEY.seal(data)[:-1], "was altered or cut short"),
    "a chunk less": (
        lambda data: KEY.seal(data + bytes(70_000))[:-20_000], "was altered or cut short",
    ),
    "no end of its header": (
        lambda data: b"age-encryption.org/v1\n" + b"-> X25519 A\nA\n" * 1_000 + data,
        "the beginning of what is encrypted is damaged",
    ),
    "of a newer age": (
        lambda data: KEY.seal(data).replace(b"/v1\n", b"/v2\n", 1), "no file that a MediaDesk",
    ),
    "another thing": (lambda _: b"<html>", "no file that a MediaDesk"),
    "nothing": (lambda _: b"", "no file that a MediaDesk"),
    "something else, encrypted": (lambda _: KEY.seal(b"<html>"), "no file that a MediaDesk"),
    "nothing, encrypted": (lambda _: KEY.seal(b""), "no file that a MediaDesk"),
    "a forged one, encrypted": (
        lambda data: KEY.seal(data.replace(b"old laptop", b"new laptop")), "its check sum is wrong",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("sound") / "sound.mdsync"
    bundle.write(merging.Log(device="0" * 16, name=DEVICE, ops=(), acts=()), file)
    return file.read_bytes()


@pytest.mark.parametrize("harm", HOSTILE)
def test_what_is_wrong_is_named(tmp_path: Path, sound: bytes, harm: str) -> None:
    make, sentence = HOSTILE[harm]
    file = tmp_path / "x.mdsync"
    file.write_bytes(make(sound))
    with pytest.raises(UserError, match=r"x\.mdsync.*delete") as raised:
        bundle.read(file, key=KEY)
    assert sentence in str(raised.value)
    file.write_bytes(KEY.seal(sound))
    assert bundle.read(file, key=KEY)[0].name == DEVICE


def test_what_is_too_large_is_not_opened(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.sync()
    with patch.object(bundle, "_MOST_BYTES", 1_000), patch.object(Key, "open") as opened:
        assert "larger than" in second.sync().problems[0]
    opened.assert_not_called()


def test_what_is_as_it_was_is_not_opened_again(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.sync()
    os.utime(first.file, (1e9, 1e9))
    second.sync()
    with patch.object(Key, "open") as opened:
        second.sync()
    opened.assert_not_called()


def test_encryption_begins_in_a_folder_that_is_in_use(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.lose_key()
    second.lose_key()
    second.say("of the second")
    for device in (first, second, first):
        device.sync()
    for file in (first.file, second.file):
        os.utime(file, (1e9, 1e9))
    first.sync()
    first.take(KEY)
    told = first.sync()
    [problem] = told.problems
    assert f"What “{platform.node()}” laid into “{first.shared}” is not encrypted" in problem
    assert crypto.is_sealed(first.file)
    first.say("encrypted")
    first.sync()
    assert second.note == "A quiet evening in Reykjavík\n\nof the second", "each as it was said"
    assert "is encrypted: give this device the key" in second.sync().problems[0]
    second.say("waits")
    laid = second.file.read_bytes()
    with pytest.raises(UserError, match="lacks the key: give it that with “mediadesk sync pair”"):
        second.sync()
    assert second.file.read_bytes() == laid
    second.take(KEY)
    assert not second.sync().problems
    assert not first.sync().problems
    assert first.note == second.note == "encrypted\n\nwaits"
    assert set(first.shared.iterdir()) == {first.file, second.file}
    assert all(map(crypto.is_sealed, first.shared.iterdir()))


def test_a_device_that_has_lost_its_key_lays_nothing_open(pair: tuple[Device, Device]) -> None:
    first, _ = pair
    first.sync()
    first.lose_key()
    first.say("secret")
    for dry_run in (True, False):
        with pytest.raises(UserError, match="lacks the key"):
            first.sync(dry_run=dry_run)
    assert crypto.is_sealed(first.file)


def test_a_new_key_shuts_out_who_has_the_old_one(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.sync()
    first.take(OTHER)
    first.say("after")
    first.sync()
    laid, shared = first.file, first.shared
    shutil.copy(laid, shared / f"{laid.stem} (conflict).mdsync")
    unknown = f"{shared / laid.name.partition('.')[0]}.*"
    [problem] = second.sync().problems
    assert f"“{unknown}” is encrypted with another key" in problem, "all its files in a sentence"
    assert second.note is None
    second.take(OTHER)
    second.sync()
    assert second.note == "after"


def test_a_key_is_not_changed_while_another_process_syncs(pair: tuple[Device, Device]) -> None:
    first, _ = pair
    with (
        FileLock(first.store.path.with_name("sync.lock")),
        patch("mediadesk.sync.alone._WAIT_S", 0.01),
        pytest.raises(UserError, match="is being synced already"),
    ):
        first.take(OTHER)
    assert key_of(first.store) == KEY


def test_nothing_that_was_laid_openly_is_taken_for_sealed_after_a_crash(
    pair: tuple[Device, Device],
) -> None:
    first, _ = pair
    first.lose_key()
    first.sync()
    keep_it = pairing.keep

    def crash(file: Path, key: Key) -> None:
        keep_it(file, key)
        raise KeyboardInterrupt

    with patch.object(pairing, "keep", crash), pytest.raises(KeyboardInterrupt):
        first.take(KEY)
    first.sync()
    assert crypto.is_sealed(first.file)


def test_the_key_is_kept_for_its_person_alone_and_survives_what_it_is_typed_in(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sync.key"
    assert load(file) is None
    for key in (KEY, OTHER):
        keep(file, key)
        assert load(file) == key
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["sync.key"]
    assert KEY.text not in repr(KEY)
    start, middle, end = KEY.text[:9], KEY.text[9:40].lower(), KEY.text[40:].lower()
    wrapped = f"# created: today\n {start} {middle}\r\n{end} \n\n"
    assert Key.parse(wrapped) == KEY


@pytest.mark.parametrize(
    "text",
    ["", "secret", "\ud800", KEY.text[:-1], KEY.text.replace("1", "2", 1)],
    ids=["nothing", "another word", "no text", "cut", "mistyped"],
)
def test_what_is_no_key_is_refused_before_it_is_kept(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match="“mediadesk sync key” shows it"):
        Key.parse(text)
    (tmp_path / "sync.key").write_bytes(text.encode(errors="surrogatepass"))
    with pytest.raises(UserError, match=r"sync\.key” holds no key any more: take it anew"):
        load(tmp_path / "sync.key")
