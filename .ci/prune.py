#!/usr/bin/env python3
"""Networks cut by sepal, in PyTorch and onnxruntime: every file it writes has to put out what the whole network does with
nothing in the units' places.

usage: prune.py SEPAL SHARED [NAME ...]      (needs torch; onnx, onnxscript and onnxruntime for what is written as ONNX)

SEPAL has sepal-bench beside it, which prints its own logits. The networks are those of SHARED/golden/architectures.json
at full size, with weights that follow from their names; the classes with fewer blocks are those of the tests' zoo. Small
ones come from PyTorch's exporters. Names choose among them.
"""
import contextlib, importlib.util, io, json, logging, os, pathlib, subprocess, sys, tempfile, time, warnings

# A file beside this one has the name of a package that it needs.
sys.path.pop(0)
import numpy as np, torch

try:
    import onnx, onnxruntime, onnxscript
except ImportError as error:
    onnx = None
    print(f"skipped: what is written as ONNX ({error})")

SEPAL, SHARED, ONLY = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
BENCH = os.path.join(os.path.dirname(SEPAL), "sepal-bench")
TOLERANCE = 1e-3
ROOT = pathlib.Path(__file__).resolve().parent.parent
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
# So little work that threads only wait for one another.
torch.set_num_threads(1)


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


zoo = module(ROOT / "Tests/PruningTests/zoo.py")
architectures = module(SHARED / "reference/architectures.py")


def list_without(configuration, *places):
    """A VGG's list without its convolutions of these numbers, counted from 0."""
    convolutions = [index for index, width in enumerate(configuration) if width != "M"]
    gone = {convolutions[place] for place in places}
    return [width for index, width in enumerate(configuration) if index not in gone]


def mobile(*counts):
    return [(e, width, count, stride) for (e, width, _, stride), count in zip(zoo.MOBILENET, counts, strict=True)]


WIDE, SMALL, MLP = (64, 128, 256, 512), (16, 32, 64), (1, 4, 6)
# Of each network: the class, its arguments for the whole and for the cut one, what is cut.
CASES = {
    "resnet18": (zoo.ResNet, [[2, 2, 2, 2]], [[1, 2, 2, 1]], "layer1.0,layer4.1"),
    "resnet34": (zoo.ResNet, [[3, 4, 6, 3]], [[3, 3, 4, 3]], "layer2.1,layer3.2,layer3.5"),
    "resnet50": (zoo.ResNet, [[3, 4, 6, 3], WIDE, zoo.Bottleneck],
                 [[3, 4, 5, 2], WIDE, zoo.Bottleneck], "layer4.1,layer3.2"),
    "resnet101": (zoo.ResNet, [[3, 4, 23, 3], WIDE, zoo.Bottleneck],
                  [[3, 4, 21, 3], WIDE, zoo.Bottleneck], "layer3.9,layer3.22"),
    "resnet20": (zoo.ResNet, [[3, 3, 3], SMALL, zoo.OptionABlock], [[2, 3, 2], SMALL, zoo.OptionABlock],
                 "layer1.0,layer3.1"),
    "resnet56": (zoo.ResNet, [[9, 9, 9], SMALL, zoo.OptionABlock], [[5, 6, 3], SMALL, zoo.OptionABlock],
                 "layer1.0,layer1.3,layer1.4,layer1.8,layer2.1,layer2.7,layer2.8,"
                 "layer3.1,layer3.2,layer3.4,layer3.5,layer3.7,layer3.8"),
    "resnet56-optionB": (zoo.ResNet, [[9, 9, 9], SMALL], [[9, 8, 8], SMALL], "layer2.8,layer3.1"),
    "mobilenetv2": (zoo.MobileNetV2, [], [mobile(1, 1, 3, 3, 3, 2, 1)], "layers.2,layers.9,layers.15"),
    "vgg11_bn": (zoo.VGG, [zoo.VGG11], [list_without(zoo.VGG11, 5, 6)], "features.18,features.22"),
    # All behind the last pool but one: two pools are left, one behind the other.
    "vgg11_bn-mlp": (zoo.VGG, [zoo.VGG11, MLP], [list_without(zoo.VGG11, 6, 7), MLP], "features.22,features.25"),
    "vgg16_bn": (zoo.VGG, [zoo.VGG16], [list_without(zoo.VGG16, 10, 11, 12)], "features.34,features.37,features.40"),
    "vgg16_bn-mlp": (zoo.VGG, [zoo.VGG16, MLP], [list_without(zoo.VGG16, 5, 8, 9, 10), MLP],
                     "features.17,features.27,features.30,features.34"),
    "vgg19_bn": (zoo.VGG, [zoo.VGG19], [list_without(zoo.VGG19, 1, 3)], "features.3,features.10"),
    "vgg19_bn-mlp": (zoo.VGG, [zoo.VGG19, MLP], [list_without(zoo.VGG19, 15), MLP], "features.49"),
}
# Names leave open what lies behind their last convolution: only labels could tell.
OPEN = {"vgg11_bn-mlp", "vgg16_bn"}



