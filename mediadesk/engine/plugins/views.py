"""Turns what is known of plugins into the plain values of `messages`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mediadesk.engine.messages import (
    DownloadView,
    FaultView,
    FetchView,
    GrantView,
    Offer,
    PluginPage,
    PluginPlan,
    PluginView,
    UsageView,
)
from mediadesk.host import Plugin
from mediadesk.host.install.index import Offer as Offered
from mediadesk.host.install.inventory import Installed
from mediadesk.host.install.plan import Plan
from mediadesk.host.isolate.guest import Health
from mediadesk.host.isolate.sandbox import Enforcement, available
from mediadesk.host.manifest import Grant, Manifest
from mediadesk.privacy import Connections
from mediadesk.store import Database, plugins

_LOG_BYTES = 20_000
_FAULTS_SHOWN = 50
_FETCHES_SHOWN = 20
_ROLES = {
    "extractors": "extractor",
    "taggers": "tagger",
    "rankers": "ranker",
    "metadata_readers": "metadata reader",
    "importers": "importer",
    "explainers": "explainer",
    "intent_parsers": "intent parser",
    "players": "player",
    "shelves": "shelf",
    "panels": "page",
    "listeners": "listener",
    "transports": "sync transport",
    "model_catalogues": "model catalogue",
}


def plugin(known: Plugin, installed: Installed | None) -> PluginView:
    """View a plugin; `installed` is what lies on disk of it, None for one inside MediaDesk."""
    return PluginView(
        name=known.name,
        title=known.title or known.name,
        summary=known.summary,
        distribution=known.distribution,
        version=known.version,
        source=known.source.value,
        state=known.state.value,
        problem=known.problem,
        provides=tuple(
            f"{_ROLES[hook]} {part.name}" for hook, parts in known.parts.items() for part in parts
        ),
        previous=installed.previous if installed else None,
    )


def grants(manifest: Manifest, language: str, new: Sequence[Grant] = ()) -> tuple[GrantView, ...]:
    """View the permissions that a plugin wants, the new ones first."""
    fresh = {grant.what for grant in new}
    viewed = [
        GrantView(
            permission=grant.permission,
            detail=grant.detail,
            reason=manifest.text(grant.reason, language),
            new=grant.what in fresh,
        )
        for grant in manifest.permissions.grants()
    ]
    return tuple(sorted(viewed, key=lambda grant: not grant.new))


def page(
    db: Database,
    viewed: PluginView,
    installed: Installed | None,
    *,
    settings: Mapping[str, Any],
    health: Health | None,
    log: Path,
    connections: Connections,
    language: str,
) -> PluginPage:
    """View everything about a plugin."""
    used = plugins.usage(db, viewed.name)
    manifest = installed.manifest if installed else None
    return PluginPage(
        plugin=viewed,
        permissions=grants(manifest, language) if manifest else (),
        signer=installed.signer if installed else None,
        dependencies=installed.dependencies if installed else (),
        schema=manifest.settings if manifest else {},
        settings=settings,
        labels=_labels(manifest, language) if manifest else {},
        limits=_limits(manifest) if manifest else (),
        unenforced=_unenforced((health and health.enforcement) or available()) if manifest else (),
        usage=tuple(
            UsageView(
                part=part.part,
                calls=part.calls,
                seconds=round(part.seconds, 3),
                cpu_seconds=round(part.cpu_seconds, 3),
            )
            for part in used
        ),
        peak_memory=max((part.peak_memory for part in used), default=0),
        faults=tuple(
            FaultView(
                at=fault.at,
                part=fault.part,
                item=fault.item,
                what=fault.kind,
                sentence=fault.sentence,
                file=fault.file,
                times=fault.times,
            )
            for fault in plugins.faults(db, viewed.name)[:_FAULTS_SHOWN]
        ),
        fetched=tuple(
            FetchView(at=each.at, host=each.host, size=each.bytes, problem=each.problem)
            for each in connections.latest(_FETCHES_SHOWN, who=viewed.name)
        ),
        log=_end_of(log),
        budget=plugins.budget(db, viewed.name),
        has_data=bool(installed and installed.data.is_dir() and any(installed.data.iterdir())),
        folder=str(installed.root) if installed and installed.source == "folder" else None,
    )


def plan(made: Plan, language: str) -> PluginPlan:
    """View what an install would do, in the plugin's own words for this language."""
    manifest = made.manifest
    return PluginPlan(
        token=made.token,
        source=made.source,
        name=made.name,
        title=manifest.text(manifest.title, language),
        summary=manifest.text(manifest.summary, language),
        version=made.version,
        action=made.action,
        installed_version=made.installed_version,
        package_size=made.package_size,
        installed_size=made.installed_size,
        downloads=tuple(
            DownloadView(name=each.name, version=each.version, size=each.size, origin=each.origin)
            for each in made.downloads
        ),
        bundled=tuple(made.bundled),
        permissions=grants(manifest, language, made.new_permissions),
        signature=made.signature,
        signer=made.signer,
        warnings=tuple(made.warnings),
        former_signer=made.former_signer,
    )


def offer(made: Offered) -> Offer:
    """View a plugin of the index."""
    return Offer(**{name: getattr(made, name) for name in Offer.__slots__})


def _limits(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    wish = manifest.resources
    return (
        ("Memory", f"{wish.memory_mb} MiB"),
        ("Time for one file or call", f"{wish.seconds} s"),
        ("CPU time for one file or call", f"{wish.cpu_seconds} s"),
        ("Open files", str(wish.open_files)),
        ("Disk space", f"{wish.disk_mb} MiB"),
    )


def _unenforced(known: Enforcement) -> tuple[str, ...]:
    reasons = (known.files, known.network, known.memory, known.processes)
    return tuple(dict.fromkeys(reason for reason in reasons if reason))


def _labels(manifest: Manifest, language: str) -> dict[str, str]:
    """Give the settings' titles and descriptions in the person's language."""
    properties: Mapping[str, Mapping[str, Any]] = manifest.settings.get("properties", {})
    found = {}
    for name, schema in properties.items():
        found[name] = manifest.text(str(schema.get("title", name)), language)
        for value in schema.get("enum", ()):
            found[f"{name}.{value}"] = manifest.text(str(value), language)
        if "description" in schema:
            found[f"{name}.description"] = manifest.text(str(schema["description"]), language)
    return found


def _end_of(log: Path) -> str:
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _LOG_BYTES))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
