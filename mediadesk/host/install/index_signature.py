"""Checks the signature of a plugin index, which is made as that of a plugin is.

Its first comment carries the public key (`untrusted comment: mediadesk public key KEY`), its other
one says what was signed (`trusted comment: mediadesk index`).
"""

import base64
from typing import TYPE_CHECKING

from mediadesk.api import UserError

if TYPE_CHECKING:  # what it imports is slow
    from mediadesk.host.package.signature import Signer

KEY_COMMENT = "mediadesk public key "
STATEMENT = "mediadesk index"
"""Without it, a signature of something else would pass."""
_ID = slice(2, 10)


def verify(address: str, raw: bytes, signature: bytes) -> "Signer":
    """Tell who signed an index; whether to trust the signer is not said.

    Raises:
        UserError: if the signature is false, or of something else.
    """
    import minisign

    from mediadesk.host.package.signature import Signer

    try:
        found = minisign.Signature.from_bytes(signature.strip())
        public = minisign.PublicKey.from_base64(found.untrusted_comment.removeprefix(KEY_COMMENT))
        public.verify(raw, found)
        if found.trusted_comment != STATEMENT:
            raise minisign.VerifyError(f"it is of “{found.trusted_comment}”")
    except (minisign.Error, UnicodeError) as error:
        raise UserError(
            f"The signature of the plugin index “{address}” is false ({error}): tell whoever "
            "keeps it."
        ) from error
    key = public.to_base64().decode()
    return Signer(key=key, key_id=base64.b64decode(key)[_ID][::-1].hex().upper())
