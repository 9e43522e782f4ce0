"""The sandbox: each attempt is made by a process that has shut itself in."""

import contextlib
import json
import os
import platform
import signal
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import media_factory
import msgspec
import psutil
import pytest

from mediadesk import resources
from mediadesk.host.isolate import sandbox
from mediadesk.host.isolate.sandbox import Enforcement, Policy

LACKING = " ".join(filter(None, asdict(sandbox.available()).values()))
pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING or "all is enforced")

OPEN = Enforcement(files="", network="", memory="", processes="")
GUEST = """
import ctypes, errno, json, os, sys
from mediadesk.host.isolate import sandbox

policy, before, code, names = json.loads(sys.argv[1])
exec(before, names)
enforcement = sandbox.enter(sandbox.Policy(**policy))

def call(name, *arguments):
    from mediadesk.host.isolate.sandbox_calls import resolve
    number = name if isinstance(name, int) else resolve(name)
    done = libc.syscall(number, *(ctypes.c_long(each) for each in arguments))
    if done == -1:
        raise OSError(ctypes.get_errno(), name)
    return done

libc = ctypes.CDLL(None, use_errno=True)
names |= {"call": call, "libc": libc, "os": os}
outcome = "done"
try:
    exec(code, names)
except OSError as error:
    outcome = errno.errorcode.get(error.errno, repr(error))
except BaseException as error:
    outcome = type(error).__name__
print(json.dumps([outcome, [getattr(enforcement, each) for each in enforcement.__slots__]]))
"""


