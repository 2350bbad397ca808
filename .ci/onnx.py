#!/usr/bin/env python3
"""Networks exported to ONNX by PyTorch, run by sepal and compared with PyTorch.

usage: onnx.py --fixtures DIR
       onnx.py SEPAL_BENCH [--zoo ARCHITECTURES.py GOLDEN.json TEST_BATCH.bin] [--only NAME,...] [--keep DIR]

Needs torch, torchvision, onnx and onnxscript from PyPI, and a built sepal-bench. Weights are random, from a seed, and
a few batches set the statistics of batch normalisation. Each network is exported by both of PyTorch's exporters,
where they can; logits have to agree within 1e-3 of the largest of an image.

With --fixtures DIR it writes the small networks that the tests read, with what PyTorch makes of an image, and does
nothing else. With --zoo the networks of a module with ZOO and fill() as well, as state dicts and exported, against
layers and logits in a JSON file.
"""
import argparse
import contextlib
import importlib.util
import json
import logging
import math
import os
import subprocess
import sys
import tempfile
import warnings

# This file has the name of a package that it needs.
sys.path.pop(0)

import numpy as np
import onnx
import torch
import torchvision

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

NETWORKS = ["resnet18", "resnet50", "vgg11_bn", "mobilenet_v2", "mobilenet_v3_small", "densenet121", "googlenet",
            "squeezenet1_1", "shufflenet_v2_x1_0", "efficientnet_b0", "regnet_y_400mf", "regnet_x_400mf",
            "convnext_tiny", "mnasnet1_0", "resnext50_32x4d"]
# VGG's adaptive pool to 7×7 is only exported where it does nothing.
SIZES = {"vgg11_bn": 224}
IMAGES = 16
TOLERANCE = 1e-3


def network(name, size):
    torch.manual_seed(0)
    options = {"aux_logits": False, "init_weights": True} if name == "googlenet" else {}
    model = getattr(torchvision.models, name)(weights=None, num_classes=10, **options)
    # Statistics other than 0 and 1, and stochastic parts left out.
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.2, 0.2)
            module.momentum = 0.5
        if type(module).__name__ == "CNBlock":
            torch.nn.init.uniform_(module.layer_scale, 0.3, 1)
    with torch.no_grad():
        for _ in range(3):
            model(torch.rand(8, 3, size, size))
    return model.eval()


