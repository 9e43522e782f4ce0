"""Plugins that misbehave where a person looks: pages, shelves, sentences, histories, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.gallery.exhibit import WRITES, Exhibit
from integration.gallery.visits import analysed, explained, heard, imported, opened, ranked

from mediadesk.host.manifest import Resources

if TYPE_CHECKING:
    from integration.gallery.museum import Museum

FAILED, QUARANTINED = "failed to load", "quarantined"
_HTML = "<img src='file:///etc/passwd'><b>bold</b><a href='https://evil.example'>click</a>"


def _page(given: str) -> str:
    """Write a page that shows this."""
    return f"""
class Part:
    name, title, reads = f"{{NAME}}-part", "Page", ()
    def view(self, request):
        some = request.items[0].id
        {given}
@hookimpl
def panels(): return [Part()]
"""


def _shelf(given: str) -> str:
    """Write a maker of shelves that gives this."""
    return f"""
class Part:
    name = f"{{NAME}}-part"
    def shelves(self, request):
        some = request.items[0].id
        {given}
@hookimpl
def shelves(): return [Part()]
"""


def _is_text(museum: Museum) -> None:
    """What looks like HTML goes to the window as the text it is."""
    (page,) = museum.engine.pages()
    (section,) = museum.engine.page(page.plugin, page.name).sections
    assert section.text == section.title == _HTML


def _is_not_drawn(museum: Museum) -> None:
    from mediadesk.ui.widgets.sections import decoded

    (page,) = museum.engine.pages()
    (section,) = museum.engine.page(page.plugin, page.name).sections
    assert section.image.startswith(b"\x89PNG")
    assert decoded(section.image) is None


def _titles_as_before(museum: Museum) -> None:
    titles = {view.title for view in museum.engine.views(museum.engine.ids())}
    assert {"Lighthouse", "Harbour", "Rain"} <= titles
    assert all(len(title) < 300 for title in titles)


def _three_shelves(museum: Museum) -> None:
    titles = [shelf.title for shelf in museum.engine.for_you().shelves]
    assert titles.count("S") == 3


MANNERS = [
    Exhibit(
        name="page-out-of-range",
        tries="draws dots outside of its map",
        stopped_by="check of every page",
        state=QUARANTINED,
        says=("a dot at", "0..1"),
        source=_page(
            "return [Section(points=(Point(item=some, x=float('nan'), y=7, colour='#ff0000'),))]"
        ),
        visit=opened,
    ),
    Exhibit(
        name="page-colours",
        tries="smuggles a style sheet into a colour",
        stopped_by="check of every page",
        state=QUARANTINED,
        says=("must be #rrggbb",),
        source=_page(
            "return [Section(points=(Point(item=some, x=0, y=0, colour='red; image: url(x)'),))]"
        ),
        visit=opened,
    ),
    Exhibit(
        name="page-unknown",
        tries="shows items that are not in the library",
        stopped_by="check of every page",
        state=QUARANTINED,
        says=("is no item",),
        source=_page("return [Section(items=('../../etc/passwd',))]"),
        visit=opened,
    ),
    Exhibit(
        name="page-flood",
        tries="shows a text of 10 MB",
        stopped_by="check of every page",
        state=QUARANTINED,
        says=("larger than can be shown",),
        source=_page("return [Section(text='word ' * 2_000_000)]"),
        visit=opened,
    ),
    Exhibit(
        name="page-tables",
        tries="shows a table with cells of 1 MB",
        stopped_by="check of every page",
        state=QUARANTINED,
        says=("a line of more than",),
        source=_page("return [Section(columns=('a',), rows=(('x' * 1_000_000,),) * 9)]"),
        visit=opened,
    ),
    Exhibit(
        name="page-html",
        tries="hides HTML in its texts, with pictures from the disk and links",
        stopped_by="nothing is taken for HTML",
        state="ready",
        says=(),
        source=_page(f"return [Section(title={_HTML!r}, text={_HTML!r})]"),
        visit=opened,
        proof=_is_text,
    ),
    Exhibit(
        name="page-picture",
        tries="shows a picture of 100 bytes that swells to 3 GB",
        stopped_by="the window, which looks at the size first",
        state="ready",
        says=(),
        source="""
import struct, zlib
def chunk(kind, data):
    size, check = struct.pack(">L", len(data)), struct.pack(">L", zlib.crc32(kind + data))
    return size + kind + data + check
