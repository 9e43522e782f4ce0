"""Which models there are: resources/models.toml as frozen values."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata

import msgspec

from mediadesk import resources
from mediadesk.api import ModelSpec, UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model.

    `dimensions` is the length of its embedding, `size` is in bytes. `file` is below resources/
    (or a plugin's own absolute path); a model without one is built at first use by `builder`
    from the package in `source`. `batch` is the most rows per call: 1 where rows would change each
    other's last bits, 0 where a call must stay whole. `labels` names a file of one label per line,
    `languages` those it understands or labels. `sha256` is of the file or, for a built one, of what
    it is built from.
    """

    name: str
    task: str
    size: int
    licence: str
    source: str
    dimensions: int = 0
    file: str = ""
    builder: str = ""
    recipe: int = 0
    sha256: str = ""
    batch: int = 0
    labels: str = ""
    languages: tuple[str, ...] = ()
    default: bool = False

    @property
    def id(self) -> str:
        """Says which vectors may be compared: the same id, the same numbers."""
        return f"{self.name}@{self.sha256[:12]}"

    @property
    def package(self) -> str:
        """The distribution that `source` names."""
        return self.source.partition("==")[0]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: tuple[Model, ...]


def load_catalogue() -> tuple[Model, ...]:
    """Read the shipped catalogue, default models first.

    Raises:
        UserError: if the file is missing or damaged.
    """
    path = resources.path("models.toml")
    try:
        models = msgspec.toml.decode(path.read_bytes(), type=_File).model
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise UserError(
            f"The list of models “{path}” can't be read ({error}): install MediaDesk again."
        ) from error
    stamped = (replace(m, sha256=_built_from(m)) if m.builder else m for m in models)
    return tuple(sorted(stamped, key=lambda model: not model.default))


def _built_from(model: Model) -> str:
    try:
        source = f"{model.package}=={metadata.version(model.package)}"
    except metadata.PackageNotFoundError:
        source = model.source
    return hashlib.sha256(f"{source} recipe {model.recipe}".encode()).hexdigest()


def find(catalogue: Sequence[Model], spec: ModelSpec) -> Model:
    """Give the model of the catalogue that `spec` asks for.

    Raises:
        UserError: if there is none.
    """
    fitting = [m for m in catalogue if m.task == spec.task and spec.name in {None, m.name}]
    if fitting:
        return fitting[0]
    wanted = f"“{spec.name}” for {spec.task}" if spec.name else f"for {spec.task}"
    known = ", ".join(f"{m.name} ({m.task})" for m in catalogue)
    raise UserError(f"There is no model {wanted}: choose one of {known}.")
