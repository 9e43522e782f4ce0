"""Knows every plugin and the state of each; a broken one never stops the program."""

import logging
import os
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import pluggy

from mediadesk.api import PROJECT, Extractor, Ranker, Skip, Tagger, UserError, hookspecs
from mediadesk.host.isolate.contract import HOOKS, missing
from mediadesk.host.isolate.errors import PluginError

log = logging.getLogger(__name__)
T = TypeVar("T")
TRUSTED = "MEDIADESK_TRUSTED_PLUGINS"
"""Names, with commas, of plugins of the environment that may run inside MediaDesk itself."""
_FAILURES_ALLOWED = 3
_LONGEST = 500
_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,59}", re.ASCII)
LEARNING = frozenset({"extractors", "taggers", "metadata_readers"})
"""What these learn about items is kept by the part's name, whoever made it."""


class State(StrEnum):
    """How a plugin is doing."""

    READY = "ready"
    DISABLED = "disabled"
    OFF = "switched off"
    INCOMPATIBLE = "incompatible"
    BLOCKED = "blocked"
    DAMAGED = "damaged"
    FAILED = "failed to load"
    FAILING = "failing"
    QUARANTINED = "quarantined"


class Source(StrEnum):
    """Where a plugin comes from; only the first two run inside MediaDesk."""

    BUNDLED = "bundled"
    ENVIRONMENT = "environment"
    INSTALLED = "installed"
    FOLDER = "folder"


@dataclass(slots=True, kw_only=True)
class Plugin:
    """One plugin: its name, where it comes from, how it is doing and what it offers by hook."""

    name: str
    version: str
    distribution: str = ""
    source: Source = Source.BUNDLED
    state: State = State.READY
    title: str = ""
    summary: str = ""
    problem: str | None = None
    parts: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    failures: int = 0

    @property
    def is_guest(self) -> bool:
        """Whether it runs in processes of its own."""
        return self.source in {Source.INSTALLED, Source.FOLDER}

    @property
    def works(self) -> bool:
        """Whether its parts are asked."""
        return self.state in {State.READY, State.FAILING}

    def all_parts(self) -> Iterator[Any]:
        """Give everything it offers."""
        for parts in self.parts.values():
            yield from parts


