"""The index on the disk: a cache that may be deleted, of which only what has changed is written."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mediadesk.api import Array
from mediadesk.host.install.disk import sync_folder
from mediadesk.recommend import mapped
from mediadesk.recommend.hnsw import Graph
from mediadesk.recommend.space import Space

_FORMAT = 5
_SUFFIXES = {Space: (".npy", ".npz"), Graph: (".usearch",)}
DAMAGED = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile)
"""What is raised where a file of the cache is damaged."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The name of what was written, without its suffix: a space or a graph, as of a version."""

    stem: str
    of: Space | Graph
    version: int


class Cache:
    """The files of one index. Each is written once: what has changed gets another name.

    So what another process has mapped stays as it was, and all that is written counts only from
    when the one file, the stamp, is replaced that names the others. One process writes at a time.
    """

    def __init__(self, folder: Path, *, made_for: int) -> None:
        """Keep in `folder` the index of the library whose file has the number `made_for`."""
        self._folder = folder
        self._named_in = folder / "index.json"
        self._made_for = [_FORMAT, made_for]
        self._stamp = b""
        self._seq = 0
        self._kept: dict[tuple[str, type], _Kept] = {}

    def lacks(self, seq: int, spaces: Mapping[str, Space], graphs: Mapping[str, Graph]) -> int:
        """Give how many features, and rows of graphs, have come since it was last saved.

        What was begun anew since, or has lost its file, counts as a whole; what another process
        has saved meanwhile counts as if it had been saved here.

        Raises:
            OSError: if the stamp can't be read.
        """
        stamp = self._read_stamp()
        if stamp != self._stamp:
            return self._more_than(stamp, seq, graphs)
        rows = sum(len(own) for name, own in spaces.items() if not self._kept_of(name, own))
        for name, graph in graphs.items():
            kept = self._kept_of(name, graph)
            rows += graph.version - kept.version if kept else len(graph)
        return max(seq - self._seq, 0) + rows

    def save(
        self, seq: int, spaces: Mapping[str, Space], graphs: Mapping[str, Graph]
    ) -> dict[str, Array]:
        """Write what has changed since it was saved or loaded, whole or not at all.

        Nothing if another process writes at this moment, or has just written the same.

        Args:
            seq: up to which feature this is the index.
            spaces: by extractor.
            graphs: those of some spaces; they may be added to meanwhile.

        Returns:
            extractor → the vectors [n + room, d], mapped from where they are now, for those that
            were written.

        Raises:
            OSError: if there is no room, or what was written can't be read; then nothing is left
                of it.
        """
        from filelock import FileLock, Timeout  # most starts have nothing to save

        self._folder.mkdir(parents=True, exist_ok=True)
        # Beside the folder, which may be deleted at any time.
        lock = FileLock(self._folder.with_name(f"{self._folder.name}.lock"), timeout=0)
        try:
            with lock:
                return self._save(seq, spaces, graphs) if self.lacks(seq, spaces, graphs) else {}
        except Timeout:
            return {}

    def load(self, *, compact_above: int) -> tuple[int, dict[str, Space], dict[str, Graph]]:
        """Give what `save` was given last; nothing if that was for another library.

        Raises:
            DAMAGED: one of these, if it is damaged.
        """
        while True:
            self._kept, self._seq, self._stamp = {}, 0, self._read_stamp()
            try:
                return self._load(compact_above)
            except DAMAGED:
                if self._read_stamp() == self._stamp:  # else another process saved meanwhile
                    raise

    def _save(
        self, seq: int, spaces: Mapping[str, Space], graphs: Mapping[str, Graph]
    ) -> dict[str, Array]:
        token = secrets.token_hex(4)
        kept: dict[tuple[str, type], _Kept] = {}
        told: list[dict[str, Any]] = []
        try:
            for n, (name, space) in enumerate(spaces.items()):
                own = self._found(name, space) or self._write(space, f"space-{n}-{token}")
                kept[name, Space] = own
                told.append({"extractor": name, "model": space.model, "stem": own.stem})
                if name in graphs:
                    own, told[-1]["graph"] = self._graph(name, graphs[name], f"graph-{n}-{token}")
                    kept[name, Graph] = own
            stamp = json.dumps({"made_for": self._made_for, "seq": seq, "spaces": told}).encode()
            fresh = self._folder / f"index-{token}.tmp"
            fresh.write_bytes(stamp)
            for file in self._folder.glob(f"*-{token}.*"):
                _sync(file)  # or after a power failure the stamp might name what holds but zeros
            sync_folder(self._folder)
            written = {
                name: mapped.read(self._files(own)[0])
                for (name, kind), own in kept.items()
                if kind is Space and own.stem.endswith(token)
            }
            fresh.replace(self._named_in)
        except OSError:
            _delete(self._folder.glob(f"*-{token}.*"))  # a full disk has better uses
            raise
        self._kept, self._seq, self._stamp = kept, seq, stamp
        self._clear({each.stem for each in kept.values()})
        return written

    def _load(self, compact_above: int) -> tuple[int, dict[str, Space], dict[str, Graph]]:
        told = json.loads(self._stamp) if self._stamp else {}
        if told.get("made_for") != self._made_for:
            return 0, {}, {}
        spaces: dict[str, Space] = {}
        graphs: dict[str, Graph] = {}
        kept: dict[tuple[str, type], _Kept] = {}
        for one in told["spaces"]:
            name, space = one["extractor"], self._read(one, compact_above)
            spaces[name], kept[name, Space] = space, _Kept(one["stem"], space, space.version)
            if "graph" in one:
                graph = self._read_graph(one["graph"], space)
                graphs[name] = graph
                kept[name, Graph] = _Kept(one["graph"]["stem"], graph, graph.version)
        self._kept, self._seq = kept, int(told["seq"])
        return self._seq, spaces, graphs

    def _read_stamp(self) -> bytes:
        try:
            return self._named_in.read_bytes()
        except FileNotFoundError:
            return b""

    def _more_than(self, stamp: bytes, seq: int, graphs: Mapping[str, Graph]) -> int:
        """Give how many features, and rows of graphs, there are beside what another has saved."""
        try:
            told = json.loads(stamp)
        except ValueError:
            told = {}
        if told.get("made_for") != self._made_for:
            told = {"seq": 0, "spaces": []}
        if told["seq"] > seq:
            return 0
        waiting = {
            one["extractor"]: len(one["graph"]["fresh"]) for one in told["spaces"] if "graph" in one
        }
        rows = (waiting.get(name, len(graph)) - len(graph.fresh) for name, graph in graphs.items())
        return int(seq - told["seq"]) + sum(max(own, 0) for own in rows)

    def _kept_of(self, name: str, now: Space | Graph) -> _Kept | None:
        """Give what is kept of a space or graph as of any version, if it is still there."""
        kept = self._kept.get((name, type(now)))
        if kept is None or kept.of is not now:
            return None
        return kept if all(file.exists() for file in self._files(kept)) else None

    def _found(self, name: str, now: Space | Graph) -> _Kept | None:
        """Give what is kept of a space or graph as it is now."""
        kept = self._kept_of(name, now)
        return kept if kept and kept.version == now.version else None

    def _files(self, kept: _Kept) -> list[Path]:
        return [self._folder / f"{kept.stem}{suffix}" for suffix in _SUFFIXES[type(kept.of)]]

    def _write(self, space: Space, stem: str) -> _Kept:
        kept = _Kept(stem, space, space.version)
        vectors, rest = self._files(kept)
        with rest.open("wb") as file:
            np.savez(file, allow_pickle=False, **space.freeze())
        mapped.write(vectors, space.matrix)
        return kept

    def _graph(self, name: str, graph: Graph, stem: str) -> tuple[_Kept, dict[str, Any]]:
        with graph.lock:
            kept = self._found(name, graph)
            if kept is None:
                kept = _Kept(stem, graph, graph.version)
                (file,) = self._files(kept)
                graph.save(file)
                if not graph.fresh:
                    graph.lie_in(file)
            told = {"stem": kept.stem, "mean": graph.mean.tolist(), "fresh": list(graph.fresh)}
        return kept, told

    def _read(self, told: Mapping[str, Any], compact_above: int) -> Space:
        stem = self._folder / told["stem"]
        with np.load(stem.with_suffix(".npz"), allow_pickle=False) as saved:
            arrays = dict(saved)
        vectors = mapped.read(stem.with_suffix(".npy"))
        space = Space(told["model"], vectors.shape[1], compact_above=compact_above)
        space.thaw(arrays)
        space.lie_in(vectors)
        return space

    def _read_graph(self, told: Mapping[str, Any], space: Space) -> Graph:
        graph = Graph(space.dimensions, np.array(told["mean"], np.float32))
        graph.lie_in(self._folder / f"{told['stem']}.usearch")
        graph.fresh = dict.fromkeys(told["fresh"], space.version)
        return graph

    def _clear(self, kept: Collection[str]) -> None:
        """Delete all but what is kept: only this process writes now."""
        for pattern in ("space-*", "graph-*", "index-*"):
            _delete(file for file in self._folder.glob(pattern) if file.stem not in kept)


def _delete(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(PermissionError):  # Windows keeps what is mapped, until later
            file.unlink(missing_ok=True)


def _sync(file: Path) -> None:
    """Make what a file holds outlive a power failure."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())