def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    types = {"F32": np.float32, "I64": np.int64}
    return {
        name: torch.from_numpy(np.frombuffer(
            data[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]], types[entry["dtype"]])
            .reshape(entry["shape"]).copy())
        for name, entry in json.loads(data[8:start]).items() if name != "__metadata__"}


def in_onnxruntime(path, images):
    onnx.checker.check_model(str(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: images.numpy()})[0]


def loaded(make, state):
    """A network with exactly these parameters, without the time that random ones take."""
    with torch.device("meta"):
        network = make()
    network.load_state_dict(state, strict=True, assign=True)
    return network.eval()


def logits(network, images):
    with torch.inference_mode():
        return network(images).numpy()


def filled(make):
    """The state of one of the shared networks, with weights that follow from their names."""
    with torch.device("meta"):
        network = make()
    network.to_empty(device="cpu")
    for name, buffer in network.named_buffers():
        if name.endswith("num_batches_tracked"):
            buffer.zero_()
    return architectures.fill(network).state_dict()


def in_sepal(path, data, norm):
    return json.loads(run(BENCH, "logits", path, "--data", data, "--norm", norm))["logits"]


def difference(found, expected):
    """The largest, as a share of the largest value of its row."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    if found.shape != expected.shape or not np.isfinite(found).all():
        return float("inf")
    return float((abs(found - expected) / np.abs(expected).max(axis=-1, keepdims=True)).max())


failures = 0


def report(name, found, expected):
    """A line of differences."""
    global failures
    errors = {way: difference(values, expected) for way, values in found.items()}
    ok = all(error <= TOLERANCE for error in errors.values())
    failures += not ok
    print(f"{name:32}" + "  ".join(f"{way} {error:.0e}" for way, error in errors.items()) + ("" if ok else "  NO"),
          flush=True)


def checkpoints(folder):
    """Every network of the zoo, in every format."""
    golden = json.load(open(SHARED / "golden/architectures.json"))
    if missing := golden.keys() - CASES.keys():
        sys.exit(f"nothing is cut from {', '.join(sorted(missing))}")
    records = np.fromfile(SHARED / "data/test_batch.bin", np.uint8, 2 * 3073).reshape(-1, 3073)
    pixels = records[:, 1:].reshape(-1, 3, 32, 32)
    # Ten classes need a label of 9; logits do not depend on labels.
    np.savez(folder / "images.npz", images=pixels, labels=np.array([0, 9]))
    mean, std = ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])
    images = (torch.from_numpy(pixels) / 255 - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    for name, (kind, whole, smaller, cut) in CASES.items():
        if ONLY and name not in ONLY:
            continue
        state = filled(architectures.ZOO[name])
        network = loaded(lambda: kind(*whole), state)
        error = difference(logits(network, images), golden[name]["logits"][:len(images)])
        if error > TOLERANCE:
            sys.exit(f"{name}: the class puts out something else than the collection's: {error}")
        torch.save(state, folder / "whole.pth")
        expected = logits(zoo.without(network, cut.split(",")), images)
        found = {}
        for ending in ["pth", "safetensors"] + (["onnx"] if onnx else []):
            path = folder / f"cut.{ending}"
            run(SEPAL, "prune", folder / "whole.pth", "--cut", cut, "-o", path)
            if ending == "onnx":
                found[ending] = in_onnxruntime(path, images)
            else:
                kept = torch.load(path, weights_only=True) if ending == "pth" else safetensors(path)
                found[ending] = logits(loaded(lambda: kind(*smaller), kept), images)
            if ending != "safetensors" and not (ending == "pth" and name in OPEN):
                found[f"sepal on {ending}"] = in_sepal(path, folder / "images.npz", "cifar10-pixels")
            path.unlink()
        report(name, found, expected)


@contextlib.contextmanager
def quiet():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def graphs(folder):
    """Networks exported by PyTorch, cut, as ONNX and as a checkpoint of the module that the script brings along."""
    images = torch.rand(4, 3, 32, 32)
    np.savez(folder / "images.npz", images=(images * 255).round().to(torch.uint8).numpy(), labels=np.arange(4) * 3)
    images = (images * 255).round() / 255
    widths = (8, 12, 16, 24)
    networks = {
        "basic": (lambda: zoo.ResNet([2, 2, 2, 2], widths), ["layer1.0", "layer3.1"]),
        "bottleneck": (lambda: zoo.ImageNetResNet([1, 2, 3, 1], widths, zoo.DownsampledBottleneck), ["layer3.2"]),
        "option A": (lambda: zoo.ResNet([2, 2, 3], (8, 16, 32), zoo.OptionABlock), ["layer3.1", "layer3.2"]),
        "pre-activation": (lambda: zoo.PreActResNet([1, 1, 1, 3], widths), ["layer4.1"]),
        "mobile": (lambda: zoo.FeaturesMobileNetV2(mobile(1, 2, 2, 1, 1, 2, 1), 8, 64), ["features.3", "features.9"]),
    }
    exports = {
        "legacy": {"dynamo": False}, "legacy, BN kept": {
            "dynamo": False, "training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False},
        "dynamo": {"dynamo": True},
    }
    for name, (make, cut) in networks.items():
        if ONLY and name not in ONLY:
            continue
        torch.manual_seed(1)
        network = make()
        with torch.no_grad():
            for _ in range(3):
                network(torch.rand(8, 3, 32, 32))
        network.eval()
        for exporter, options in exports.items():
            # The new exporter takes its time.
            if options["dynamo"] and name != "basic":
                continue
            path = folder / "whole.onnx"
            batch = ({"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if options["dynamo"]
                     else {"dynamic_axes": {"image": {0: "batch"}, "logits": {0: "batch"}}})
            with quiet():
                torch.onnx.export(network, (images,), path, input_names=["image"], output_names=["logits"],
                                  **options, **batch)
            plan = json.loads(run(SEPAL, "prune", path, "--policy", "none", "--dry-run", "--json"))
            names = [unit["name"] for unit in plan["units"] if unit["obstacle"] is None]
            wanted = [[found for found in names if f"{found}".split("/")[-1] == unit] for unit in cut]
            if any(len(found) != 1 for found in wanted):
                sys.exit(f"{name}, {exporter}: {cut} should be units, there are {names}")
            units = ",".join(found[0] for found in wanted)
            run(SEPAL, "prune", path, "--cut", units, "-o", folder / "cut.onnx")
            run(SEPAL, "prune", path, "--cut", units, "-o", folder / "cut.pth", "--finetune", folder / "tune.py")
            script = module(folder / "tune.py")
            smaller = script.Network().eval()
            script.load_weights(smaller, str(folder / "cut.pth"))
            found = {"onnx": in_onnxruntime(folder / "cut.onnx", images), "script": logits(smaller, images)}
            found["sepal on onnx"] = in_sepal(folder / "cut.onnx", folder / "images.npz", "none")
            # A copy, since the next exporter takes the whole.
            expected = logits(zoo.without(loaded(make, network.state_dict()), cut), images)
            report(f"{name}, {exporter}", found, expected)


start = time.monotonic()
with tempfile.TemporaryDirectory(prefix="sepal-prune-") as place:
    checkpoints(pathlib.Path(place))
    if onnx:
        graphs(pathlib.Path(place))
print(f"{failures} failures" if failures else "all agree", f"({time.monotonic() - start:.0f} s)")
sys.exit(1 if failures else 0)
