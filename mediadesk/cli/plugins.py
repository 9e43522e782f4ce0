"""Commands about plugins: what is here, what may come in, and how each behaves."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mediadesk.api.errors import OptionNeededError, UserError
from mediadesk.cli.browse import line
from mediadesk.cli.common import AsJson, Profile, emit, engine, harmless
from mediadesk.engine.messages import (
    FaultView,
    FetchView,
    GrantView,
    Offer,
    PageContent,
    PageView,
    PluginPage,
    PluginPlan,
    PluginView,
    PriceTag,
    Verbs,
)

Plugin = Annotated[str, typer.Argument(metavar="NAME", help="The plugin's name.")]
Network = Annotated[bool, typer.Option("--network", help="Allow the network for this once.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Consent without being asked.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Wheelhouse = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="A folder of wheels for what it needs.")
]
NewPublisher = Annotated[
    bool, typer.Option("--new-publisher", help="Consent to another key than before, or to none.")
]
_MB = 1e6
_QUARANTINED = (
    "See “mediadesk plugins log {name}”; “mediadesk plugins enable {name}” gives it another try."
)


def list_plugins(context: typer.Context, as_json: AsJson = False) -> None:
    """List the plugins and how they are doing."""
    with engine(context) as opened:
        emit(opened.plugins(), as_json=as_json, text=_plugins)


def info(context: typer.Context, name: Plugin, as_json: AsJson = False) -> None:
    """Tell everything about a plugin: permissions, settings, costs, what it did wrong."""
    with engine(context) as opened:
        emit(opened.plugin(name), as_json=as_json, text=_page)


def install(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(help="A wheel, bundle, ./folder, https address, or name in the index.")
    ],
    network: Network = False,
    wheelhouse: Wheelhouse = None,
    yes: Yes = False,
    new_publisher: NewPublisher = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Install or update a plugin, after showing what it would get and may do."""
    with engine(context) as opened, _naming_options():
        plan = opened.plan_plugin(_source(source), network=network, wheelhouse=_folder(wheelhouse))
        _carry_out(
            opened, plan, yes=yes, new_publisher=new_publisher, dry_run=dry_run, as_json=as_json
        )


