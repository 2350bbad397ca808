#!/usr/bin/env python3
"""Holds sepal-mpi to sepal: the same run file and figures for one, two and three processes, also where one of them was
killed on the way, and one clear line for what can't be done.

usage: mpi.py SEPAL SEPAL-MPI CHECKPOINT IMAGES      (needs mpirun)
"""
import atexit, json, os, pathlib, shutil, signal, sqlite3, subprocess, sys, tempfile, time

sepal, program, checkpoint, images = (os.path.abspath(path) for path in sys.argv[1:5])
folder = pathlib.Path(tempfile.mkdtemp(prefix="sepal-mpi-"))
atexit.register(shutil.rmtree, folder)
options = ["--samples", "1000", "--threads", "1"]


def command(processes, *words):
    return ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(processes), program, *words]


def analysis(processes, run):
    return command(processes, "analyze", checkpoint, "--data", images, "-o", str(run), "--json", *options)


def figures(text):
    """The JSON without what passes: times and memory."""
    run = json.loads(text)
    for key in ("seconds", "peakMemoryBytes"):
        run.pop(key, None)
    for layer in run["layers"]:
        layer.pop("seconds", None)
    return run


def adds_up(text):
    """Whether more was worked than time has passed."""
    seconds = json.loads(text)["seconds"]
    total = seconds.pop("total")
    return sum(seconds.values()) > total


def blobs(run):
    """Edges, neighbours, Gram matrices and maps of all layers, and the pictures."""
    with sqlite3.connect(run) as file:
        return [
            file.execute(f"SELECT * FROM {table} ORDER BY position").fetchall()
            for table in ("graph", "geometry", "thumbnail")
        ]


def check(fact, text):
    print(("ok      " if fact else "FAILED  ") + text, flush=True)
    if not fact:
        sys.exit(1)


def run(words, status=0):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != status:
        print(done.stdout, done.stderr)
        check(False, f"{' '.join(words[-6:])} ended with {done.returncode}, expected {status}")
    return done


alone = folder / "alone.sepal"
start = time.monotonic()
expected = figures(
    run([sepal, "analyze", checkpoint, "--data", images, "-o", str(alone), "--json", *options]).stdout)
print(f"sepal alone, one thread: {time.monotonic() - start:.1f} s")
for processes in (1, 2, 3):
    file = folder / f"{processes}.sepal"
    start = time.monotonic()
    found = run(analysis(processes, file))
    print(f"{processes} process{'es' if processes > 1 else ''} of one thread: {time.monotonic() - start:.1f} s")
    check(figures(found.stdout) == expected, f"figures of {processes} processes are those of one program")
    check(blobs(file) == blobs(alone), "so are all edges, neighbours, maps and pictures, bit for bit")
    check(processes == 1 or adds_up(found.stdout), "what each has worked is added up")
    check(found.stderr.count("19 layers") + found.stderr.count("layer 1/19") == 1, "progress is told once")
    again = run(analysis(processes, file))
    check(figures(again.stdout) == expected, "a finished run is told as it is")

file = folder / "killed.sepal"
job = subprocess.Popen(analysis(2, file), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished():
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM layer").fetchone()[0]
    except sqlite3.Error:
        return 0


def victim():
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if b"OMPI_COMM_WORLD_RANK=1" in (entry / "environ").read_bytes().split(b"\0"):
                if os.readlink(entry / "exe") == os.path.realpath(program) and str(file).encode() in (
                        entry / "cmdline").read_bytes():
                    return int(entry.name)
        except OSError:
            pass
    return None


while finished() < 3 and job.poll() is None:
    time.sleep(0.01)
os.kill(victim(), signal.SIGKILL)
_, said = job.communicate(timeout=60)
kept = finished()
check(job.returncode != 0 and "signal 9" in said, "a killed process ends the job, and mpirun says so")
check(3 <= kept < 19, f"{kept} finished layers are kept")
check(len(json.loads(run([sepal, "report", str(file), "--json"]).stdout)["layers"]) == kept, "the run file opens")
resumed = run(analysis(3, file))
check(figures(resumed.stdout) == expected and blobs(file) == blobs(alone), "the same command goes on to the same end")

for words, status, part in [
    (["analyze", str(folder / "none.pth"), "--data", images], 74, "none.pth"),
    (["analyze", checkpoint, "--data", images, "--samples", "x"], 64, "Error: "),
    (["analyze", checkpoint, "--data", images, "-o", "/nowhere/a.sepal"], 74, "/nowhere"),
    (["analyze", checkpoint, "--data", images, "-o", str(alone), "--samples", "500"], 65, "another run"),
]:
    done = run(command(2, *words), status)
    lines = [line for line in done.stderr.splitlines() if part in line]
    check(len(lines) == 1, f"said once, exit code {status}: {lines[0].removeprefix('sepal: ')[:70] if lines else done.stderr}")
check("--shard" not in run(command(2, "analyze", "--help")).stdout, "help")