class Registry:
    """All plugins of this installation."""

    def __init__(
        self,
        *,
        disabled: Collection[str] = (),
        points: Iterable[EntryPoint] | None = None,
        on_failure: Callable[[Plugin, object, Exception], None] = lambda *_: None,
    ) -> None:
        """Load the plugins that run inside MediaDesk: those that came with it.

        Others in its Python environment are listed and left alone, unless the environment variable
        `MEDIADESK_TRUSTED_PLUGINS` names them.

        Args:
            disabled: names that are listed but not loaded.
            points: the entry points to load instead of the installed ones.
            on_failure: called with the plugin, the part and the error when a call has failed, also
                with a sentence for a person.
        """
        self._hooks = pluggy.PluginManager(PROJECT)
        self._hooks.add_hookspecs(hookspecs)
        self._on_failure = on_failure
        self._lock = threading.Lock()
        self._here = threading.local()
        self.plugins: tuple[Plugin, ...] = ()
        trusts = points is not None
        self._trusts = trusts
        self._points = {each.name: each for each in points or ()} if trusts else _in_environment()
        for name, point in sorted(self._points.items()):
            self._put(self._load(point, is_disabled=name in disabled, trusts=trusts))

    @property
    def extractors(self) -> tuple[Extractor, ...]:
        """The extractors of every working plugin."""
        return self.parts("extractors")

    @property
    def taggers(self) -> tuple[Tagger, ...]:
        """The taggers of every working plugin."""
        return self.parts("taggers")

    @property
    def rankers(self) -> tuple[Ranker, ...]:
        """The rankers of every working plugin."""
        return self.parts("rankers")

    def parts(self, hook: str) -> tuple[Any, ...]:
        """Give what every working plugin offers for a hook."""
        return tuple(
            part for plugin in self.plugins if plugin.works for part in plugin.parts.get(hook, ())
        )

    def find(self, name: str) -> Plugin:
        """Give a plugin by its name.

        Raises:
            UserError: if there is none.
        """
        for plugin in self.plugins:
            if plugin.name == name:
                return plugin
        known = ", ".join(plugin.name for plugin in self.plugins)
        raise UserError(f"There is no plugin “{name}”: there are {known or 'none'}.")

    def owner(self, part: object) -> Plugin:
        """Give the plugin that a part belongs to.

        Raises:
            UserError: if it was switched off or started anew since the part was asked for.
        """
        for plugin in self.plugins:
            if any(part is own for own in plugin.all_parts()):
                return plugin
        raise UserError(f"The plugin of “{getattr(part, 'name', part)}” has just gone: try again.")

    def admit(self, plugin: Plugin, parts: Mapping[str, Sequence[Any]]) -> None:
        """Take in a plugin with its parts, in the place of one of the same name.

        Where the parts can't be used its state says so.
        """
        try:
            for hook, offered in parts.items():
                self._check(plugin, hook, offered)
            plugin.parts = {hook: tuple(offered) for hook, offered in parts.items() if offered}
        except (TypeError, ValueError) as error:
            plugin.state, plugin.problem = State.FAILED, f"{type(error).__name__}: {error}"
        self._put(plugin)

    def dismiss(self, name: str) -> None:
        """Forget a plugin."""
        with self._lock:
            self.plugins = tuple(plugin for plugin in self.plugins if plugin.name != name)

    def switch(self, name: str, *, enabled: bool) -> None:
        """Switch a plugin that runs inside MediaDesk on or off."""
        plugin = self.find(name)
        if enabled:
            self._put(self._load(self._points[name], is_disabled=False, trusts=self._trusts))
        else:
            plugin.state, plugin.problem = State.DISABLED, None

    def executor(self, settings: Mapping[str, object]) -> Executor | None:
        """Ask the plugins, one by one, where files shall be read; None means here."""
        for plugin in self.plugins:
            if plugin.is_guest or not plugin.works:
                continue
            try:
                found: Executor | None = self._caller(plugin.name, "executor")(settings=settings)
            except Exception as error:
                log.exception("plugin %s gives no executor", plugin.name)
                plugin.state, plugin.problem = State.FAILING, f"{type(error).__name__}: {error}"
                continue
            if found is not None:
                return found
        return None

    @property
    def item(self) -> str | None:
        """The id of the item that the guarded call on this thread is about, if that is one."""
        return getattr(self._here, "item", None)

    def guard(self, part: object, call: Callable[[], T], *, item: str | None = None) -> T:
        """Call into a plugin, about an item perhaps; a bug in it becomes a sentence that names it.

        After three failures in a row the plugin is noted as failing, until a call works again.

        Raises:
            UserError: if the call raised anything that is neither `UserError` nor `Skip`, or the
                plugin is quarantined: then nothing is called.
        """
        plugin = self.owner(part)
        if plugin.state is State.QUARANTINED:
            raise UserError(
                f"The plugin “{plugin.name}” is quarantined: “mediadesk plugins enable "
                f"{plugin.name}” ends it."
            )
        before, self._here.item = self.item, item
        try:
            result = call()
        except Skip:
            raise
        except UserError as error:
            self._on_failure(plugin, part, error)
            raise
        except Exception as error:
            log.exception("plugin %s failed", plugin.name)
            told = _told(error)
            plugin.failures += 1
            if plugin.works:  # else its state tells more
                plugin.problem = told
                if plugin.failures >= _FAILURES_ALLOWED:
                    plugin.state = State.FAILING
            self._on_failure(plugin, part, error)
            raise UserError(
                f"The plugin “{plugin.name}” failed ({told}): update or disable it."
            ) from error
        finally:
            self._here.item = before
        if plugin.works:
            plugin.state, plugin.problem, plugin.failures = State.READY, None, 0
        return result

    def _put(self, plugin: Plugin) -> None:
        with self._lock:
            others = [each for each in self.plugins if each.name != plugin.name]
            self.plugins = tuple(sorted([*others, plugin], key=lambda each: each.name))

    def _load(self, point: EntryPoint, *, is_disabled: bool, trusts: bool) -> Plugin:
        about = point.dist.metadata if point.dist else None  # it is read anew each time
        is_ours = about is None or about["Name"] == PROJECT
        plugin = Plugin(
            name=point.name,
            title=point.name.capitalize(),
            distribution=about["Name"] if about else "",
            version=about["Version"] if about else "",
            source=Source.BUNDLED if is_ours else Source.ENVIRONMENT,
        )
        if is_disabled:
            plugin.state = State.DISABLED
        elif not (trusts or is_ours or point.name in os.environ.get(TRUSTED, "").split(",")):
            plugin.state = State.OFF
            plugin.problem = (
                "It lies in MediaDesk’s own Python environment, where nothing would keep it from "
                "doing harm: install it with “mediadesk plugins install” instead."
            )
        else:
            self._import(plugin, point)
        return plugin

    def _import(self, plugin: Plugin, point: EntryPoint) -> None:
        try:
            module = point.load()
            if self._hooks.has_plugin(plugin.name):
                self._hooks.unregister(name=plugin.name)
            plugin.summary = (module.__doc__ or "").partition("\n")[0]
            self._hooks.register(module, name=point.name)
            parts = {hook: self._collect(point.name, hook) for hook in HOOKS}
            for hook, offered in parts.items():
                self._check(plugin, hook, offered)
            plugin.parts = {hook: tuple(offered) for hook, offered in parts.items() if offered}
        except (Exception, SystemExit) as error:
            # Whatever a stranger's module does while it is imported must not stop the program.
            log.exception("plugin %s can't be loaded", point.name)
            plugin.state = State.FAILED
            plugin.problem = f"{type(error).__name__}: {error}"

    def _check(self, plugin: Plugin, hook: str, parts: Sequence[Any]) -> None:
        for n, part in enumerate(parts):
            if lacking := missing(hook, part):
                raise TypeError(lacking)
            if hook in LEARNING and not (_NAME.fullmatch(part.name) and _is_version(part.version)):
                raise ValueError(f"“{part.name}” {part.version} is no name and version to keep")
            for other, theirs in self._named(plugin, hook, parts[:n]):
                if theirs.name == part.name:
                    raise ValueError(f"“{part.name}” is what “{other}” has already")

    def _named(self, plugin: Plugin, hook: str, own: Sequence[Any]) -> Iterator[tuple[str, Any]]:
        """Give the parts whose names are taken, with the plugins that have them."""
        for part in own:
            yield plugin.name, part
        hooks = LEARNING if hook in LEARNING else {hook}
        for other in self.plugins:
            if other.name != plugin.name and other.works:
                for each in hooks:
                    yield from ((other.name, part) for part in other.parts.get(each, ()))

    def _collect(self, plugin: str, hook: str) -> list[Any]:
        found = self._caller(plugin, hook)(context=_HOST)
        return [part for parts in found for part in parts]

    def _caller(self, plugin: str, hook: str) -> pluggy.HookCaller:
        """A hook of one plugin alone: otherwise one that raises would silence all."""
        others = [own for name, own in self._hooks.list_name_plugin() if name != plugin and own]
        return self._hooks.subset_hook_caller(hook, others)


def _is_version(version: object) -> bool:
    return isinstance(version, int) and 0 <= version < 2**31


def _told(error: Exception) -> str:
    """Say what went wrong; a guest's error says of which type it was by itself."""
    told = str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


class _Host:
    """The context of plugins that run inside MediaDesk: they have no settings and no folder."""

    settings: Mapping[str, Any] = {}

    def text(self, english: str) -> str:
        return english


_HOST = _Host()


def _in_environment() -> dict[str, EntryPoint]:
    """Give name → entry point; what came with MediaDesk wins over others of the same name."""
    found = entry_points(group=PROJECT)
    ours = [point for point in found if point.dist is not None and point.dist.name == PROJECT]
    return {point.name: point for point in (*found, *ours)}
