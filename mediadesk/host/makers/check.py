"""Checks a plugin as a person would get it: packs, installs and runs it, and tries every part."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mediadesk.api import Array, ModelSpec, UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.host.install.installer import Installer
from mediadesk.host.install.inventory import Installed
from mediadesk.host.isolate.guest import Guest, GuestSpec, Services
from mediadesk.host.makers import material, names, needs, trials
from mediadesk.host.makers.papers import Papers
from mediadesk.host.makers.report import Finding, Report
from mediadesk.host.manifest import Manifest
from mediadesk.host.package.pack import pack
from mediadesk.host.registry import Plugin, Registry, Source

Run = Callable[[ModelSpec, Mapping[str, Array]], Mapping[str, Array]]
Parts = Mapping[str, tuple[object, ...]]


def check(
    source: Path,
    *,
    run: Run,
    wheelhouse: Path | None = None,
    wheel_index: str | None = None,
    settings: str = "settings.toml",
) -> Report:
    """Check a plugin's folder, wheel or bundle; whatever is wrong is in the report.

    The plugin runs in a process of its own, with the permissions that it declares, but without a
    network.

    Args:
        source: the folder or file.
        run: runs a model of the catalogue.
        wheelhouse: a folder of wheels, where the plugin needs some that it does not bring.
        wheel_index: a folder with an index of such wheels, else.
        settings: the file that people are told to set such places in.
    """
    found: list[Finding] = []
    # A process that has just been ended may leave a last file while the folder is cleared.
    with tempfile.TemporaryDirectory(prefix="mediadesk-check-", ignore_cleanup_errors=True) as name:
        try:
            folder = Path(name).resolve()
            installer = Installer(folder / "plugins", wheel_index=wheel_index, settings=settings)
            found.extend(_findings(source, folder, run, installer, wheelhouse))
        except UserError as error:
            found.append(Finding(level="error", what="plugin", sentence=_told(error)))
    return Report(findings=tuple(found))


def _findings(
    source: Path, folder: Path, run: Run, installer: Installer, wheelhouse: Path | None
) -> Iterator[Finding]:
    package = source
    if source.is_dir():
        package = pack(source, folder / "packed")
        yield _ok("package", f"“{source.name}” is packed as “{package.name}”.")
    try:
        plan = installer.plan(str(package), network=False, wheelhouse=wheelhouse)
        installed = installer.install(plan.token)
    finally:
        installer.close()
    manifest = installed.manifest
    if manifest is None:
        raise UserError(installed.problem or f"“{package.name}” is damaged.")
    yield _ok("install", f"It is installed{_with(plan.bundled)}.")
    papers = Papers(installed.root, manifest)
    yield from papers.findings()
    log = folder / "plugin.log"
    guest = Guest(_spec(installed, manifest, folder, log), _services(run), on_fault=lambda _: None)
    try:
        parts = guest.parts()
        yield from _offers(manifest, parts, papers.uses)
        yield from _trials(parts, folder / "media", installed.root)
    finally:
        guest.close()
    yield from _deprecations(log, installed.root)


def _told(error: UserError) -> str:
    if not isinstance(error, OptionNeededError):
        return str(error)
    told = str(error)
    if error.option == "network":
        told = "A check has no network: give a folder with the wheels that the plugin needs."
    return f"{told.removesuffix('.')} (here: --wheelhouse)."


def _spec(installed: Installed, manifest: Manifest, folder: Path, log: Path) -> GuestSpec:
    for name in ("media", "data"):
        (folder / name).mkdir()
    return GuestSpec(
        manifest=manifest,
        root=installed.root,
        more_roots=installed.more_roots,
        media_roots=(folder / "media",),
        data=folder / "data",
        settings=manifest.defaults(),
        language="en",
        log=log,
    )


def _services(run: Run) -> Services:
    def fetch(url: str, _: float) -> bytes:
        raise UserError(f"“{url}” is not fetched: a check has no network.")

    return Services(run=run, fetch=fetch)


def _offers(manifest: Manifest, parts: Parts, uses: frozenset[str]) -> Iterator[Finding]:
    """Look at all parts together."""
    offered = {hook: own for hook, own in parts.items() if own}
    if not offered:
        raise UserError("It offers nothing: implement a hook, with @hookimpl above it.")
    told = ", ".join(hook.replace("_", " ") for hook in offered)
    yield _ok("start", f"It runs in a process of its own and offers {told}.")
    plugin = Plugin(name=manifest.name, version=manifest.version, source=Source.INSTALLED)
    Registry().admit(plugin, parts)
    if plugin.problem:
        yield Finding(level="error", what="names", sentence=f"{plugin.problem}.")
    for sentence in names.unreadable(parts):
        yield Finding(level="warning", what="names", sentence=sentence)
    for sentence in needs.missing(manifest.permissions, parts):
        yield Finding(level="error", what="permissions", sentence=sentence)
    for sentence in needs.unused(manifest.permissions, parts, uses):
        yield Finding(level="warning", what="permissions", sentence=sentence)


def _trials(parts: Parts, media: Path, root: Path) -> Iterator[Finding]:
    bench = material.bench(media, root)
    for hook, own in parts.items():
        for part in own:
            what = f"{hook}: {getattr(part, 'name', '')}"
            problems = trials.attempt(hook, part, bench)
            for problem in problems:
                yield Finding(level="error", what=what, sentence=problem)
            if not problems:
                yield _ok(what, f"Tried: {trials.told(hook)}")


def _deprecations(log: Path, root: Path) -> Iterator[Finding]:
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    for line in dict.fromkeys(line for line in lines if " DeprecationWarning: " in line):
        sentence = line.removeprefix(f"{root}{os.sep}")
        yield Finding(level="warning", what="log", sentence=sentence)


def _with(others: tuple[str, ...]) -> str:
    return f" with {', '.join(others)}" if others else ""


def _ok(what: str, sentence: str) -> Finding:
    return Finding(level="ok", what=what, sentence=sentence)