def png(width, height):
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\\x89PNG\\r\\n\\x1a\\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
"""
        + _page("return [Section(image=png(30_000, 30_000))]"),
        visit=opened,
        proof=_is_not_drawn,
    ),
    Exhibit(
        name="page-title",
        tries="has a page with a title of a million letters",
        stopped_by="check of names",
        state=FAILED,
        says=("title",),
        source=_page("return []").replace('"Page"', '"x" * 1_000_000'),
    ),
    Exhibit(
        name="shelf-stranger",
        tries="puts what was not offered on a shelf",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("was not offered",),
        source=_shelf("return [ShelfDraft(id='s', title='S', items=('nobody',), reason='so')]"),
        visit=ranked,
    ),
    Exhibit(
        name="shelf-shouts",
        tries="has a shelf with a title of 1 MB and a line break",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("is no line",),
        source=_shelf(
            "return [ShelfDraft(id='s', title='S\\n' * 500_000, items=(some,), reason='so')]"
        ),
        visit=ranked,
    ),
    Exhibit(
        name="shelf-crowd",
        tries="makes a thousand shelves",
        stopped_by="limit of three shelves",
        state="ready",
        says=(),
        source=_shelf(
            "return [ShelfDraft(id=str(n), title='S', items=(some,), reason='so')"
            " for n in range(1_000)]"
        ),
        visit=ranked,
        proof=_three_shelves,
    ),
    Exhibit(
        name="endless-reason",
        tries="explains in a sentence of 1 MB",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("is no line",),
        source="""
class Part:
    name = f"{NAME}-part"
    def explain(self, request): return ["because " * 125_000]
@hookimpl
def explainers(): return [Part()]
""",
        visit=explained,
    ),
    Exhibit(
        name="endless-cause",
        tries="gives a cause of 1 MB for every score",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("is no line",),
        source="""
class Part(Judges):
    def rank(self, request, run):
        values = np.arange(len(request.candidates))
        return Scores(values=values, causes=(Cause(text="because " * 125_000),))
@hookimpl
def rankers(): return [Part()]
""",
        visit=ranked,
    ),
    Exhibit(
        name="listener-raises",
        tries="hears of nothing, for ever",
        stopped_by="quarantine; the others hear on",
        state=QUARANTINED,
        says=("RuntimeError: I am deaf",),
        source="""
class Part:
    name = f"{NAME}-part"
    def on_events(self, events): raise RuntimeError("I am deaf")
@hookimpl
def listeners(): return [Part()]
""",
        visit=heard,
    ),
    Exhibit(
        name="listener-complains",
        tries="does the same politely, with an error of the API",
        stopped_by="it is asked again, and nobody waits for it",
        state="ready",
        says=(),
        source="""
class Part:
    name = f"{NAME}-part"
    def on_events(self, events): raise UserError("Not today.")
@hookimpl
def listeners(): return [Part()]
""",
        visit=heard,
    ),
    Exhibit(
        name="importer-crashes",
        tries="crashes on what it is to import",
        stopped_by="its own process; quarantine after three",
        state=QUARANTINED,
        says=("SIGSEGV",),
        source="""
class Part:
    name, title, patterns = f"{NAME}-part", "History", ("*.csv",)
    def read(self, name, content): ctypes.string_at(0)
@hookimpl
def importers(): return [Part()]
""",
        visit=imported,
    ),
    Exhibit(
        name="importer-lies",
        tries="imports a history from the year 9999, a hundred times as much as was watched",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("nothing that a person did",),
        source="""
class Part:
    name, title, patterns = f"{NAME}-part", "History", ("*.csv",)
    def read(self, name, content):
        return [Watched(title="Lighthouse", kind=EventKind.PLAYED, at=1e18, value=100)]
@hookimpl
def importers(): return [Part()]
""",
        visit=imported,
    ),
    Exhibit(
        name="renames-all",
        tries="gives each film a title of 1 MB, and the year 10**18",
        stopped_by="check of every answer",
        state=QUARANTINED,
        says=("can't be kept",),
        source="""
class Part:
    name, version, kinds = f"{NAME}-part", 1, VIDEO | AUDIO
    def read(self, item): return Metadata(title="x" * 1_000_000, year=10**18)
@hookimpl
def metadata_readers(): return [Part()]
""",
        visit=analysed,
        proof=_titles_as_before,
    ),
    Exhibit(
        name="fills-its-folder",
        tries="writes a file of 8 GB into its own folder",
        stopped_by="limit of the size of a file",
        state=QUARANTINED,
        says=("OSError", "File too large"),
        source="""
class Part(Learns):
    def __init__(self, context): self.data = context.data
    def prepare(self, item, media):
        with (self.data / "heap").open("wb") as file:
            file.truncate(8 << 30)
@hookimpl
def extractors(context): return [Part(context)]
""",
        permissions=WRITES,
        visit=analysed,
        needs=("memory",),
    ),
    Exhibit(
        name="digs",
        tries="makes folders in folders, 2,100 deep, so that nobody can remove it",
        stopped_by="they are removed all the same",
        state=QUARANTINED,
        says=("File exists",),
        source="""
class Part(Learns):
    def __init__(self, context): self.starts = os.getcwd(), context.data
    def prepare(self, item, media):
        for start in self.starts:
            os.chdir(start)
            for _ in range(2_100):
                os.mkdir("d")
                os.chdir("d")
            open(b"odd \\xff\\n", "w").close()
        return Sample()
@hookimpl
def extractors(context): return [Part(context)]
""",
        permissions=WRITES,
        resources=Resources(memory_mb=256, seconds=30, cpu_seconds=30),
        visit=analysed,
    ),
]
