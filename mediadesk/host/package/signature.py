"""Signs plugins and checks signatures, in the format of minisign.

Beside `PACKAGE` lies `PACKAGE.minisig`, which the program minisign verifies too
(`minisign -Vm PACKAGE -P KEY`). Two of its four lines have a fixed form here:

    untrusted comment: mediadesk public key KEY
    trusted comment: mediadesk plugin NAME VERSION sha256:HEX

The first lets the public key travel with the signature. It proves nothing of who made it: whoever
installs remembers the key (trust on first use). The second is covered by the signature; NAME is
the one in the file name of the plugin's wheel, in canonical form. A maker may sign with minisign
itself, giving these comments with `-c` and `-t`.
"""

import re
import tempfile
from pathlib import Path
from typing import NamedTuple

import minisign

from mediadesk.api import UserError
from mediadesk.host.package import bundle
from mediadesk.host.package.archive import digest, open_zip
from mediadesk.host.package.minisig import KEY_COMMENT, LONGEST, Signer, parse, signer
from mediadesk.host.package.names import file_name
from mediadesk.host.package.refusal import Refusal, naming, shown

SUFFIX = ".minisig"
_STATEMENT = re.compile(r"mediadesk plugin (\S+) (\S+) sha256:([0-9a-f]{64})", re.ASCII)


class Keys(NamedTuple):
    """The files of a key pair, and its id as people see it before they install."""

    secret: Path
    public: Path
    key_id: str


def keygen(folder: Path, password: str | None) -> Keys:
    """Make a key pair in a folder: `mediadesk.key`, which is for its owner only, and `.pub`.

    Args:
        folder: is made where it is missing.
        password: encrypts the secret key; None leaves it open.

    Raises:
        UserError: if there is a key already, or the folder can't be written.
    """
    pair = minisign.KeyPair.generate()
    owner = signer(pair.public_key)
    keys = Keys(folder / "mediadesk.key", folder / "mediadesk.pub", owner.key_id)
    if password is not None:
        pair.secret_key.encrypt(password)
    pair.public_key.untrusted_comment = f"minisign public key {owner.key_id}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keys.public.touch(exist_ok=False)
        keys.secret.touch(mode=0o600, exist_ok=False)
        keys.secret.write_bytes(bytes(pair.secret_key) + b"\n")
        keys.public.write_bytes(bytes(pair.public_key) + b"\n")
    except OSError as error:
        raise UserError(
            f"No key can be made in “{folder}” ({error.strerror}): choose another folder."
        ) from error
    return keys


def sign(package: Path, secret_key: Path, password: str | None = None) -> Path:
    """Sign a plugin's wheel or bundle that can be installed; give the signature's file.

    Raises:
        UserError: if the package is refused, or the key can't be used.
    """
    if not package.is_file():
        raise UserError(f"“{package}” is no file: sign the one that “mediadesk plugins pack” made.")
    with tempfile.TemporaryDirectory(prefix="mediadesk-sign-") as staging:
        read = bundle.open_package(package, Path(staging))
    with _secret(secret_key, password) as key, package.open("rb") as file:
        public = key.get_public_key().to_base64().decode()
        signature = key.sign(
            file,
            untrusted_comment=f"{KEY_COMMENT}{public}",
            trusted_comment=(
                f"mediadesk plugin {read.plugin.name} {read.plugin.version} sha256:{read.sha256}"
            ),
        )
    target = _beside(package)
    try:
        target.write_bytes(bytes(signature) + b"\n")
    except OSError as error:
        raise UserError(
            f"“{target}” can't be written ({error.strerror}): the signature has to lie beside "
            "the package."
        ) from error
    return target


def verify(package: Path, signature: str | None = None) -> Signer | None:
    """Check that a package is what its signer signed; whether to trust the signer is not said.

    Args:
        package: the wheel or bundle.
        signature: the text of the signature; None takes the file beside the package.

    Returns:
        Who signed it, or None where there is no signature.

    Raises:
        UserError: if the signature is not for this package, is false, or is no signature.
    """
    with naming(package):
        text = _text(package) if signature is None else signature
        if text is None:
            return None
        found, public = parse(text)
        statement = _STATEMENT.fullmatch(found.trusted_comment)
        with package.open("rb") as file:
            sha256 = digest(file)
            file.seek(0)
            try:
                public.verify(file, found)
            except minisign.VerifyError as error:
                if statement and statement[3] != sha256:
                    raise Refusal("it was changed after it was signed") from error
                raise Refusal(
                    "its signature is false: the signature's comment was changed, or the key in it "
                    "is not the one that signed"
                ) from error
        if statement is None:
            raise Refusal("its signature is for something other than a plugin of MediaDesk")
        name, version = _identity(package)
        if statement.groups() != (name, version, sha256):
            raise Refusal(
                f"its signature is for {statement[1]} {statement[2]}, and this is {name} {version}"
            )
    return signer(public)


def _text(package: Path) -> str | None:
    file = _beside(package)
    if not file.exists():
        return None
    with file.open("rb") as opened:
        return opened.read(LONGEST).decode("utf-8", errors="replace")


def _identity(package: Path) -> tuple[str, str]:
    """Name a package after the file name of its wheel, which `read_wheel` checks."""
    name = package.name
    if package.suffix == bundle.SUFFIX:
        with package.open("rb") as file, open_zip(file) as archive:
            name, _ = bundle.members(archive)
    distribution, version, _ = file_name(name)
    return distribution, str(version)


def _secret(file: Path, password: str | None) -> minisign.SecretKey:
    try:
        key = minisign.SecretKey.from_file(file)
        if key.is_encrypted():
            if password is None:
                raise UserError(f"The key “{file}” has a password, and none was given.")
            key.decrypt(password)
    except OSError as error:
        raise UserError(
            f"The key “{file}” can't be read ({error.strerror}): look where it is."
        ) from error
    except minisign.Error as error:
        secret = file.with_suffix(".key")
        if file.suffix == ".pub":
            raise UserError(f"“{file}” is the public half: sign with “{secret.name}”.") from error
        raise UserError(
            f"“{file}” is no secret key, or has another password ({shown(str(error))}): sign with "
            "the one that “mediadesk plugins keygen” made."
        ) from error
    return key


def _beside(package: Path) -> Path:
    return package.with_name(package.name + SUFFIX)