@dataclass(frozen=True)
class Place:
    """A home with a secret in it, media, scratch and one file to write, and a policy for them."""

    root: Path

    @property
    def policy(self) -> Policy:
        return Policy(
            readable=(f"{self.root}/media",),
            writable=(f"{self.root}/scratch", f"{self.root}/arena"),
            memory_mb=256,
            open_files=64,
        )

    def names(self) -> dict[str, Any]:
        """What an attempt may name."""
        names: dict[str, Any] = {
            each: f"{self.root}/{each}" for each in ("home", "media", "scratch", "arena")
        }
        return names | {"host": os.getpid()}

    def start(
        self, code: str, *, before: str = "", policy: Policy | None = None, **names: object
    ) -> "subprocess.Popen[str]":
        """Start a guest that makes the attempt `code`; `before` runs before it shuts itself in."""
        what = [asdict(policy or self.policy), before, code, self.names() | names]
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": "1",
            "ORT_DISABLE_TELEMETRY": "1",
            "HOME": f"{self.root}/home",
        }
        return subprocess.Popen(
            [sys.executable, "-c", GUEST, json.dumps(what)],
            cwd=self.root / "home",
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def attempt(self, code: str, **more: Any) -> tuple[str, Enforcement]:  # noqa: ANN401
        """Give what became of an attempt (an error's name, or “done”) and what was enforced."""
        with self.start(code, **more) as guest:
            told, _ = guest.communicate(timeout=60)
        assert guest.returncode == 0
        outcome, enforced = json.loads(told.splitlines()[-1])
        return outcome, Enforcement(**dict(zip(Enforcement.__slots__, enforced, strict=True)))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    for folder in ("home/.ssh", "media", "scratch"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "home/.ssh/id_ed25519").write_text("secret")
    (tmp_path / "media/film.mkv").write_text("a film")
    (tmp_path / "arena").write_bytes(bytes(8192))
    (tmp_path / "scratch/way_out").symlink_to(tmp_path / "home/.ssh/id_ed25519")
    return Place(tmp_path)


def contents(root: Path) -> dict[str, tuple[bytes, int, int]]:
    """All files below a folder: what is in them, their permissions and times."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {
        str(path): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
        for path in files
    }


ALLOWED = {
    "read media": "assert open(f'{media}/film.mkv').read() == 'a film'",
    "list media": "assert os.listdir(media)",
    "write in scratch": "open(f'{scratch}/new', 'w').write('x')",
    "shorten in scratch": "open(f'{scratch}/a', 'w').write('xx'); os.truncate(f'{scratch}/a', 1)",
    "sort scratch": (
        "os.mkdir(f'{scratch}/a'); open(f'{scratch}/b', 'w'); "
        "os.rename(f'{scratch}/b', f'{scratch}/a/c'); "
        "import shutil; shutil.rmtree(f'{scratch}/a')"
    ),
    "map the arena": (
        "import mmap; view = mmap.mmap(os.open(arena, os.O_RDWR), 0); view[5] = 7; "
        "assert open(arena, 'rb').read()[5] == 7"
    ),
    "write to nowhere": "open('/dev/null', 'w').write('x')",
    "be random": "open('/dev/urandom', 'rb').read(8); os.urandom(8)",
    "look at itself": "[open(f'/proc/self/{f}').read() for f in ('maps', 'stat', 'status')]",
    "look at the machine": "[open(f'/proc/{f}').read() for f in ('cpuinfo', 'meminfo', 'stat')]",
    "import more of Python": "import asyncio, decimal, sqlite3, ssl, xml.etree.ElementTree",
    "import numpy": "import numpy; numpy.ones((99, 99)) @ numpy.ones((99, 99))",
    "import MediaDesk": "import mediadesk.api",
    "know the time": "import time, zoneinfo; time.localtime(); zoneinfo.ZoneInfo('Europe/Berlin')",
    "use threads": (
        "import threading; threads = [threading.Thread(target=len, args=('',)) for _ in range(9)]; "
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]"
    ),
    "run an event loop": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "interrupt itself": (
        "import signal; signal.signal(signal.SIGUSR1, lambda *_: None); "
        "os.kill(os.getpid(), signal.SIGUSR1); signal.raise_signal(signal.SIGUSR1)"
    ),
    "be nice": "os.nice(1)",
    "take half the memory": "held = bytearray(128 << 20); held[::4096] = bytes(len(held[::4096]))",
}


@pytest.mark.parametrize("attempt", ALLOWED)
def test_a_guest_may(place: Place, attempt: str) -> None:
    assert place.attempt(ALLOWED[attempt]) == ("done", OPEN)


FILES = {
    "read a secret": ("open(f'{home}/.ssh/id_ed25519')", "EACCES"),
    "list home": ("os.listdir(home)", "EACCES"),
    "read the list of people": ("open('/etc/passwd')", "EACCES"),
    "list the temporary files": ("os.listdir('/tmp')", "EACCES"),
    "read as root of a process": ("open('/proc/self/root/etc/passwd')", "EACCES"),
    "read by its working folder": ("open('/proc/self/cwd/.ssh/id_ed25519')", "EACCES"),
    "read up from media": ("open(f'{media}/../home/.ssh/id_ed25519')", "EACCES"),
    "read through a link": ("open(f'{scratch}/way_out')", "EACCES"),
    "make a link": ("os.symlink(f'{home}/.ssh/id_ed25519', f'{scratch}/link')", "EACCES"),
    "link home's file": ("os.link(f'{home}/.ssh/id_ed25519', f'{scratch}/link')", "EACCES EXDEV"),
    "link a medium": ("os.link(f'{media}/film.mkv', f'{scratch}/link')", "EACCES EXDEV"),
    "make a pipe": ("os.mkfifo(f'{scratch}/pipe')", "EACCES"),
    "make a device": ("os.mknod(f'{scratch}/disk', 0o60600, os.makedev(8, 0))", "EACCES EPERM"),
    "write in home": ("open(f'{home}/new', 'w')", "EACCES"),
    "write in media": ("open(f'{media}/new', 'w')", "EACCES"),
    "overwrite a medium": ("open(f'{media}/film.mkv', 'r+')", "EACCES"),
    "shorten a medium": ("os.truncate(f'{media}/film.mkv', 0)", "EACCES"),
    "shorten by opening": ("os.open(f'{media}/film.mkv', os.O_RDONLY | os.O_TRUNC)", "EACCES"),
    "shorten oddly": ("os.open(f'{media}/film.mkv', os.O_ACCMODE | os.O_TRUNC)", "EACCES"),
    "remove a medium": ("os.remove(f'{media}/film.mkv')", "EACCES"),
    "move a medium away": ("os.rename(f'{media}/film.mkv', f'{scratch}/x')", "EACCES EXDEV"),
    "move something out": (
        "open(f'{scratch}/x', 'w'); os.rename(f'{scratch}/x', f'{home}/x')",
        "EACCES EXDEV",
    ),
    "change permissions": ("os.chmod(f'{media}/film.mkv', 0o777)", "EPERM"),
    "change them when open": ("os.fchmod(os.open(f'{media}/film.mkv', 0), 0o777)", "EPERM"),
    "change them the newest way": ("call(452, -100, 0, 0o777, 0)", "ENOSYS"),
    "give away": ("os.chown(f'{media}/film.mkv', 1, 1)", "EPERM"),
    "change times": ("os.utime(f'{media}/film.mkv', (0, 0))", "EPERM"),
    "label a medium": ("os.setxattr(f'{media}/film.mkv', 'user.x', b'x')", "EPERM"),
    "unlabel a medium": ("os.removexattr(f'{media}/film.mkv', 'user.x')", "EPERM"),
    "shorten the arena": ("os.truncate(arena, 0)", "EACCES"),
    "shorten it when open": ("os.ftruncate(os.open(arena, os.O_RDWR), 0)", "EACCES"),
    "punch a hole into it": ("call('fallocate', os.open(arena, os.O_RDWR), 3, 0, 4096)", "EPERM"),
    "cut a piece out of it": ("call('fallocate', os.open(arena, os.O_RDWR), 8, 0, 4096)", "EPERM"),
    "remove the arena": ("os.remove(arena)", "EACCES"),
    "write a huge file": ("os.truncate(os.open(f'{scratch}/x', 0o102), 2 << 30)", "EFBIG"),
    "watch home": ("call('inotify_init1', 0)", "EPERM"),
    "open by number": ("call('open_by_handle_at', 0, 0, 0)", "EPERM"),
    "open the terminal": ("open('/dev/tty')", "EACCES"),
    "name shared memory": ("open('/dev/shm/x', 'w')", "EACCES"),
    "see the connections": ("open('/proc/self/net/tcp')", "EACCES"),
    "see the mounts": ("open('/proc/self/mounts')", "EACCES"),
    "see the kernel": ("open('/proc/kallsyms')", "EACCES"),
    "mount": ("call('mount', 0, 0, 0, 0, 0)", "EPERM"),
    "mount the newer way": ("call('open_tree', -100, 0, 0)", "ENOSYS"),
    "change the root": ("os.chroot(scratch)", "EPERM"),
}
NETWORK = {
    "open a socket for IPv4": ("import socket; socket.socket(socket.AF_INET)", "EPERM"),
    "open a socket for IPv6": ("import socket; socket.socket(socket.AF_INET6)", "EPERM"),
    "open a socket for datagrams": ("import socket; socket.socket(2, 2)", "EPERM"),
    "open a socket for services": ("import socket; socket.socket(socket.AF_UNIX)", "EPERM"),
    "open a socket to the kernel": ("import socket; socket.socket(socket.AF_NETLINK, 3)", "EPERM"),
    "open a socket for packets": ("import socket; socket.socket(socket.AF_PACKET, 3)", "EPERM"),
    "open a pair for something else": ("import socket; socket.socketpair(socket.AF_INET)", "EPERM"),
    "address through a pair": (
        "import socket; socket.socketpair(1, 2)[0].sendto(b'x', '/dev/log')",
        "EPERM",
    ),
    "address in a message": (
        "import socket; socket.socketpair(1, 2)[0].sendmsg([b'x'], [], 0, '/dev/log')",
        "EPERM",
    ),
    "connect a pair anew": ("import socket; socket.socketpair(1, 2)[0].connect('/x')", "EPERM"),
    "listen": ("call('listen', 0, 1)", "EPERM"),
    "queue input and output": ("call('io_uring_setup', 1, 0)", "ENOSYS"),
    "share memory by number": ("call('shmget', 1, 4096, 0o1600)", "EPERM"),
    "queue messages": ("call('mq_open', 0, 0, 0, 0)", "EPERM"),
    "ask for keys": ("call('keyctl', 0, 0, 0)", "EPERM"),
}
PROCESSES = {
    "fork": ("os.fork()", "EPERM"),
    "fork the raw way": ("call('fork')", "EPERM"),
    "fork sharing memory": ("call('vfork')", "EPERM"),
    "clone": ("call('clone', 17, 0, 0, 0, 0)", "EPERM"),
    "clone the newest way": ("call('clone3', 0, 0)", "ENOSYS"),
    "spawn": ("os.posix_spawn('/bin/true', ['true'], {})", "EPERM EACCES"),
    "run a program": ("import subprocess; subprocess.run(['/bin/true'])", "EPERM EACCES"),
    "run a shell": ("assert os.system('true') == 0", "AssertionError"),
    "become a program": ("os.execv('/bin/true', ['true'])", "EPERM EACCES"),
    "become a file of one's own": ("call('execveat', 0, 0, 0, 0, 0x1000)", "EPERM"),
    "use a file without a name": ("os.memfd_create('x')", "ENOSYS"),
    "use secret memory": ("call(447, 0)", "ENOSYS"),
    "signal the host": ("os.kill(host, 0)", "EPERM"),
    "signal all": ("os.kill(-1, 0)", "EPERM"),
    "signal the group": ("os.killpg(0, 0)", "EPERM"),
    "signal a thread of the host": ("call('tgkill', host, host, 0)", "EPERM"),
    "signal any thread": ("call('tkill', host, 0)", "EPERM"),
    "queue a signal": ("call('rt_sigqueueinfo', host, 0, 0)", "EPERM"),
    "signal through a file": ("import fcntl; fcntl.fcntl(0, fcntl.F_SETOWN, host)", "EPERM"),
    "signal through a device": ("import fcntl; fcntl.ioctl(0, 0x8901, bytes(4))", "EPERM"),
    "lease a file": (
        "import fcntl; fcntl.fcntl(os.open(f'{media}/film.mkv', 0), fcntl.F_SETLEASE, 0)",
        "EPERM",
    ),
    "hold the host": ("os.pidfd_open(host)", "ENOSYS"),
    "trace the host": ("call('ptrace', 0x4206, host, 0, 0)", "EPERM"),
    "read the host's memory": ("call('process_vm_readv', host, 0, 0, 0, 0, 0)", "EPERM"),
    "open the host's memory": ("open(f'/proc/{host}/mem', 'rb')", "EACCES"),
    "read the host's environment": ("open(f'/proc/{host}/environ')", "EACCES"),
    "read the host's status": ("open(f'/proc/{host}/status')", "EACCES"),
    "slow the host down": ("os.setpriority(os.PRIO_PROCESS, host, 19)", "EPERM"),
    "outlive the host": ("call('prctl', 1, 0, 0, 0, 0)", "EPERM"),
    "type for a person": ("import fcntl; fcntl.ioctl(0, 0x5412, b'x')", "EPERM"),
    "type with an odd number": ("call('ioctl', 0, 0x100005412, 0)", "EPERM"),
    "become someone else": ("os.setuid(1)", "EPERM"),
    "leave the namespaces": ("call('unshare', 0x10000000)", "EPERM"),
    "load a filter into the kernel": ("call('bpf', 0, 0, 0)", "EPERM"),
    "fault for itself": ("call('userfaultfd', 0)", "EPERM"),
    "use a call of today": ("call(462, 0, 0, 1)", "ENOSYS"),
    "set the clock": ("call('clock_settime', 0, 0)", "EPERM"),
}
THREADS = """
import threading
end = threading.Event()
try:
    for _ in range(10_000):
        threading.Thread(target=end.wait).start()
finally:
    end.set()
"""
LIMITS = {
    "take 10 GB": ("bytearray(10 << 30)", "MemoryError"),
    "take more than its share": ("held = bytearray(300 << 20)", "MemoryError"),
    "share 10 GB": ("import mmap; mmap.mmap(-1, 10 << 30)", "ENOMEM"),
    "share 10 GB bit by bit": (
        "import mmap; held = [mmap.mmap(-1, 1 << 28) for _ in range(40)]",
        "ENOMEM",
    ),
    "take back what it was denied": (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "ValueError EPERM",
    ),
    "open 10,000 files": ("held = [open('/dev/null') for _ in range(10_000)]", "EMFILE"),
    "start 10,000 threads": (THREADS, "RuntimeError"),
}
REFUSED = FILES | NETWORK | PROCESSES | LIMITS


@pytest.mark.parametrize("attempt", REFUSED)
def test_a_guest_may_not(place: Place, attempt: str) -> None:
    code, expected = REFUSED[attempt]
    kept = [place.root / "home", place.root / "media", place.root / "arena"]
    before = [contents(each) for each in kept]
    outcome, enforced = place.attempt(code)
    assert enforced == OPEN
    assert outcome in expected.split()
    assert [contents(each) for each in kept] == before
    assert (place.root / "arena").stat().st_size == 8192


def test_nothing_arrives_at_a_server_on_this_machine(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        code = "import socket; socket.create_connection(('127.0.0.1', port), timeout=5)"
        outcome, _ = place.attempt(code, port=server.getsockname()[1])
        assert outcome == "EPERM"
        with pytest.raises(BlockingIOError):
            server.accept()


def test_the_host_keeps_its_cores_whatever_is_answered(place: Place) -> None:
    cores = os.sched_getaffinity(0)
    assert place.attempt("os.sched_setaffinity(host, {0})") == ("done", OPEN)
    assert os.sched_getaffinity(0) == cores


def test_a_film_is_decoded_and_a_network_runs_inside(place: Place) -> None:
    media_factory.clip(place.root / "media/clip.mkv", seconds=1)
    code = """
with av.open("file:" + media + "/clip.mkv") as container:
    assert sum(frame.to_ndarray().size > 0 for frame in container.decode(video=0)) == 10
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
(probabilities,) = session.run(None, {
    session.get_inputs()[0].name: numpy.zeros((1, 224, 224, 3), numpy.uint8)
})[-1:]
assert numpy.isfinite(probabilities).all()
"""
    done = place.attempt(
        code,
        before="import av, numpy, onnxruntime",
        model=str(resources.path("models/efficientnet-lite0.onnx")),
    )
    assert done == ("done", OPEN)


def test_the_working_folder_and_the_search_path_are_no_leave_to_read(place: Place) -> None:
    code = "import sys; assert '' in sys.path and home in sys.path; open(f'{home}/.ssh/id_ed25519')"
    done = place.attempt(code, before="import sys; sys.path.append(home)")
    assert done == ("EACCES", OPEN)


def test_of_an_editable_install_only_the_package_and_its_resources_are_read(place: Place) -> None:
    repository = Path(__file__).parents[3]
    assert place.attempt("open(f)", f=str(resources.path("models.toml"))) == ("done", OPEN)
    assert place.attempt("open(f)", f=str(repository / "pyproject.toml")) == ("EACCES", OPEN)


def test_devices_are_open_only_to_whom_they_are_given(place: Place) -> None:
    code = """
import fcntl, resource
endless = resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
with open("/dev/full", "r+b", buffering=0) as device:
    assert device.read(8) == bytes(8) and endless
    fcntl.ioctl(device, 0x1234)
"""
    assert place.attempt(code) == ("EACCES", OPEN)
    policy = replace(place.policy, devices=("/dev/full",))
    assert place.attempt(code, policy=policy) == ("ENOTTY", OPEN), "no such control, but no refusal"


def test_a_path_that_is_not_there_is_left_out(place: Place) -> None:
    policy = replace(place.policy, readable=("/nowhere/at/all",), writable=("/nowhere/else",))
    assert place.attempt("open('/nowhere/else/x', 'w')", policy=policy) == ("ENOENT", OPEN)


@pytest.mark.parametrize("attempt", ["socket.socket()", "os.fork()"])
def test_a_thread_that_ran_before_is_held_by_seccomp_and_told_of(
    place: Place, attempt: str
) -> None:
    before = f"""
import os, queue, socket, threading
todo, told = queue.Queue(), queue.Queue()
def work():
    todo.get()
    try:
        {attempt}
    except PermissionError:
        told.put("refused")
threading.Thread(target=work, daemon=True).start()
"""
    outcome, enforced = place.attempt(
        "todo.put(0); assert told.get(timeout=9) == 'refused'", before=before
    )
    assert outcome == "done"
    assert (enforced.network, enforced.processes) == ("", "")
    assert "Threads that ran before (1)" in enforced.files


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        ("os.truncate(f'{media}/film.mkv', 0)", "EPERM"),
        ("os.open(f'{media}/film.mkv', os.O_RDONLY | os.O_TRUNC)", "EPERM"),
        ("os.open(f'{media}/film.mkv', os.O_ACCMODE | os.O_TRUNC)", "EPERM"),
        ("open(f'{scratch}/x', 'w').write('x')", "done"),
    ],
)
def test_on_an_older_kernel_shortening_is_refused_otherwise(
    place: Place, attempt: str, expected: str
) -> None:
    """Of Landlock's second version, which has no right for it, as in Debian 12."""
    older = "from landlock import plumbing; plumbing.landlock_abi_version = lambda: 2"
    assert place.attempt(attempt, before=older) == (expected, OPEN)
    assert (place.root / "media/film.mkv").read_text() == "a film"


def test_without_landlock_the_rest_holds_and_it_is_said(place: Place) -> None:
    lost = "import sys; sys.modules['landlock'] = None"
    outcome, enforced = place.attempt("import socket; socket.socket()", before=lost)
    assert outcome == "EPERM"
    assert enforced.files.startswith("The library “landlock” can't be loaded")
    assert (enforced.network, enforced.processes) == ("", "")


def test_without_libseccomp_the_rest_holds_and_it_is_said(place: Place) -> None:
    lost = "import sys; sys.modules['pyseccomp'] = None"
    outcome, enforced = place.attempt("open(f'{home}/.ssh/id_ed25519')", before=lost)
    assert outcome == "EACCES"
    for each in (enforced.files, enforced.network, enforced.processes):
        assert each.startswith("libseccomp can't be loaded")


def test_libseccomp_is_found_without_a_compiler(place: Place) -> None:
    alone = "import ctypes.util; ctypes.util.find_library = lambda name: None"
    outcome, enforced = place.attempt(
        "import ctypes.util; find = ctypes.util.find_library('m')", before=alone
    )
    assert (outcome, enforced) == ("done", OPEN)


def test_on_another_system_it_is_said_that_nothing_is_enforced(place: Place) -> None:
    elsewhere = "import mediadesk.host.isolate, psutil, sys; sys.platform = 'win32'"
    for name in ("limits", "sandbox"):
        elsewhere += f"; sys.modules.pop('mediadesk.host.isolate.{name}', None)"
    elsewhere += "; from mediadesk.host.isolate import sandbox"
    code = "assert open(f'{home}/.ssh/id_ed25519').read() == 'secret'"
    outcome, enforced = place.attempt(f"{elsewhere}; {code}", before=elsewhere)
    assert outcome == "done"
    assert all(told.endswith("Linux only.") for told in asdict(enforced).values())


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 has other calls inside")
@pytest.mark.parametrize("way", ["x32", "i386"])
def test_calls_of_other_word_lengths_end_the_process(place: Place, way: str) -> None:
    code = {
        "x32": "libc.syscall(0x40000000 | 39)",
        "i386": (  # getpid of 32-bit programs, by the old interrupt
            "import mmap; code = mmap.mmap(-1, 4096, prot=7); "
            r"code.write(b'\xb8\x14\0\0\0\xcd\x80\xc3'); "
            "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()"
        ),
    }[way]
    with place.start("import ctypes; " + code) as guest:
        guest.wait(timeout=60)
    # A kernel without 32-bit programs knows no such interrupt.
    assert guest.returncode in {-signal.SIGSYS, -signal.SIGSEGV if way == "i386" else 0}


def test_a_guest_that_aborts_ends_by_it(place: Place) -> None:
    with place.start("os.abort()") as guest:
        guest.wait(timeout=60)
    assert guest.returncode == -signal.SIGABRT


def test_processor_time_ends_and_can_be_added_to(place: Place) -> None:
    code = """
import time
print("in", flush=True)
until = time.process_time() + 0.3
while time.process_time() < until: pass
input()
while True: pass
"""
    with place.start(code) as guest:
        assert guest.stdout
        assert guest.stdin
        assert guest.stdout.readline() == "in\n"
        sandbox.allow_cpu(guest.pid, 60)
        sandbox.allow_cpu(guest.pid, 0.2)
        guest.stdin.write("\n")
        guest.stdin.flush()
        assert guest.wait(timeout=60) == -signal.SIGXCPU


def test_the_host_measures_memory_and_bears_that_a_guest_is_gone() -> None:
    held = bytes(range(256)) * (64 << 12)
    assert len(held) < sandbox.memory_used(os.getpid()) < psutil.virtual_memory().total
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait(timeout=60)
    assert sandbox.memory_used(gone.pid) == 0
    sandbox.allow_cpu(gone.pid, 1)


def test_a_guest_does_not_outlive_its_host(place: Place) -> None:
    host = f"""
import subprocess, sys
guest = subprocess.Popen(
    [sys.executable, "-c", {GUEST!r}, sys.argv[1]],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
)
print(guest.pid, guest.stdout.readline(), flush=True)
"""
    code = "import signal; print('in', flush=True); signal.pause()"
    what = json.dumps([asdict(place.policy), "", code, place.names()])
    done = subprocess.run(
        [sys.executable, "-c", host, what], capture_output=True, text=True, timeout=60, check=True
    )
    pid, told = done.stdout.split()
    assert told == "in"
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(pid)).wait(timeout=10)
    assert not psutil.pid_exists(int(pid))


@pytest.mark.parametrize("machine", ["X86_64", "AARCH64"])
def test_every_refused_call_is_known_by_its_name(machine: str) -> None:
    from mediadesk.host.isolate.sandbox_calls import pyseccomp, rules

    arch, unknown = getattr(pyseccomp.Arch, machine), -1
    names = {call for _, call, _ in rules(truncate=True) if isinstance(call, str)}
    assert len(names) > 100
    assert not [name for name in names if pyseccomp.resolve_syscall(arch, name) == unknown]


def test_a_policy_travels_as_bytes(place: Place) -> None:
    packed = msgspec.msgpack.encode(place.policy)
    assert msgspec.msgpack.decode(packed, type=Policy) == place.policy


def test_asking_what_can_be_enforced_enforces_nothing() -> None:
    assert sandbox.available() == OPEN
    assert Path("/proc/self/status").read_text().split("NoNewPrivs:")[1].split()[0] == "0"
