"""Plugins that want out: to files, the network, other processes and the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.gallery.exhibit import WRITES, Exhibit
from integration.gallery.visits import analysed, ranked, ranked_in_time

from mediadesk.host.manifest import Permissions

if TYPE_CHECKING:
    from integration.gallery.museum import Museum

QUARANTINED = "quarantined"
ALL = ("files", "network", "processes")


def _deeds(deeds: str) -> str:
    """Write an extractor that makes these attempts with every file: name=function, …."""
    return f"""
class Part(Learns):
    def prepare(self, item, media):
        attempt({deeds})
@hookimpl
def extractors(): return [Part()]
"""


def _no_leak(museum: Museum) -> None:
    assert museum.leaks() == []


def _nobody_asked(museum: Museum) -> None:
    """Where a redirect leads is never asked, see `Museum.check`; who sent it was."""
    assert set(museum.web.asked) == {"GET /moved"}


ESCAPES = [
    Exhibit(
        name="reads-secrets",
        tries="reads ~/.ssh, the diary, the users of the machine, the library, another's data",
        stopped_by="Landlock",
        state=QUARANTINED,
        says=(
            "ssh EACCES",
            "diary EACCES",
            "home EACCES",
            "users EACCES",
            "shadow EACCES",
            "library EACCES",
            "settings EACCES",
            "neighbour EACCES",
            "environ EACCES",
            "memory EACCES",
            "shared EACCES",
        ),
        source=_deeds("""
            ssh=lambda: open(f"{HOME}/.ssh/id_ed25519").read(),
            diary=lambda: print(Path(HOME, "diary.txt").read_text()),
            home=lambda: os.listdir(HOME),
            users=lambda: open("/etc/passwd").read(),
            shadow=lambda: open("/etc/shadow").read(),
            library=lambda: open(DATABASE, "rb").read(),
            settings=lambda: open(f"{DATA}/settings.toml").read(),
            neighbour=lambda: print(open(f"{NEIGHBOUR}/data/secret").read()),
            environ=lambda: open(f"/proc/{HOST}/environ").read(),
            memory=lambda: open(f"/proc/{HOST}/mem", "rb").read(1),
            shared=lambda: os.listdir("/dev/shm"),
        """),
        visit=analysed,
        proof=_no_leak,
        needs=ALL,
    ),
    Exhibit(
        name="no-media",
        tries="reads films without the permission for it",
        stopped_by="Landlock",
        state=QUARANTINED,
        says=("opens EACCES", "lists EACCES"),
        source="""
class Part(Judges):
    def rank(self, request, run):
        attempt(opens=lambda: open(FILM, "rb").read(1), lists=lambda: os.listdir(MEDIA))
@hookimpl
def rankers(): return [Part()]
""",
        permissions=Permissions(read_history="it says so"),
        visit=ranked,
        needs=ALL,
    ),
    Exhibit(
        name="writes-outside",
        tries="writes to the home folder, the library, the films, its own code, another plugin",
        stopped_by="Landlock",
        state=QUARANTINED,
        says=(
            "home EACCES",
            "library EACCES",
            "settings EACCES",
            "film EACCES",
            "media EACCES",
            "itself EACCES",
            "neighbour EACCES",
            "temporary EACCES",
            "link EACCES",
            "steal E",
        ),
        source=_deeds("""
            home=lambda: open(f"{HOME}/.bashrc", "w").write("evil"),
            library=lambda: open(DATABASE, "r+b").write(b"evil"),
            settings=lambda: open(f"{DATA}/settings.toml", "a").write("evil"),
            film=lambda: open(FILM, "r+b").write(b"evil"),
            media=lambda: open(f"{MEDIA}/evil.mp4", "wb").write(b"evil"),
            itself=lambda: open(__file__, "a").write("evil"),
            neighbour=lambda: open(f"{NEIGHBOUR}/data/secret", "a").write("evil"),
            temporary=lambda: open("/tmp/evil", "w").write("evil"),
            link=lambda: os.symlink(DATABASE, "library"),
            steal=lambda: os.link(FILM, "film"),
        """),
        permissions=WRITES,
        visit=analysed,
        needs=ALL,
    ),
    Exhibit(
        name="destroys-media",
        tries="deletes, moves, shortens and changes the person’s films",
        stopped_by="Landlock; seccomp for rights and times",
        state=QUARANTINED,
        says=(
            "delete EACCES",
            "move E",
            "shorten E",
            "rights EPERM",
            "owner EPERM",
            "times EPERM",
            "attribute EPERM",
            "folder EACCES",
        ),
        source=_deeds("""
            delete=lambda: os.unlink(item.path),
            move=lambda: os.rename(item.path, "film"),
            shorten=lambda: os.truncate(item.path, 0),
            rights=lambda: os.chmod(item.path, 0),
            owner=lambda: os.chown(item.path, 1, 1),
            times=lambda: os.utime(item.path, (0, 0)),
            attribute=lambda: os.setxattr(item.path, "user.evil", b"1"),
            folder=lambda: os.rmdir(MEDIA),
        """),
        visit=analysed,
        needs=ALL,
    ),
    Exhibit(
        name="opens-sockets",
        tries="opens sockets: TCP, UDP, unix, abstract, raw, netlink",
        stopped_by="seccomp",
        state=QUARANTINED,
        says=(
            "tcp EPERM",
            "tcp6 EPERM",
            "udp EPERM",
            "unix EPERM",
            "abstract EPERM",
            "raw EPERM",
            "netlink EPERM",
            "ring ENOSYS",
        ),
        source="""
