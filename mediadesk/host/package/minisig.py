"""Signatures in the format of minisign, with the public key that travels in their first comment."""

import base64
from dataclasses import dataclass

import minisign

from mediadesk.host.package.refusal import Refusal

KEY_COMMENT = "mediadesk public key "
LONGEST = 16 << 10
"""The most characters that are read of a signature."""
_ID = slice(2, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed: the public key in base64, and its id as minisign prints it."""

    key: str
    key_id: str


def parse(text: str) -> tuple[minisign.Signature, minisign.PublicKey]:
    """Read a signature and the public key that travels with it; neither is checked.

    Raises:
        Refusal: if it is no signature of the form that is wanted here.
    """
    try:
        found = minisign.Signature.from_bytes(text[:LONGEST].strip().encode())
    except (minisign.ParseError, UnicodeError) as error:
        raise Refusal(f"its signature is not one of minisign ({error})") from error
    comment = found.untrusted_comment
    try:
        public = minisign.PublicKey.from_base64(comment.removeprefix(KEY_COMMENT).encode())
    except minisign.ParseError as error:
        raise Refusal(f"its signature does not start with the comment “{KEY_COMMENT}…”") from error
    if not found.is_prehashed():
        raise Refusal("its signature is of the old kind: sign it with minisign 0.10 or later")
    signed_by, told = (key_id(each) for each in (text.strip().splitlines()[1], public.to_base64()))
    if signed_by != told:
        raise Refusal(f"its signature was made with the key {signed_by} and comes with {told}")
    return found, public


def signer(public: minisign.PublicKey) -> Signer:
    """Name the owner of a key."""
    key = public.to_base64().decode()
    return Signer(key=key, key_id=key_id(key))


def key_id(key: str | bytes) -> str:
    """Give the id in a public key or signature (base64), as minisign prints it."""
    return base64.b64decode(key)[_ID][::-1].hex().upper()
