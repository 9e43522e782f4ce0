"""What a maker did wrong is said in one sentence, with the file and the remedy."""

import re
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.host import project
from mediadesk.host.makers.new import new
from mediadesk.host.package.pack import pack
from mediadesk.host.package.signature import keygen, sign, verify

TABLES = {
    ("memory-mb =", "memory_mb ="): "“memory_mb” in [tool.mediadesk.plugin.resources]"
    ", which nothing reads: did you mean “memory-mb”?",
    ("read-media =", "read_media ="): "did you mean “read-media”?",
    ("[tool.mediadesk.plugin.settings]", "[tool.mediadesk.plugin.quux]"): "“quux” in "
    "[tool.mediadesk.plugin], which nothing reads: take it out.",
    ("memory-mb = 1024", "memory-mb = 1"): "memory-mb is 1, not between 16 and 8192",
    ("memory-mb = 1024", 'memory-mb = "much"'): "[tool.mediadesk.plugin.resources.memory-mb]",
    ('title = "Brightness"', 'title = "Brightness'): "(at line 29, column 20)): mend it there.",
}


@pytest.mark.parametrize(("change", "told"), TABLES.items(), ids=[each[1] for each in TABLES])
def test_a_slip_in_the_table_is_named_with_its_file(
    change: tuple[str, str], told: str, tmp_path: Path
) -> None:
    file = new("daylight", "extractor", tmp_path) / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(UserError, match=re.escape(told)) as error:
        project.read(file.parent)
    assert str(file) in str(error.value)


def test_what_can_be_neither_packed_nor_signed_is_named(tmp_path: Path) -> None:
    keys = keygen(tmp_path, None)
    with pytest.raises(UserError, match=r"nope” has no pyproject\.toml"):
        pack(tmp_path / "nope", tmp_path)
    folder = new("daylight", "tagger", tmp_path)
    for path in (folder, tmp_path / "nope.whl"):
        with pytest.raises(UserError, match=f"“{path}” is no file: sign the one that"):
            sign(path, keys.secret)
    package = pack(folder, tmp_path)
    with pytest.raises(UserError, match=r"is the public half: sign with “mediadesk\.key”"):
        sign(package, keys.public)
    with pytest.raises(UserError, match="is no secret key"):
        sign(package, package)
    sign(package, keys.secret)
    signer = verify(package)
    assert signer is not None
    assert signer.key_id == keys.key_id
    assert keys.key_id in keys.public.read_text(encoding="utf-8")
