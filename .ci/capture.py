#!/usr/bin/env python3
"""Captures a network's features in PyTorch and compares their analysis with sepal's own path, figure by figure and edge by
edge; then tries chains of other networks.

usage: capture.py SEPAL CHECKPOINT.th test_batch.bin [SAMPLES]      (needs torch)
"""
import json, os, pathlib, shutil, sqlite3, subprocess, sys, tempfile, warnings
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F

sepal, checkpoint, images = sys.argv[1:4]
samples = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
folder = pathlib.Path(tempfile.mkdtemp(prefix="sepal-capture-"))
(folder / "sepal_capture.py").write_bytes(subprocess.run([sepal, "capture"], check=True, capture_output=True).stdout)
sys.path.insert(0, str(folder))
from sepal_capture import capture


class LambdaLayer(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class BasicBlock(nn.Module):
    """Two convolutions; option A's shortcut takes every second pixel and puts zero channels on both sides."""

    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False), nn.BatchNorm2d(planes)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != planes:
            self.shortcut = LambdaLayer(
                lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, planes // 4, planes // 4), "constant", 0))

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)


class ResNet(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        inputs = 16
        for stage, planes in enumerate((16, 32, 64), 1):
            blocks = []
            for index in range((depth - 2) // 6):
                blocks.append(BasicBlock(inputs, planes, 2 if stage > 1 and index == 0 else 1))
                inputs = planes
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.layer3(self.layer2(self.layer1(out)))
        out = F.avg_pool2d(out, out.size()[3])
        return self.linear(out.view(out.size(0), -1))


def load():
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)["state_dict"]
    state = {name.removeprefix("module."): value for name, value in state.items()}
    depth = 2 * sum(name.endswith("conv1.weight") and name.startswith("layer") for name in state) + 2
    model = ResNet(depth)
    model.load_state_dict(state)
    return model.eval()


def batches(size=250):
    records = np.fromfile(images, np.uint8).reshape(-1, 3073)[:samples + 100]
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    for start in range(0, len(records), size):
        part = records[start:start + size]
        pixels = torch.from_numpy(part[:, 1:].reshape(-1, 3, 32, 32)).float()
        yield (pixels / 255 - mean) / std, torch.from_numpy(part[:, 0].astype(np.int64))


def unpack(blob):
    """The edges of a run file: varint steps of source and target, then similarities (float32)."""
    place = 0

    def number():
        nonlocal place
        value = shift = 0
        while True:
            byte = blob[place]
            place, value, shift = place + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    pairs, source, target = [], 0, 0
    for _ in range(number()):
        step, distance = number(), number()
        target = (max(target, source) if step == 0 else source + step) + distance
        source += step
        pairs.append((source, target))
    return dict(zip(pairs, np.frombuffer(blob, "<f4", offset=place, count=len(pairs))))


def analyze(name, *arguments):
    """The report of a run, and the set of each layer's edges."""
    run = folder / f"{name}.sepal"
    command = [sepal, "analyze", *map(str, arguments), "--samples", str(samples), "--json", "-o", str(run)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    edges = {}
    with sqlite3.connect(run) as database:
        for position, blob in database.execute("SELECT position, edges FROM graph ORDER BY position"):
            edges[report["layers"][position]["name"]] = unpack(blob)
    return report, edges


def capture_all():
    model = load()
    with capture(nn.DataParallel(model), str(folder / "features"), limit=samples) as c:
        for pixels, labels in batches():
            c.labels(labels)
            c.logits(model(pixels))
    assert "forward" not in model.__dict__ and torch.is_grad_enabled()


def compare():
    """A table of both ways' figures; edges that one has and the other has not, and how near the threshold they are."""
    own, own_edges = analyze("own", checkpoint, "--data", images, "--limit", samples)
    taken, taken_edges = analyze("captured", folder / "features")
    failures = []
    for key in ("accuracy", "edges", "samples", "order"):
        if own[key] != taken[key]:
            failures.append(f"{key}: {own[key]} and {taken[key]}")
    if [layer["name"] for layer in own["layers"]] != [layer["name"] for layer in taken["layers"]]:
        failures.append(f"layers: {[layer['name'] for layer in taken['layers']]}")
    print(f"{'layer':<16} {'r':>8} {'correct':>8} {'wrong':>6} {'M':>9} {'AQ':>9} {'EQ':>9} {'Q':>9}"
          f" {'max |d| of M AQ EQ Q':>21} {'edges apart':>11}  nearness to the threshold")
    apart = 0
    for a, b in zip(own["layers"], taken["layers"]):
        name = a["name"]
        x, y = own_edges[name], taken_edges[name]
        differing = x.keys() ^ y.keys()
        apart += len(differing)
        change = max(abs(a[key] - b[key]) for key in ("M", "AQ", "EQ", "luQ"))
        # An edge may tip only where its similarity is the threshold's but for rounding.
        near = max((abs(float({**x, **y}[pair]) - a["minEdge"]) for pair in differing), default=0)
        print(f"{name:<16} {b['r']:8.5f} {b['correct']:8d} {b['wrong']:6d} {b['M']:9.6f} {b['AQ']:9.6f} {b['EQ']:9.6f}"
              f" {b['luQ']:9.6f} {change:21.1e} {len(differing):11d}" + (f"  {near:.1e}" if differing else ""))
        if a["shape"] != b["shape"] or a["block"] != b["block"]:
            failures.append(f"{name}: shape {b['shape']}, block {b['block']}")
        if near > 2e-6:
            failures.append(f"{name}: an edge differs whose similarity is {near:.1e} from the threshold")
        if not differing and (a["correct"], a["wrong"], a["r"]) != (b["correct"], b["wrong"], b["r"]):
            failures.append(f"{name}: same edges, other counts")
        if change > 1e-5 + 1 / own["edges"] * len(differing):
            failures.append(f"{name}: figures differ by {change:.1e}")
    print(f"{len(own['layers'])} layers, {own['edges']} edges each, {apart} edges differ")
    return failures


# Chains of other networks: what is a layer, and where each ends.

class PreActivation(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.bn1, self.a = nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3, padding=1)
        self.bn2, self.b = nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)

    def forward(self, x):
        x = self.conv1(x)
        x = self.b(F.relu(self.bn2(self.a(F.relu(self.bn1(x)))))) + x
        return F.relu(self.bn(x)).mean((2, 3))


class Bottleneck(nn.Module):
    """Inverted residuals with squeeze-excite, SiLU by its Mul form, a shortcut with a convolution, one block without."""

    def __init__(self):
        super().__init__()
        self.stem, self.bn0 = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.expand, self.bn1 = nn.Conv2d(4, 8, 1), nn.BatchNorm2d(8)
        self.pool, self.down, self.up = nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)
        self.project, self.bn2 = nn.Conv2d(8, 4, 1), nn.BatchNorm2d(4)
        self.beside = nn.Conv2d(4, 4, 1)
        self.last, self.bn3, self.drop = nn.Conv2d(4, 6, 1), nn.BatchNorm2d(6), nn.Dropout()

    def forward(self, x):
        x = self.bn0(self.stem(x))
        x = x * torch.sigmoid(x)
        y = self.bn1(self.expand(x))
        y = y * F.relu6(y + 3) / 6
        y = y * torch.sigmoid(self.up(F.relu(self.down(self.pool(y)))))
        x = self.drop(self.bn2(self.project(y))) + self.beside(x)
        return self.bn3(self.last(x)).flatten(1)


