"""Signatures: made here, true for one file only, and readable by minisign itself."""

import base64
import dataclasses
import hashlib
import shutil
import subprocess
from pathlib import Path

import minisign
import pytest
import wheel_factory as factory

from mediadesk.api import UserError
from mediadesk.host.package.signature import Keys, keygen, sign, verify


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return keygen(tmp_path / "keys", None)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return factory.plugin(tmp_path)


def _lines(signature: Path) -> list[str]:
    return signature.read_text(encoding="ascii").splitlines()


def _changed(signature: Path, line: int, text: str) -> str:
    lines = _lines(signature)
    lines[line] = text
    return "\n".join(lines) + "\n"


def test_a_signed_package_names_its_signer(package: Path, keys: Keys) -> None:
    signature = sign(package, keys.secret)
    assert signature.name == package.name + ".minisig"
    signer = verify(package)
    assert signer is not None
    assert signer.key == keys.public.read_text().splitlines()[1]
    assert keys.public.read_text().splitlines()[0].endswith(signer.key_id)
    assert verify(package, signature.read_text()) == signer


def test_the_comment_says_what_was_signed(package: Path, keys: Keys) -> None:
    comment = _lines(sign(package, keys.secret))[2]
    assert comment.startswith("trusted comment: mediadesk plugin mediadesk-tiny 1.0 sha256:")


def test_a_bundle_is_signed_as_its_plugin(tmp_path: Path, package: Path, keys: Keys) -> None:
    path = factory.bundle(tmp_path, package, [factory.library(tmp_path)])
    assert " mediadesk-tiny 1.0 " in _lines(sign(path, keys.secret))[2]
    assert verify(path) is not None


def test_no_signature_is_no_signer(package: Path) -> None:
    assert verify(package) is None


def test_a_changed_package_is_told(package: Path, keys: Keys) -> None:
    sign(package, keys.secret)
    package.write_bytes(package.read_bytes() + b" ")
    with pytest.raises(UserError, match="was changed after it was signed"):
        verify(package)


def test_another_version_does_not_take_the_signature_over(
    tmp_path: Path, package: Path, keys: Keys
) -> None:
    text = sign(package, keys.secret).read_text()
    newer = factory.plugin(tmp_path, version="1.1")
    with pytest.raises(UserError, match="was changed after it was signed"):
        verify(newer, text)


@pytest.mark.parametrize(
    ("line", "change", "says"),
    [
        (2, (" 1.0 ", " 2.0 "), "is false"),
        (2, ("mediadesk-tiny", "mediadesk-huge"), "is false"),
        (2, ("trusted", "believed"), "not one of minisign"),
        (3, ("=", ""), "not one of minisign"),
        (0, ("mediadesk public key", "somebody's key"), "does not start with the comment"),
        (0, ("key R", "key S"), "does not start with the comment"),
    ],
)
def test_a_changed_signature_is_told(
    line: int, change: tuple[str, str], says: str, package: Path, keys: Keys
) -> None:
    signature = sign(package, keys.secret)
    text = _changed(signature, line, _lines(signature)[line].replace(*change))
    with pytest.raises(UserError, match=says):
        verify(package, text)


@pytest.mark.parametrize("text", ["", "garbage", "a\nb\nc\nd\n", "\ud800", "é\n" * 4, "x" * 10**6])
def test_garbage_is_no_signature(text: str, package: Path) -> None:
    with pytest.raises(UserError, match="not one of minisign"):
        verify(package, text)


def test_a_key_that_did_not_sign_is_told(tmp_path: Path, package: Path, keys: Keys) -> None:
    signature = sign(package, keys.secret)
    other = keygen(tmp_path / "other", None).public.read_text().splitlines()[1]
    comment = f"untrusted comment: mediadesk public key {other}"
    with pytest.raises(UserError, match=r"was made with the key [0-9A-F]{16} and comes with"):
        verify(package, _changed(signature, 0, comment))


def test_a_key_that_only_bears_the_same_id_is_told(
    tmp_path: Path, package: Path, keys: Keys
) -> None:
    signature = sign(package, keys.secret)
    own, other = (
        base64.b64decode(each.public.read_text().splitlines()[1])
        for each in (keys, keygen(tmp_path / "other", None))
    )
    forged = base64.b64encode(own[:10] + other[10:]).decode()
    with pytest.raises(UserError, match="is false"):
        verify(package, _changed(signature, 0, f"untrusted comment: mediadesk public key {forged}"))


@pytest.mark.parametrize(
    ("comment", "prehash", "says"),
    [
        ("timestamp:1700000000", True, "something other than a plugin"),
        ("mediadesk plugin mediadesk-huge 1.0 sha256:{sha256}", True, "for mediadesk-huge 1.0"),
        ("mediadesk plugin mediadesk-tiny 9.9 sha256:{sha256}", True, "for mediadesk-tiny 9.9"),
        ("mediadesk plugin mediadesk-tiny 1.0 sha256:{sha256}", False, "of the old kind"),
    ],
)
def test_a_true_signature_for_something_else_is_told(
    comment: str, prehash: bool, says: str, package: Path, keys: Keys
) -> None:
    data = package.read_bytes()
    made = minisign.SecretKey.from_file(keys.secret).sign(
        data,
        prehash=prehash,
        untrusted_comment=f"mediadesk public key {keys.public.read_text().splitlines()[1]}",
        trusted_comment=comment.format(sha256=hashlib.sha256(data).hexdigest()),
    )
    with pytest.raises(UserError, match=says):
        verify(package, bytes(made).decode())


def test_a_key_with_a_password_needs_it(tmp_path: Path, package: Path) -> None:
    keys = keygen(tmp_path / "locked", "secret words")
    with pytest.raises(UserError, match="has a password"):
        sign(package, keys.secret)
    with pytest.raises(UserError, match="wrong password"):
        sign(package, keys.secret, "other words")
    sign(package, keys.secret, "secret words")
    assert verify(package) is not None


def test_the_secret_key_is_its_owners_alone_and_never_replaced(tmp_path: Path, keys: Keys) -> None:
    assert keys.secret.stat().st_mode & 0o077 == 0
    before = keys.secret.read_bytes()
    with pytest.raises(UserError, match="File exists"):
        keygen(tmp_path / "keys", None)
    assert keys.secret.read_bytes() == before


def test_what_would_be_refused_is_not_signed(tmp_path: Path, keys: Keys) -> None:
    evil = factory.write(
        tmp_path,
        dataclasses.replace(factory.plugin_recipe(), entry_points="[mediadesk]\ntiny = os\n"),
    )
    with pytest.raises(UserError, match="entry point"):
        sign(evil, keys.secret)
    with pytest.raises(UserError, match="can't be read"):
        sign(factory.plugin(tmp_path), tmp_path / "no.key")


@pytest.mark.skipif(shutil.which("minisign") is None, reason="the program minisign is not here")
def test_the_program_minisign_agrees(tmp_path: Path, package: Path, keys: Keys) -> None:
    sign(package, keys.secret)
    command = ["minisign", "-Vm", str(package), "-p", str(keys.public)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "mediadesk plugin mediadesk-tiny 1.0" in done.stdout
    package.write_bytes(package.read_bytes() + b" ")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
