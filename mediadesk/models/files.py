"""Where the file of a model lies, and that it is the right one; nothing is ever downloaded."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from mediadesk import resources
from mediadesk.api import ModelSpec, UserError
from mediadesk.models.catalogue import Model


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes a model file: `build` writes it to a path, `available` says whether it could."""

    available: Callable[[], bool]
    build: Callable[[Path], None]


class Files:
    """The model files of one machine: shipped ones in place, built ones in `cache`.

    May be called from any thread. A file is hashed once for each change of its time or size.
    """

    def __init__(self, cache: Path, builders: Mapping[str, Builder]) -> None:
        self._cache = cache
        self._builders = builders
        self._digests: dict[Path, tuple[tuple[int, int], str]] = {}
        self._locks: dict[str, Lock] = {}

    def installed(self, model: Model) -> bool:
        """Whether the model can be used without installing anything."""
        if model.file:
            return resources.path(model.file).is_file()
        return self._cached(model).is_file() or self._builders[model.builder].available()

    def path(self, model: Model) -> Path:
        """Give the verified file of a model, building it where it has to be built.

        Raises:
            UserError: if the file is missing or damaged, or can't be built here.
        """
        with self._locks.setdefault(model.id, Lock()):
            return self._shipped(model) if model.file else self._built(model)

    def own(self, spec: ModelSpec) -> Model:
        """Describe a plugin's own ONNX file as a model.

        Raises:
            ValueError: if `spec` has no name.
            UserError: if the file is missing.
        """
        if spec.file is None or not spec.name:
            raise ValueError(f"A plugin's own model file needs a name: {spec}")
        file = spec.file.absolute()
        try:
            size, digest = file.stat().st_size, self._digest(file)
        except OSError as error:
            raise UserError(
                f"The model file “{file}” can't be read ({error}): install its plugin again."
            ) from error
        return Model(
            name=spec.name,
            task=spec.task,
            size=size,
            licence="see its plugin",
            source="plugin",
            file=str(file),
            sha256=digest,
        )

    def _shipped(self, model: Model) -> Path:
        path = resources.path(model.file)
        if not path.is_file():
            raise UserError(
                f"The model “{model.name}” is not installed, “{path}” is missing: "
                "install MediaDesk again."
            )
        if self._digest(path) != model.sha256:
            raise UserError(f"The model file “{path}” is damaged: install MediaDesk again.")
        return path

    def _built(self, model: Model) -> Path:
        path = self._cached(model)
        if not self._is_whole(path):
            if not self._builders[model.builder].available():
                raise UserError(
                    f"The model “{model.name}” is not installed: "
                    f"run “pip install {model.package}” and try again."
                )
            try:
                self._build(model, path)
            except OSError as error:
                raise UserError(
                    f"The model “{model.name}” can't be built in “{path.parent}” ({error}): "
                    f"it needs {model.size >> 20} MB of free space there and the right to write."
                ) from error
        return path

    def _cached(self, model: Model) -> Path:
        return self._cache / f"{model.name}-{model.sha256[:12]}.onnx"

    def _is_whole(self, path: Path) -> bool:
        """Whether the file is there, with the digest that was noted when it was built."""
        note = path.with_suffix(".sha256")
        if not (path.is_file() and note.is_file()):
            return False
        return self._digest(path) == note.read_text(encoding="ascii", errors="replace")

    def _build(self, model: Model, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="building-") as folder:
            fresh = Path(folder, path.name)
            self._builders[model.builder].build(fresh)
            note = fresh.with_suffix(".sha256")
            note.write_text(self._digest(fresh), encoding="ascii")
            try:
                fresh.replace(path)
                note.replace(path.with_suffix(".sha256"))
            except PermissionError:
                # Windows refuses while another process reads the same file, freshly built there.
                if not self._is_whole(path):
                    raise

    def _digest(self, path: Path) -> str:
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        known = self._digests.get(path)
        if known is None or known[0] != stamp:
            with path.open("rb") as file:
                known = (stamp, hashlib.file_digest(file, "sha256").hexdigest())
            self._digests[path] = known
        return known[1]