class Untraceable(nn.Module):
    def __init__(self):
        super().__init__()
        self.late, self.early = nn.Conv2d(4, 4, 3), nn.Conv2d(3, 4, 3)
        self.bn, self.act = nn.BatchNorm2d(4), nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.act(self.bn(self.early(x)))
        if x.sum() > 1e9:
            x = x / 2
        return self.late(x).mean((2, 3))


def chains():
    x = torch.randn(6, 3, 5, 5, generator=torch.Generator().manual_seed(1))
    failures = []

    def check(model, expected, blocks=None, **options):
        """`expected` gives each layer's value by the modules themselves."""
        model = model.eval()
        path = folder / f"{type(model).__name__}-{len(os.listdir(folder))}"
        with capture(model, str(path), progress=False, **options) as c:
            for part in x.split(4):
                c.labels([0, 1, 0, 1][:len(part)])
                model(part)
        about = json.load(open(path / "layers.json"))
        with torch.no_grad():
            values = expected(model)
        if about["layers"] != list(values) or about["blocks"] != (blocks or list(values)):
            failures.append(f"{path.name}: layers {about['layers']}, blocks {about['blocks']}")
        for name in filter(about["layers"].__contains__, values):
            found = np.load(path / f"{name}.npy")
            if found.shape != tuple(values[name].shape) or not np.allclose(found, values[name], atol=1e-5):
                failures.append(f"{path.name}: {name} is another tensor")
        print(f"{path.name}: {', '.join(about['layers'])}")

    def pre(m):
        stem = m.conv1(x)
        a = m.a(F.relu(m.bn1(stem)))
        return {"conv1": stem, "a": a, "b": m.b(F.relu(m.bn2(a))) + stem}

    def bottleneck(m):
        stem = F.silu(m.bn0(m.stem(x)))
        y = F.hardswish(m.bn1(m.expand(stem)))
        z = m.bn2(m.project(y * torch.sigmoid(m.up(F.relu(m.down(m.pool(y))))))) + m.beside(stem)
        return {"stem": stem, "expand": y, "project": z, "last": m.bn3(m.last(z))}

    def untraceable(m):
        early = F.relu(m.bn(m.early(x)))
        return {"early": early, "late": m.late(early)}

    torch.manual_seed(2)
    check(PreActivation(), pre, ["conv1", "b"])
    check(Bottleneck(), bottleneck, ["stem", "project", "last"])
    check(Bottleneck(), lambda m: {name: bottleneck(m)[name] for name in ("expand",)}, layers=["expand"])
    check(Bottleneck(), lambda m: {"bn2": m.bn2(m.project(
        bottleneck(m)["expand"] * torch.sigmoid(m.up(F.relu(m.down(m.pool(bottleneck(m)["expand"])))))))}, layers=["bn2"])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check(Untraceable(), untraceable)
    if not any("torch.fx can't trace" in str(warning.message) for warning in caught):
        failures.append("no warning where tracing fails")

    def refused(problem, build, **options):
        try:
            with capture(build(), str(folder / "refused"), progress=False, **options):
                pass
        except (ValueError, RuntimeError) as error:
            if problem not in str(error):
                failures.append(f"{problem}: {error}")
        else:
            failures.append(f"{problem}: not refused")
        if (folder / "refused").exists() or list(folder.glob("refused*")):
            failures.append(f"{problem}: files are left behind")

    refused("training mode", Bottleneck)
    refused("no module is called x", lambda: Bottleneck().eval(), layers=["x"])
    refused("is no layer", lambda: Bottleneck().eval(), layers=["beside"])
    refused("never called", lambda: Bottleneck().eval())
    refused("no convolution", lambda: nn.Linear(2, 2).eval())
    refused("float32 or float16", lambda: Bottleneck().eval(), dtype="int8")
    return failures


try:
    capture_all()
    failures = compare() + chains()
finally:
    shutil.rmtree(folder)
print("\n".join(failures) or "capture: all as it should be")
sys.exit(1 if failures else 0)