@contextlib.contextmanager
def quiet():
    """Without what the exporters print, some of it not from Python."""
    sys.stdout.flush()
    kept, nowhere = [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    try:
        yield
    finally:
        sys.stdout.flush()
        for stream, old in zip((1, 2), kept):
            os.dup2(old, stream)
            os.close(old)
        os.close(nowhere)


def export(model, shape, path, exporter, opset, batch="dynamic", **options):
    image = torch.rand(2 if batch == "dynamic" else batch, *shape)
    common = {"input_names": ["image"], "output_names": ["logits"], "opset_version": opset, **options}
    with quiet():
        if exporter == "legacy":
            axes = {"image": {0: "batch"}, "logits": {0: "batch"}} if batch == "dynamic" else None
            torch.onnx.export(model, image, path, dynamo=False, dynamic_axes=axes, **common)
        else:
            shapes = ({0: torch.export.Dim("batch")},) if batch == "dynamic" else None
            torch.onnx.export(model, (image,), path, dynamo=True, dynamic_shapes=shapes, **common)


def run(bench, path, data, *options):
    done = subprocess.run([bench, "logits", path, "--data", data, *options], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}")
    return json.loads(done.stdout)


def relative(found, expected):
    """The largest difference, as a share of the largest value of its row."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    if found.shape != expected.shape:
        return math.inf
    return float((abs(found - expected) / np.abs(expected).max(axis=-1, keepdims=True)).max())


def probed(layer, expected):
    """The largest difference of single values, as a share of the layer's usual value where theirs is less."""
    usual = expected["l2"][0] / math.sqrt(math.prod(expected["shape"]))
    return max(abs(a - b) / max(abs(b), usual) for a, b in zip(layer["probe"], expected["probe"], strict=True))


def row(name, exporter, path, found, error, note=""):
    opset, convolutions = "", ""
    if exporter:
        model = onnx.load(path, load_external_data=False)
        opset = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
        convolutions = sum(n.op_type == "Conv" for n in model.graph.node)
    ok = error <= TOLERANCE
    print(f"{name:22}{exporter or 'none':9}{opset:>5}{convolutions:>6}{len(found['layers']):8}{error:13.2e}  "
          f"{'ok' if ok else 'NO'}{note}", flush=True)
    return ok


def title():
    print(f"{'network':22}{'exporter':9}{'opset':>5}{'conv':>6}{'layers':>8}{'error':>13}")


def torchvision_networks(bench, folder, names):
    """Legacy at the oldest operators and at newer ones with a batch of 1, dynamo at the newest it knows."""
    random = np.random.default_rng(1)
    failures = 0
    title()
    for name in names:
        size = SIZES.get(name, 64)
        images = random.integers(0, 256, (IMAGES, 3, size, size), dtype=np.uint8)
        data = os.path.join(folder, "images.npz")
        np.savez(data, images=images, labels=np.arange(IMAGES) % 10)
        model = network(name, size)
        with torch.no_grad():
            expected = model(torch.from_numpy(images).float() / 255).numpy()
        for exporter, opset, batch in [("legacy", 11, "dynamic"), ("legacy", 17, 1), ("dynamo", 18, "dynamic"),
                                       ("dynamo", None, 1)]:
            path = os.path.join(folder, f"{name}-{exporter}-{opset}.onnx")
            try:
                export(model, (3, size, size), path, exporter, opset, batch)
            except Exception as error:  # what an exporter cannot do is no failure of the program
                print(f"{name:22}{exporter:9}{opset or 0:5}  not exported: {str(error).splitlines()[0][:70]}")
                continue
            try:
                found = run(bench, path, data, "--layers")
                failures += not row(name, exporter, path, found, relative(found["logits"], expected))
            except RuntimeError as error:
                failures += 1
                print(f"{name:22}{exporter:9}{opset or 0:5}  {error}", flush=True)
    return failures


def zoo(bench, folder, module_path, golden_path, batch_path, only):
    """Layers and logits of networks whose weights follow from their names."""
    spec = importlib.util.spec_from_file_location("architectures", module_path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    golden = json.load(open(golden_path))
    records = np.fromfile(batch_path, np.uint8, 4 * 3073).reshape(-1, 3073)
    data = os.path.join(folder, "cifar.npz")
    # Ten classes need a label of 9; logits do not depend on labels.
    np.savez(data, images=records[:, 1:].reshape(-1, 3, 32, 32), labels=np.array([0, 1, 2, 9]))

    failures = 0
    print()
    title()
    for name in [n for n in golden if not only or n in only]:
        model = module.fill(module.ZOO[name]())
        type(model).forward = lambda self, x: self.run(x, lambda name, value: None)
        expected = golden[name]
        preserve = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
        for exporter, opset, options in [("", 0, {}), ("legacy", 13, preserve), ("legacy", 11, {}), ("dynamo", None, {})]:
            path = os.path.join(folder, f"zoo-{name}-{exporter}-{opset}" + (".onnx" if exporter else ".pth"))
            if exporter:
                export(model, (3, 32, 32), path, exporter, opset, "dynamic", **options)
            else:
                torch.save(model.state_dict(), path)
            try:
                found = run(bench, path, data, "--layers", "--norm", "cifar10-pixels")
            except RuntimeError as error:
                failures += 1
                print(f"{name:22}{exporter:9}{opset or 0:5}  {error}", flush=True)
                continue
            error = relative(found["logits"], expected["logits"])
            layers, wanted = found["layers"], expected["layers"]
            note = f"  {len(wanted)} layers expected" if len(layers) != len(wanted) else ""
            if not note:
                error = max([error] + [relative(a["l2"], b["l2"]) for a, b in zip(layers, wanted)]
                            + [abs(a["cos01"] - b["cos01"]) for a, b in zip(layers, wanted)]
                            + [probed(a, b) for a, b in zip(layers, wanted)])
                same = sum(a["name"] == b["name"] for a, b in zip(layers, wanted))
                shapes = all(a["shape"] == b["shape"] for a, b in zip(layers, wanted))
                note = f"  {same} names as in the checkpoint" + ("" if shapes else ", other shapes")
                # Folded exports rename what was folded; a checkpoint has no excuse.
                failures += not shapes or (not exporter and same < len(wanted))
                failures += not exporter and found["parameters"] != expected["parameters"]
            else:
                failures += 1
            failures += not row(name, exporter, path, found, error, note)
            os.remove(path)
    return failures


def fixtures(folder):
    """Three networks of a few kilobytes: a residual block with a gate and hardswish, a shuffle unit, a ConvNeXt block."""
    nn = torch.nn

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.bn = nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8)
            self.conv, self.bn2 = nn.Conv2d(8, 8, 3, 1, 1, groups=4, bias=False), nn.BatchNorm2d(8)
            self.fc1, self.fc2 = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1)
            self.last, self.bn3, self.head = nn.Conv2d(8, 8, 1, bias=False), nn.BatchNorm2d(8), nn.Linear(8, 4)

        def forward(self, x):
            f = nn.functional
            x = f.hardswish(self.bn(self.stem(x)))
            y = f.relu6(self.bn2(self.conv(x)))
            y = y * f.hardsigmoid(self.fc2(f.relu(self.fc1(f.adaptive_avg_pool2d(y, 1)))))
            x = x + self.bn3(self.last(y))
            return self.head(x.mean([2, 3]))

    class Shuffle(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.right, self.head = nn.Conv2d(3, 8, 3), nn.Conv2d(4, 4, 1), nn.Linear(8, 4)

        def forward(self, x):
            x = nn.functional.silu(self.stem(x))
            x = nn.functional.avg_pool2d(x, 3, 2, 1, ceil_mode=True)
            left, right = x.chunk(2, 1)
            x = torch.cat([left, nn.functional.leaky_relu(self.right(right), 0.1)], 1)
            n, c, h, w = x.size()
            x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
            return self.head(x.mean([2, 3]))

    class ConvNeXt(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.norm0 = nn.Conv2d(3, 8, 2, 2), nn.LayerNorm(8, eps=1e-6)
            self.depthwise, self.norm = nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.LayerNorm(8, eps=1e-6)
            self.expand, self.shrink = nn.Linear(8, 16), nn.Linear(16, 8)
            self.scale, self.head = nn.Parameter(torch.rand(8)), nn.Linear(8, 4)

        def forward(self, x):
            x = self.norm0(self.stem(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
            y = self.scale * self.shrink(nn.functional.gelu(self.expand(y)))
            x = x + y.permute(0, 3, 1, 2)
            return self.head(x.mean([-2, -1]))

    os.makedirs(folder, exist_ok=True)
    image = torch.tensor([(i * 37) % 101 / 101 - 0.5 for i in range(3 * 8 * 8)]).reshape(1, 3, 8, 8)
    logits = {}
    for name, kind in [("residual", Residual), ("shuffle", Shuffle), ("convnext", ConvNeXt)]:
        torch.manual_seed(1)
        model = kind()
        with torch.no_grad():
            for _ in range(3):
                model(torch.rand(8, 3, 8, 8))
            model.eval()
            expected = model(image)[0].tolist()
        for exporter, opset, options in [("legacy", 11, {"training": torch.onnx.TrainingMode.PRESERVE,
                                                         "do_constant_folding": False}),
                                         ("legacy", 17, {}), ("dynamo", None, {"external_data": False})]:
            file = f"{name}-{exporter}{opset or ''}.onnx"
            path = os.path.join(folder, file)
            export(model, (3, 8, 8), path, exporter, opset, "dynamic", **options)
            exported = onnx.load(path)
            for node in list(exported.graph.node) + list(exported.graph.input) + list(exported.graph.output):
                node.doc_string = ""
                del node.metadata_props[:]
            del exported.graph.value_info[:]
            onnx.save(exported, path)
            logits[file] = expected
            print(f"{file:24}{os.path.getsize(path):7} bytes")
    json.dump(logits, open(os.path.join(folder, "logits.json"), "w"), indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", nargs="?")
    parser.add_argument("--fixtures")
    parser.add_argument("--zoo", nargs=3, metavar=("MODULE", "GOLDEN", "IMAGES"))
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    if arguments.fixtures:
        return fixtures(arguments.fixtures)
    if not arguments.bench:
        parser.error("which sepal-bench?")
    only = [name for name in arguments.only.split(",") if name]
    with contextlib.ExitStack() as stack:
        folder = arguments.keep or stack.enter_context(tempfile.TemporaryDirectory())
        os.makedirs(folder, exist_ok=True)
        failures = torchvision_networks(
            arguments.bench, folder, [n for n in NETWORKS if not only or n in only])
        if arguments.zoo:
            failures += zoo(arguments.bench, folder, *arguments.zoo, only)
    print(f"{failures} failures" if failures else "all agree")
    sys.exit(1 if failures else 0)


main()
