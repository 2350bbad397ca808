#!/usr/bin/env python3
"""Uses the explorer for MINUTES like a person in a hurry, about ten keys a second: every key of README's table in random
order, the mouse, prompts typed into and cancelled, windows of all sizes. Its memory, threads and open files must stay
where they were after the first quarter, which should be a quarter of an hour, as in a short run everything grows; in the
end it must answer a key within a second and leave with exit code 0.

usage: soak.py SEPAL MINUTES [CHECKPOINT DATA]      (SEED from the environment, default 1; without CHECKPOINT the demo)
"""
import atexit, collections, fcntl, math, os, pathlib, pty, random, re, select, shutil, signal, statistics, struct, sys
import tempfile, termios, time

if len(sys.argv) not in (3, 5):
    sys.exit(__doc__)
sepal, *network = (os.path.abspath(path) for path in [sys.argv[1], *sys.argv[3:]])
seconds = 60 * float(sys.argv[2])
chance = random.Random(int(os.environ.get("SEED", 1)))
folder = pathlib.Path(tempfile.mkdtemp(prefix="sepal-soak-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))

# How much the median of the last quarter may lie above that of the second. What allocators keep back comes and goes, but
# in the half hour between the medians of an hour a leak of 120 bytes a key makes 2 MB. What is resident besides belongs
# to files, and the system has idle threads end when it likes.
allowances = {
    "resident MB": lambda early: math.inf, "anonymous MB": lambda early: max(2, 0.02 * early),
    "threads": lambda early: 4, "files": lambda early: 0}
sizes = [(80, 24), (120, 40), (200, 60)]
tiny = [(1, 1), (9, 3), (20, 8), (40, 12), (79, 23)]
named = {
    "←": "\x1bOD", "→": "\x1bOC", "↑": "\x1bOA", "↓": "\x1bOB", "Home": "\x1bOH", "End": "\x1bOF", "Space": " ",
    "Tab": "\t", "Shift-Tab": "\x1b[Z", "Enter": "\r", "Esc": "\x1b", "Backspace": "\x7f", "\\|": "|", "−": "-"}
# Those that leave, and those that open a prompt: they are typed with what belongs to them.
apart = {"q", "Ctrl-C", ":", "/"}


def table():
    """The keys in the first column of README's table."""
    text = (pathlib.Path(__file__).parent.parent / "README.md").read_text()
    rows = text.split("## Keys")[1].split("\n## ")[0].split("\n\n")[1].splitlines()[2:]
    keys = [key for row in rows for key in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    unknown = [key for key in keys if key not in named and len(key) > 1 and key not in ("gg", "Ctrl-C")]
    assert len(keys) > 60 and not unknown, unknown
    return [named.get(key, key) for key in keys if key not in apart]


class Explorer:
    """The program in a terminal of its own."""

    def __init__(self, words):
        homes = {name: str(folder / name) for name in (
            "HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
        for path in homes.values():
            os.mkdir(path, 0o700)
        (folder / "work").mkdir()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder / "work")
            os.dup2(os.open(folder / "errors", os.O_WRONLY | os.O_CREAT, 0o600), 2)
            os.execve(words[0], words, {
                "PATH": os.defpath, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **homes})
        self.columns, self.rows = 0, 0
        self.status, self.received, self.keys, self.has_mouse = None, 0, 0, False
        self.tail, self.last = b"", collections.deque(maxlen=40)
        self.resize(120, 40)

    def send(self, text):
        self.last.append(text)
        self.keys += 1
        self.write(text.encode())

    def write(self, data):
        try:
            os.write(self.master, data)
        except OSError:
            self.drain(0)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.last.append(f"{columns}x{rows}")
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def drain(self, duration):
        """Reads all there is for so long; the number of bytes."""
        end, count = time.monotonic() + duration, 0
        while self.status is None:
            left = end - time.monotonic()
            if not select.select([self.master], [], [], max(left, 0))[0]:
                break
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                data = b""
            if not data:
                self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                break
            self.take(data)
            count += len(data)
            if left <= 0:
                break
        return count

    def take(self, data):
        """Answers what a terminal is asked, and notes whether the mouse is wanted."""
        self.received += len(data)
        questions = re.compile(rb"\x1b\[(?:5n|6n|c|\?2026\$p|\?1000[hl])")
        text, end = self.tail + data, 0
        for found in questions.finditer(text):
            end = found.end()
            question = found[0][2:]
            if question.startswith(b"?1000"):
                self.has_mouse = question.endswith(b"h")
            else:
                self.write({b"5n": b"\x1b[0n", b"6n": b"\x1b[1;1R", b"c": b"\x1b[?62;22c",
                            b"?2026$p": b"\x1b[?2026;2$y"}[question])
        self.tail = text[end:][-10:]

    def figures(self):
        """Resident and anonymous megabytes, threads, open files."""
        process = pathlib.Path("/proc") / str(self.pid)
        status, memory = ((process / name).read_text() for name in ("status", "smaps_rollup"))
        number = lambda name, text: int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1])
        return (number("VmRSS", status) / 1024, number("Anonymous", memory) / 1024, number("Threads", status),
                len(os.listdir(process / "fd")))

    def quiet(self):
        for _ in range(120):
            if not self.drain(0.5):
                return


def step(explorer, keys):
    """Something that a hand does at a time."""
    kind = chance.random()
    if kind < 0.008:
        # As a tiling window manager does it: for a moment there is room for nothing.
        for size in chance.sample(tiny, chance.randrange(4)):
            explorer.resize(*size)
            explorer.drain(chance.random() / 2)
            explorer.send(chance.choice(keys))
        explorer.resize(*chance.choice(sizes))
    elif kind < 0.02:
        explorer.send(chance.choice(":/"))
        for _ in range(chance.randrange(12)):
            explorer.drain(0.03)
            explorer.send(chance.choice(["a", "e", "l", "r", "2", ".", "*", "?", " ", "é", "\x7f", "\t", *"conv"]))
        # An escape alone is told from a sequence by the pause behind it.
        explorer.send("\x1b")
        explorer.drain(0.1)
    elif kind < 0.12 and explorer.has_mouse:
        button = chance.choice([0, 0, 0, 2, 64, 65])
        place = f"{1 + chance.randrange(explorer.columns)};{1 + chance.randrange(explorer.rows)}"
        explorer.send(f"\x1b[<{button};{place}M" + (f"\x1b[<{button};{place}m" if button < 64 else ""))
    elif kind < 0.15:
        explorer.send(f"{chance.randrange(60)}{chance.choice('GfS')}")
    else:
        key = chance.choice(keys)
        # Held down at times.
        for _ in range(chance.choice([1] * 20 + [12])):
            explorer.send(key)
            explorer.drain(0.06 if key == "\x1b" else 0.01)
    explorer.drain(chance.expovariate(1 / 0.11))


def fail(text):
    print("FAILED  " + text, flush=True)
    sys.exit(1)


def check_alive(explorer):
    if explorer.status is not None:
        fail(f"it ended with {explorer.status} after {list(explorer.last)}: {(folder / 'errors').read_text()}")


def growth(probes, column):
    """The medians of the second and of the last quarter; in the first the analysis runs and caches are filled."""
    quarter = len(probes) // 4
    return (statistics.median(probe[column] for probe in part)
            for part in (probes[quarter : 2 * quarter], probes[-quarter:]))


words = ["demo"]
if network:
    words = ["explore", network[0], "--data", network[1], "--samples", "1000", "-o", str(folder / "work" / "run.sepal")]
explorer = Explorer([sepal, *words])
atexit.register(lambda: explorer.status is None and os.kill(explorer.pid, signal.SIGKILL))
keys, probes = table(), []
print(f"{' '.join(words[:4])}, {len(keys)} keys")
print("minute    keys  received MB  resident MB  anonymous MB  threads  files", flush=True)
explorer.drain(2)
start = time.monotonic()
while (now := time.monotonic() - start) < seconds:
    check_alive(explorer)
    if now >= 10 * len(probes):
        probes.append(explorer.figures())
        if len(probes) % 6 == 1:
            print("{:6.0f}  {:6}  {:11.1f}  {:11.1f}  {:12.1f}  {:7}  {:5}".format(
                now / 60, explorer.keys, explorer.received / 1e6, *probes[-1]), flush=True)
            for file in (folder / "work").glob("*.[st][vx][gt]"):
                file.unlink()
    step(explorer, keys)

explorer.resize(120, 40)
for _ in range(4):
    explorer.send("\x1b")
    explorer.drain(0.2)
explorer.quiet()
before, asked = explorer.received, time.monotonic()
explorer.send("t")
explorer.drain(0)
while explorer.received == before and explorer.status is None and time.monotonic() < asked + 30:
    explorer.drain(0.001)
answered = time.monotonic() - asked
check_alive(explorer)
explorer.quiet()
explorer.send("q")
explorer.drain(10)

problems = []
if len(probes) >= 8:
    for column, (name, allowed) in enumerate(allowances.items()):
        early, late = growth(probes, column)
        print(f"median of the second quarter, of the last: {early:.1f}, {late:.1f} {name}")
        if late > early + allowed(early):
            problems.append(f"{name} grew from {early:.1f} to {late:.1f}")
print(f"a key was answered after {1000 * answered:.0f} ms; it left with {explorer.status}")
if answered > 1:
    problems.append("a key was not answered within a second")
if explorer.status != 0:
    problems.append("it didn't leave with 0")
if problems:
    fail("; ".join(problems))
print("ok")
