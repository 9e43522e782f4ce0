"""Commands about MediaDesk itself: models, and the doctor."""

from typing import Annotated, Literal

import typer

from mediadesk.cli.common import AsJson, emit, engine
from mediadesk.engine.messages import Check, ModelView


def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the models: what each is for, its size and licence, and where it really ran."""
    with engine(context) as opened:
        emit(opened.models(), as_json=as_json, text=_models)


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check what MediaDesk needs on this machine."""
    with engine(context) as opened:
        checks = opened.doctor()
    emit(checks, as_json=as_json, text=_checks)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def settings(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Which one; else all are listed.")] = None,
    switch: Annotated[
        Literal["on", "off"] | None,
        typer.Argument(help="on: all devices that sync have it as it is set here."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the settings that can be the same on all your devices, or say so of one."""
    with engine(context) as opened:
        told = opened.everywhere(name, on=None if switch is None else switch == "on")
        emit(told, as_json=as_json, text=_settings)


def _settings(told: dict[str, bool]) -> str:
    return "\n".join(
        f"{name}  {'on all devices' if on else 'on this device'}" for name, on in told.items()
    )


def _models(models: tuple[ModelView, ...]) -> str:
    return "\n".join(
        f"{model.name}  {model.task}  {model.dimensions}-d  {model.size_bytes / 1e6:.1f} MB  "
        f"{model.licence}" + (f"\n  ! {model.problem}" if model.problem else "")
        for model in models
    )


def _checks(checks: tuple[Check, ...]) -> str:
    return "\n".join(
        f"{'ok ' if check.ok else '!! '} {check.name}: {check.found}"
        + ("" if check.ok else f"\n     {check.remedy}")
        for check in checks
    )
