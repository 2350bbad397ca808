#!/usr/bin/env python3
"""Cut networks whose layers are fitted, against an independent implementation, PyTorch and onnxruntime.

usage: reconstruct.py SEPAL SHARED [NAME…]

Each network is cut and reconstructed on 1,000 images without labels and counted on 10,000 others: as many must be right as
the independent reconstruction gets, less 0.3 points. The file that is written must load in the collection's class with
`strict=True`, and get as many images right there, and as ONNX in onnxruntime, as sepal said, to one image.
"""
import json, pathlib, subprocess, sys, tempfile, time

# A file beside this one has the name of a package that it needs.
sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent / "Tests/PruningTests")
import numpy as np, torch, zoo

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

SEPAL, SHARED, *ONLY = sys.argv[1:]
SHARED = pathlib.Path(SHARED)
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
PIXELS = ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])
SMALL = (16, 32, 64)


VGG = [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, "M", 512, 512, "M"]
# Checkpoint, units cut, class of what is left, normalisation; accuracy that the independent reconstruction has (0 where it
# can't: a run of units across a pool).
CASES = {
    "resnet20": ("resnet20-12fca82f.th", "layer2.1,layer2.2",
                 lambda: zoo.ResNet([3, 1, 3], SMALL, zoo.OptionABlock), IMAGENET, 0.7709),
    "resnet56, what Criterion I flags": (
        "resnet56-4bfd9763.th",
        "layer1.0,layer1.1,layer1.2,layer1.3,layer1.4,layer1.5,layer1.6,layer1.8,layer2.2,layer2.3,layer2.4,layer2.5,"
        "layer2.6", lambda: zoo.ResNet([1, 4, 9], SMALL, zoo.OptionABlock), IMAGENET, 0.7977),
    "resnet56, the paper's table 1": (
        "resnet56-4bfd9763.th",
        "layer1.0,layer1.3,layer1.4,layer1.8,layer2.1,layer2.7,layer2.8,layer3.1,layer3.2,layer3.4,layer3.5,layer3.7,"
        "layer3.8", lambda: zoo.ResNet([5, 6, 3], SMALL, zoo.OptionABlock), IMAGENET, 0.6879),
    "vgg16_bn": ("vgg16_bn-jpeg.pth", "features.17,features.27,features.30,features.34",
                 lambda: zoo.VGG(VGG), PIXELS, 0.0),
}


def batches(records, normalization):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in normalization)
    for start in range(0, len(records), 500):
        pixels = torch.from_numpy(records[start:start + 500, 1:].reshape(-1, 3, 32, 32).copy())
        yield (pixels.float() / 255 - mean) / std


def right(score, records, normalization):
    """How many images are classified as labelled."""
    found = np.concatenate([score(images).argmax(1) for images in batches(records, normalization)])
    return int((found == records[:, 0]).sum())


def in_torch(path, make, records, normalization):
    network = make()
    network.load_state_dict(torch.load(path, weights_only=True), strict=True)
    network.eval()
    with torch.inference_mode():
        return right(lambda images: network(images).numpy(), records, normalization)


def in_onnxruntime(path, records, normalization):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return right(lambda images: session.run(None, {name: images.numpy()})[0], records, normalization)


failures = 0
records = np.fromfile(SHARED / "data/test_batch.bin", np.uint8).reshape(-1, 3073)
with tempfile.TemporaryDirectory(prefix="sepal-reconstruct-") as folder:
    for name, (checkpoint, cut, make, normalization, least) in CASES.items():
        if ONLY and name not in ONLY:
            continue
        counts, start = {}, time.monotonic()
        for ending in ["pth"] + (["onnx"] if onnxruntime else []):
            path = pathlib.Path(folder) / f"small.{ending}"
            done = subprocess.run(
                [SEPAL, "prune", SHARED / "data/checkpoints" / checkpoint, "--data", SHARED / "data/test_batch.bin",
                 "--calibrate", SHARED / "data/train/calibration-1000.bin", "--cut", cut, "--json", "-o", path],
                capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"{name}: exit {done.returncode}: {done.stderr}")
            accuracy = json.loads(done.stdout)["accuracy"]
            if accuracy["images"] != len(records) or accuracy["calibration"]["images"] != 1000:
                sys.exit(f"{name}: {accuracy}")
            told = round(accuracy["reconstructed"] * len(records))
            found = (in_torch(path, make, records, normalization) if ending == "pth"
                     else in_onnxruntime(path, records, normalization))
            counts[ending] = found - told
        ok = accuracy["reconstructed"] >= least - 0.003 and all(abs(count) <= 1 for count in counts.values())
        failures += not ok
        print(f"{name:34} whole {accuracy['whole']:.4f}  cut {accuracy['cut']:.4f}  "
              f"reconstructed {accuracy['reconstructed']:.4f} (independently {least:.4f})  "
              + "  ".join(f"{ending} {count:+d} images" for ending, count in counts.items())
              + f"  {time.monotonic() - start:.0f} s" + ("" if ok else "  NO"), flush=True)
print(f"{failures} failures" if failures else "all agree")
sys.exit(1 if failures else 0)
