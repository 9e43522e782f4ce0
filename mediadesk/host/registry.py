"""Loads plugins one by one and knows the state of each; a broken one never stops the program."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import pluggy

from mediadesk.api import PROJECT, Extractor, Ranker, Skip, Tagger, UserError, hookspecs

log = logging.getLogger(__name__)
T = TypeVar("T")
_PARTS: dict[str, tuple[str, ...]] = {
    "extractors": ("name", "version", "kinds", "model", "prepare", "encode"),
    "taggers": ("name", "version", "model", "tag"),
    "rankers": ("name", "model", "rank"),
}
_FAILURES_ALLOWED = 3


class State(StrEnum):
    """How a plugin is doing."""

    READY = "ready"
    DISABLED = "disabled"
    FAILED = "failed to load"
    FAILING = "failing"


@dataclass(slots=True)
class Plugin:
    """One plugin: its name, where it comes from, how it is doing and what it offers."""

    name: str
    distribution: str
    version: str
    state: State
    problem: str | None = None
    extractors: tuple[Extractor, ...] = ()
    taggers: tuple[Tagger, ...] = ()
    rankers: tuple[Ranker, ...] = ()
    failures: int = 0

    @property
    def parts(self) -> tuple[Extractor | Tagger | Ranker, ...]:
        """Everything it offers."""
        return (*self.extractors, *self.taggers, *self.rankers)


class Registry:
    """All plugins of this installation."""

    def __init__(
        self, *, disabled: Collection[str] = (), points: Iterable[EntryPoint] | None = None
    ) -> None:
        """Load every plugin of the entry-point group `mediadesk`.

        Args:
            disabled: names that are listed but not loaded.
            points: the entry points to load instead of the installed ones.
        """
        self._hooks = pluggy.PluginManager(PROJECT)
        self._hooks.add_hookspecs(hookspecs)
        self.plugins: list[Plugin] = []
        found = entry_points(group=PROJECT) if points is None else points
        for point in sorted({point.name: point for point in found}.values(), key=lambda p: p.name):
            self.plugins.append(self._load(point, is_disabled=point.name in disabled))

    @property
    def extractors(self) -> tuple[Extractor, ...]:
        """The extractors of every loaded plugin."""
        return tuple(part for plugin in self._loaded() for part in plugin.extractors)

    @property
    def taggers(self) -> tuple[Tagger, ...]:
        """The taggers of every loaded plugin."""
        return tuple(part for plugin in self._loaded() for part in plugin.taggers)

    @property
    def rankers(self) -> tuple[Ranker, ...]:
        """The rankers of every loaded plugin."""
        return tuple(part for plugin in self._loaded() for part in plugin.rankers)

    def executor(self, settings: Mapping[str, object]) -> Executor | None:
        """Ask the plugins, one by one, where files shall be read; None means here."""
        for plugin in self._loaded():
            try:
                found: Executor | None = self._caller(plugin.name, "executor")(settings=settings)
            except Exception as error:
                log.exception("plugin %s gives no executor", plugin.name)
                plugin.state, plugin.problem = State.FAILING, f"{type(error).__name__}: {error}"
                continue
            if found is not None:
                return found
        return None

    def guard(self, part: Extractor | Tagger | Ranker, call: Callable[[], T]) -> T:
        """Call into a plugin; a bug in it becomes a sentence that names it.

        After three failures in a row the plugin is noted as failing, until a call works again.

        Raises:
            UserError: if the call raised anything that is neither `UserError` nor `Skip`.
        """
        plugin = self._owner(part)
        try:
            result = call()
        except (UserError, Skip):
            raise
        except Exception as error:
            log.exception("plugin %s failed", plugin.name)
            plugin.failures += 1
            plugin.problem = f"{type(error).__name__}: {error}"
            if plugin.failures >= _FAILURES_ALLOWED:
                plugin.state = State.FAILING
            raise UserError(
                f"The plugin “{plugin.name}” failed ({plugin.problem}): update or disable it."
            ) from error
        plugin.state, plugin.problem, plugin.failures = State.READY, None, 0
        return result

    def _loaded(self) -> list[Plugin]:
        return [each for each in self.plugins if each.state in {State.READY, State.FAILING}]

    def _owner(self, part: object) -> Plugin:
        for plugin in self.plugins:
            if any(part is own for own in plugin.parts):
                return plugin
        raise LookupError(f"{part!r} belongs to no plugin")

    def _load(self, point: EntryPoint, *, is_disabled: bool) -> Plugin:
        plugin = Plugin(
            name=point.name,
            distribution=point.dist.name if point.dist else "",
            version=point.dist.version if point.dist else "",
            state=State.DISABLED if is_disabled else State.READY,
        )
        if is_disabled:
            return plugin
        try:
            self._hooks.register(point.load(), name=point.name)
            plugin.extractors = tuple(self._collect(point.name, "extractors"))
            plugin.taggers = tuple(self._collect(point.name, "taggers"))
            plugin.rankers = tuple(self._collect(point.name, "rankers"))
        except (Exception, SystemExit) as error:
            # Whatever a stranger's module does while it is imported must not stop the program.
            log.exception("plugin %s can't be loaded", point.name)
            plugin.state = State.FAILED
            plugin.problem = f"{type(error).__name__}: {error}"
        return plugin

    def _collect(self, plugin: str, hook: str) -> Sequence[Any]:
        parts = [part for parts in self._caller(plugin, hook)() for part in parts]
        for part in parts:
            if missing := [name for name in _PARTS[hook] if not hasattr(part, name)]:
                raise TypeError(f"{type(part).__name__} of {hook} lacks {', '.join(missing)}")
            for other in self._loaded():
                # Features and jobs are kept by this name.
                if any(own.name == part.name for own in other.parts):
                    raise ValueError(f"“{part.name}” is what “{other.name}” has already")
        return parts

    def _caller(self, plugin: str, hook: str) -> pluggy.HookCaller:
        """A hook of one plugin alone: otherwise one that raises would silence all."""
        others = [own for name, own in self._hooks.list_name_plugin() if name != plugin and own]
        return self._hooks.subset_hook_caller(hook, others)
