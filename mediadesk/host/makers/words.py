"""What the reference page says beyond the code: versions, permissions, limits."""

INTRO = """\
# The plugin API, version {version}

This page is made from the code (`python -m mediadesk.host.makers.reference`); the
[guide](plugins.md) tells how to begin. A plugin is a Python package that imports `mediadesk.api`,
implements at least one hook, and names itself in the entry-point group `mediadesk`.

## Versions

The API has a version of two numbers. The second grows when something is added: a plugin made for
an earlier one works on. The first grows when something is taken away or changes its meaning.
A plugin says in its manifest which versions it works with, such as `api = ">={version},<{next}"`.
One whose range does not hold the version of this MediaDesk is “incompatible”: it is not loaded, a
sentence says what it needs and what is there, and an update of it that is incompatible never
replaces one that works.

What is to be taken away is first deprecated, in a version that says so on this page, with what to
use instead. It then works for at least one more second number and at least six months. Using it
raises Python's `DeprecationWarning`, which stands in the plugin's log (`mediadesk plugins log
NAME`) and in what `mediadesk plugins check` finds. It is removed only with a new first number.
Nothing is deprecated in version {version}.
"""

HOOKS = """\
A hook is a function of the plugin's module with the decorator `@hookimpl`. It hands over objects,
and any object of the right shape will do. A hook may take the `context`, or leave it out. Of a
plugin that is no part of MediaDesk all of this runs in a process of its own, and one thing at a
time: hooks once at its start, methods when they are asked.

Names are read by people (“alike in NAME”), and kept with what a part makes: a part that is renamed
begins anew.
"""

VALUES = """\
Frozen, made by keyword, and compared by value. Vectors are float32 of unit length (`unit`).
Times are in seconds, points in time in seconds since 1970.
"""

MANIFEST = """\
A plugin describes itself in its pyproject.toml. `[project]` gives its package's name, version,
description and dependencies; `[project.entry-points.mediadesk]` has one line, the plugin's name
and the module that has the hooks. Names are made of small letters, digits and single hyphens, 40
at most. The rest stands in tables of its own. `mediadesk plugins pack` turns all of it into the
file `mediadesk.json` of the wheel.
"""

PERMISSIONS = {
    "read-media": (
        "reading the folders of the library",
        "extractors, metadata readers",
        "no file of the library can be opened",
    ),
    "read-history": (
        "learning what a person plays and likes",
        "rankers, explainers, shelves, listeners",
        "a plugin with such parts is not loaded",
    ),
    "write-data": (
        "a folder of its own, `context.data`, which updates keep",
        "listeners and transports, mostly",
        "`context.data` raises `UserError`; nothing can be written but temporary files",
    ),
    "gpu": (
        "running the models it brings on the graphics card, where there is one that can",
        "",
        "they run on the processor; models of MediaDesk run on whatever it runs them on",
    ),
    "network": (
        "`context.fetch` from the hosts that are named, while the person allows the network",
        "",
        "`context.fetch` raises `UserError`; a plugin never has connections of its own",
    ),
    "programs": (
        "having MediaDesk start the programs that are named",
        "players",
        "a plugin with players is not loaded; a plugin never starts a program itself",
    ),
}
"""Permission → what it allows, who needs it, what happens without it."""

LIMITS = """\
A plugin may ask for more than the usual amount, up to a limit; a person reads its wishes before
installing.
"""

ENFORCED = {
    "memory-mb": ("MiB beyond what MediaDesk's libraries take", "the kernel, on Linux"),
    "seconds": ("of one call, such as one file", "MediaDesk, which then ends the process"),
    "cpu-seconds": ("of processor time of one call", "the kernel, on Linux"),
    "open-files": ("open at once", "the kernel, on Linux"),
    "disk-mb": ("MiB in its own folder and in temporary files, together", "MediaDesk"),
}
"""Wish → what is counted, and who enforces it."""

BEYOND = """\
What a person waits for has less time: rankers, explainers, intent parsers and shelves 2 seconds a
call, panels 10. They run in a process beside the one that works through the library.

Beyond that a plugin's process reads only its own folder, the system's libraries and what its
permissions allow, writes only to its own folder and to a temporary one, has no connection to any
network, starts no program, and sees neither other processes nor the person's environment.
On Linux the kernel enforces this (Landlock and seccomp); on other systems it is declared and not
enforced, and `mediadesk plugins info NAME` says so.

With `gpu` a process also reaches the nodes and the libraries of the graphics card, and the
libraries count as its memory. This was built without a card at hand, so that nobody has seen it
work yet: the plugin's log says where each of its models runs, and why where that is the processor.

What a plugin gives is checked before it is used: types, shapes, sizes, finite numbers, and that it
speaks of what it was asked about. A crash, a hang, more memory than agreed, a flood of output and a
wrong result are faults. The process is started again by the next call; a file that was at hand is
tried once more, alone. After {items} faults with different files within {minutes:g} minutes, or
{restarts} with whatever within {seconds:g} seconds, the plugin is quarantined, with a sentence that
says why, until a person enables it again or installs another version.
"""
