"""Checks the signature of a plugin index, which is made as that of a plugin is.

Its first comment carries the public key (`untrusted comment: mediadesk public key KEY`), its other
one says what was signed (`trusted comment: mediadesk index`).
"""

from typing import TYPE_CHECKING

from mediadesk.api import UserError

if TYPE_CHECKING:  # what it imports is slow
    from mediadesk.host.package.minisig import Signer

STATEMENT = "mediadesk index"
"""Without it, a signature of something else would pass."""


def verify(address: str, raw: bytes, signature: bytes) -> "Signer":
    """Tell who signed an index; whether to trust the signer is not said.

    Raises:
        UserError: if the signature is false, or of something else.
    """
    import minisign

    from mediadesk.host.package import minisig
    from mediadesk.host.package.refusal import Refusal

    try:
        found, public = minisig.parse(signature.decode(errors="replace"))
        public.verify(raw, found)
        if found.trusted_comment != STATEMENT:
            raise minisign.VerifyError(f"it is of “{found.trusted_comment}”")
    except (Refusal, minisign.VerifyError) as error:
        raise UserError(
            f"The signature of the plugin index “{address}” is false ({error}): tell whoever "
            "keeps it."
        ) from error
    return minisig.signer(public)