def connect(kind, address, way=socket.SOCK_STREAM):
    with socket.socket(kind, way) as made:
        made.settimeout(1)
        made.connect(address)
port = int(FORBIDDEN.rpartition(":")[2])

class Part(Learns):
    def prepare(self, item, media):
        attempt(
            tcp=lambda: connect(socket.AF_INET, ("127.0.0.1", port)),
            tcp6=lambda: connect(socket.AF_INET6, ("::1", port)),
            udp=lambda: connect(socket.AF_INET, ("127.0.0.1", port), socket.SOCK_DGRAM),
            unix=lambda: connect(socket.AF_UNIX, f"{HOME}/agent"),
            abstract=lambda: connect(socket.AF_UNIX, "\\0agent"),
            raw=lambda: connect(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_RAW),
            netlink=lambda: connect(socket.AF_NETLINK, (0, 0), socket.SOCK_RAW),
            ring=lambda: call(425, 8, 0),
        )
@hookimpl
def extractors(): return [Part()]
""",
        visit=analysed,
        needs=ALL,
    ),
    Exhibit(
        name="runs-programs",
        tries="starts programs in five ways",
        stopped_by="seccomp",
        state=QUARANTINED,
        says=("run E", "spawn E", "replace E", "memory E", "library EACCES"),
        source=_deeds("""
            run=lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True),
            spawn=lambda: os.posix_spawn("/bin/true", ["true"], {}),
            replace=lambda: os.execv("/bin/true", ["true"]),
            memory=lambda: os.memfd_create("program"),
            library=lambda: open("/bin/sh", "rb").read(1),
        """),
        visit=analysed,
        needs=ALL,
    ),
    Exhibit(
        name="attacks-mediadesk",
        tries="kills MediaDesk, reads its memory, debugs it, lowers its limits",
        stopped_by="seccomp",
        state=QUARANTINED,
        says=(
            "kill EPERM",
            "term EPERM",
            "group EPERM",
            "debug EPERM",
            "read EPERM",
            "write EPERM",
            "limit EPERM",
            "nice EPERM",
            "descriptor ENOSYS",
        ),
        source=_deeds("""
            kill=lambda: os.kill(HOST, signal.SIGKILL),
            term=lambda: os.kill(os.getppid(), signal.SIGTERM),
            group=lambda: os.killpg(os.getpgid(HOST), signal.SIGKILL),
            debug=lambda: call(101, 16, HOST, 0, 0),
            read=lambda: call(310, HOST, 0, 0, 0, 0, 0),
            write=lambda: call(311, HOST, 0, 0, 0, 0, 0),
            limit=lambda: __import__("resource").prlimit(HOST, 0, (1, 1)),
            nice=lambda: os.setpriority(os.PRIO_PROCESS, HOST, 19),
            descriptor=lambda: call(434, HOST, 0),
        """),
        visit=analysed,
        needs=ALL,
    ),
    Exhibit(
        name="leaves-the-box",
        tries="makes name spaces, mounts, loads kernel code, undoes its limits",
        stopped_by="seccomp",
        state=QUARANTINED,
        says=(
            "namespace EPERM",
            "mount EPERM",
            "root EPERM",
            "kernel EPERM",
            "limits ValueError",
            "orphan EPERM",
            "user EPERM",
        ),
        source=_deeds("""
            namespace=lambda: call(272, 0x10000000),
            mount=lambda: libc_mount(),
            root=lambda: os.chroot("/"),
            kernel=lambda: call(321, 0, 0, 0),
            limits=lambda: __import__("resource").setrlimit(9, (-1, -1)),
            orphan=lambda: call(157, 1, 0),
            user=lambda: os.setuid(0),
        """)
        + """
def libc_mount():
    call(165, 0, 0, 0, 0, 0)
""",
        visit=analysed,
        needs=ALL,
    ),
    Exhibit(
        name="fetches-elsewhere",
        tries="fetches from hosts it has no permission for, also through a redirect and tricks",
        stopped_by="the host, which fetches for it",
        state=QUARANTINED,
        says=(
            "other UserError",
            "redirect UserError",
            "file UserError",
            "plain UserError",
            "user UserError",
            "port UserError",
        ),
        source="""
class Part(Learns):
    def __init__(self, context): self.fetch = context.fetch
    def prepare(self, item, media):
        attempt(
            other=lambda: self.fetch(f"{FORBIDDEN}/gift"),
            redirect=lambda: self.fetch(f"{WEB}/moved"),
            file=lambda: self.fetch(f"file://{HOME}/diary.txt"),
            plain=lambda: self.fetch("http://example.org/"),
            user=lambda: self.fetch(WEB.replace("http://", "http://me@") + "/"),
            port=lambda: self.fetch("http://127.0.0.1/"),
        )
@hookimpl
def extractors(context): return [Part(context)]
""",
        visit=analysed,
        uses_web=True,
        proof=_nobody_asked,
    ),
    Exhibit(
        name="waits-for-the-web",
        tries="makes For you wait while it fetches",
        stopped_by="deadline of two seconds",
        state=QUARANTINED,
        says=("longer than 2 seconds",),
        source="""
class Part(Judges):
    def __init__(self, context): self.fetch = context.fetch
    def rank(self, request, run):
        while True:
            try:
                self.fetch(SILENT)
            except UserError:
                pass
@hookimpl
def rankers(context): return [Part(context)]
""",
        visit=ranked_in_time,
        uses_web=True,
    ),
]