def update(
    context: typer.Context,
    name: Plugin,
    network: Network = False,
    wheelhouse: Wheelhouse = None,
    yes: Yes = False,
    new_publisher: NewPublisher = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Update a plugin from the index, after showing what is new in it."""
    with engine(context) as opened, _naming_options():
        known = opened.plugin(name).plugin.name  # one that is here, and no path or address
        plan = opened.plan_plugin(known, network=network, wheelhouse=_folder(wheelhouse))
        _carry_out(
            opened, plan, yes=yes, new_publisher=new_publisher, dry_run=dry_run, as_json=as_json
        )


def remove(
    context: typer.Context,
    name: Plugin,
    data: Annotated[
        str | None, typer.Option(help="What to do with the data it made: keep or delete.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Remove a plugin; what it made of its own is kept or deleted, as you say."""
    with engine(context) as opened:
        page = opened.plugin(name)
        if data is None and page.has_data:
            data = _choose_data(name, as_json=as_json)
        if data not in {None, "keep", "delete"}:
            raise UserError(f"Its data can't be “{data}”: say --data keep or --data delete.")
        opened.remove_plugin(name, with_data=data == "delete")
        emit({"removed": name}, as_json=as_json, text=lambda _: f"“{name}” is removed.")


def rollback(context: typer.Context, name: Plugin, as_json: AsJson = False) -> None:
    """Bring the version before the last update back."""
    with engine(context) as opened:
        emit(opened.rollback_plugin(name), as_json=as_json, text=_plugin)


def enable(context: typer.Context, name: Plugin, as_json: AsJson = False) -> None:
    """Switch a plugin on, and let it out of quarantine."""
    with engine(context) as opened:
        emit(opened.enable_plugin(name, enabled=True), as_json=as_json, text=_plugin)


def disable(context: typer.Context, name: Plugin, as_json: AsJson = False) -> None:
    """Switch a plugin off."""
    with engine(context) as opened:
        emit(opened.enable_plugin(name, enabled=False), as_json=as_json, text=_plugin)


def settings(
    context: typer.Context,
    name: Plugin,
    changes: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Settings to change.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a plugin's settings, after changing some."""
    with engine(context) as opened:
        changed = dict(_change(each) for each in changes or ())
        page = opened.set_plugin(name, changed) if changed else opened.plugin(name)
        emit(page.settings, as_json=as_json, text=_settings)


def budget(
    context: typer.Context,
    name: Plugin,
    when: Annotated[str, typer.Argument(help="always, idle, mains or idle-and-mains.")],
    as_json: AsJson = False,
) -> None:
    """Say when a plugin may work through the library."""
    with engine(context) as opened:
        page = opened.budget_plugin(name, when)
        emit({"name": name, "budget": page.budget}, as_json=as_json, text=lambda _: page.budget)


def price(context: typer.Context, name: Plugin, as_json: AsJson = False) -> None:
    """Measure on a few items what a plugin's extractors would cost for the whole library."""
    with engine(context) as opened:
        emit(opened.price_plugin(name), as_json=as_json, text=_prices)


def log(context: typer.Context, name: Plugin, as_json: AsJson = False) -> None:
    """Show the end of what a plugin printed, and what it did wrong."""
    with engine(context) as opened:
        page = opened.plugin(name)
        emit(
            {"log": page.log, "faults": page.faults},
            as_json=as_json,
            text=lambda _: page.log or "It printed nothing, and did nothing wrong.",
        )


def offers(context: typer.Context, network: Network = False, as_json: AsJson = False) -> None:
    """List what the plugin index offers."""
    with engine(context) as opened, _naming_options():
        emit(opened.offers(network=network), as_json=as_json, text=_offers)


def pages(context: typer.Context, as_json: AsJson = False) -> None:
    """List the pages that plugins make."""
    with engine(context) as opened:
        emit(opened.pages(), as_json=as_json, text=_pages)


def page(
    context: typer.Context,
    plugin: Annotated[str, typer.Argument(help="The plugin's name.")],
    name: Annotated[str | None, typer.Argument(help="Which page, if it has several.")] = None,
    profile: Profile = None,
    as_json: AsJson = False,
) -> None:
    """Show a page that a plugin makes."""
    with engine(context) as opened:
        own = [each.name for each in opened.pages() if each.plugin == plugin]
        content = opened.page(plugin, name or next(iter(own), ""), profile=profile)
        emit(content, as_json=as_json, text=_content)


def _carry_out(
    opened: Verbs,
    plan: PluginPlan,
    *,
    yes: bool,
    new_publisher: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    if dry_run:
        emit(plan, as_json=as_json, text=_plan)
        return
    if not yes:
        _ask(plan, as_json=as_json)
        new_publisher |= plan.former_signer is not None  # that was the question
    done = opened.install_plugin(plan.token, new_publisher=new_publisher)
    emit(done, as_json=as_json, text=_plugin)


@contextmanager
def _naming_options() -> Iterator[None]:
    """Name the option that a person has to give, as it is called here."""
    try:
        yield
    except OptionNeededError as error:
        option = error.option.replace("_", "-")
        raise UserError(f"{str(error).removesuffix('.')} (here: --{option}).") from error


def _folder(folder: Path | None) -> str | None:
    return str(folder.absolute()) if folder else None


def _source(source: str) -> str:
    """Give a path as seen from here; what could be a name in the index is never taken for one."""
    from mediadesk.host.install.addresses import is_name

    return source if "://" in source or is_name(source) else str(Path(source).resolve())


def _ask(plan: PluginPlan, *, as_json: bool) -> None:
    if as_json or not sys.stdin.isatty():
        raise UserError(
            f"Installing “{plan.name}” needs your consent: look at it with --dry-run, then say "
            "--yes."
        )
    sys.stdout.write(harmless(_plan(plan)) + "\n\n")
    question = "Install it?"
    if plan.former_signer:
        question = f"Install it, though not signed with the key {plan.former_signer}?"
    typer.confirm(question, abort=True)


def _choose_data(name: str, *, as_json: bool) -> str:
    if as_json or not sys.stdin.isatty():
        raise UserError(f"“{name}” has data of its own: say --data keep or --data delete.")
    return "delete" if typer.confirm("Delete the data it made, too?") else "keep"


def _change(said: str) -> tuple[str, Any]:
    key, is_there, value = said.partition("=")
    if not key or not is_there:
        raise UserError(f"“{said}” changes no setting: write KEY=VALUE.")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value  # a word needs no quotes


def _plugin(plugin: PluginView) -> str:
    return (
        f"{plugin.name}  {plugin.version}  {plugin.state}  {', '.join(plugin.provides)}"
        + (f"  (before: {plugin.previous})" if plugin.previous else "")
        + (f"\n  ! {plugin.problem}" if plugin.problem else "")
        + (f"\n  ! {_QUARANTINED.format(name=plugin.name)}" * (plugin.state == "quarantined"))
    )


def _plugins(plugins: tuple[PluginView, ...]) -> str:
    return "\n".join(map(_plugin, plugins))


def _grant(grant: GrantView) -> str:
    what = f"{grant.permission} {grant.detail}".strip()
    return f"  {'NEW ' if grant.new else ''}{what}: {grant.reason}"


def _plan(plan: PluginPlan) -> str:
    was = f" (now {plan.installed_version})" if plan.installed_version else ""
    size = f"{plan.package_size / _MB:.2f} MB, on disk {plan.installed_size / _MB:.2f} MB"
    signed = f"signed by {plan.signer} ({plan.signature})" if plan.signer else "not signed"
    lines = [
        f"{plan.action.capitalize()} {plan.title} ({plan.name}) {plan.version}{was}",
        plan.summary,
        f"From {plan.source}, {size}, {signed}.",
    ]
    lines += [f"Brings {', '.join(plan.bundled)}."] if plan.bundled else []
    lines += [
        f"Would fetch {each.name} {each.version} ({each.size / _MB:.2f} MB) from {each.origin}"
        for each in plan.downloads
    ]
    shown = "It is shown the names and descriptions of the items it works on"
    lines += (
        [f"{shown}, and may:", *map(_grant, plan.permissions)]
        if plan.permissions
        else [f"{shown}, and wants no permissions."]
    )
    return "\n".join([*filter(None, lines), *(f"! {warning}" for warning in plan.warnings)])


def _page(page: PluginPage) -> str:
    plugin = page.plugin
    lines = [f"{plugin.title}: {plugin.summary}", _plugin(plugin)]
    lines += [f"Source: {plugin.source}" + (f", signed by {page.signer}" if page.signer else "")]
    lines += ["It may:", *map(_grant, page.permissions)] if page.permissions else []
    lines += [f"{label}: at most {value}" for label, value in page.limits]
    lines += [f"! Not enforced here: {each}" for each in page.unenforced]
    lines += [
        f"{part.part}: {part.calls} calls, {part.seconds:.1f} s, {part.cpu_seconds:.1f} s of CPU"
        for part in page.usage
    ]
    lines += [f"Peak memory: {page.peak_memory / _MB:.0f} MB"] if page.peak_memory else []
    lines += [f"Fetched {_fetch(each)}" for each in page.fetched]
    lines += [f"! {_fault(fault)}" for fault in page.faults]
    return "\n".join(lines)


def _fetch(fetch: FetchView) -> str:
    told = f"{_clock(fetch.at)} from {fetch.host}: {fetch.size / _MB:.2f} MB"
    return f"{told}, cut short ({fetch.problem})" if fetch.problem else told


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _fault(fault: FaultView) -> str:
    where = " · ".join(each for each in (_clock(fault.at), fault.part, fault.file) if each)
    return f"{where}: {fault.sentence}" + (f" ({fault.times} times)" if fault.times > 1 else "")


def _settings(settings: Any) -> str:  # noqa: ANN401 - a mapping of whatever the plugin has
    told = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in settings.items()]
    return "\n".join(told) or "It has no settings."


def _prices(prices: tuple[PriceTag, ...]) -> str:
    return (
        "\n".join(
            (
                f"{tag.part}: about {tag.seconds:.1f} s ({tag.cpu_seconds:.1f} s of CPU) and "
                f"{tag.disk / _MB:.2f} MB of disk for {tag.items} items, measured on {tag.sample}; "
                + (f"{tag.memory / _MB:.0f} MB of memory" if tag.memory else "memory not measured")
                if tag.sample
                else f"{tag.part}: not measured"
            )
            + (f"\n  ! {tag.problem}" if tag.problem else "")
            for tag in prices
        )
        or "It has no extractors: it costs nothing beforehand."
    )


def _offers(offers: tuple[Offer, ...]) -> str:
    return (
        "\n".join(
            f"{offer.name}  {offer.version}  {offer.size / _MB:.2f} MB  {offer.summary}"
            + (f"  (installed: {offer.installed})" if offer.installed else "")
            + (f"\n  ! {offer.problem}" if offer.problem else "")
            for offer in offers
        )
        or "The index offers nothing."
    )


def _pages(pages: tuple[PageView, ...]) -> str:
    return "\n".join(f"{page.plugin} {page.name}  {page.title}" for page in pages) or "No pages."


def _content(content: PageContent) -> str:
    lines = [content.page.title]
    for section in content.sections:
        lines += [text for text in (section.title, section.text) if text]
        lines += ["  ".join(row) for row in (section.columns, *section.rows) if row]
        lines += [f"{len(section.points)} dots: {section.x_label} × {section.y_label}"] * bool(
            section.points
        )
        lines += [f"  {line(item)}" for item in section.items]
    return "\n".join(lines)
