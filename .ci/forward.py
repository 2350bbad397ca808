#!/usr/bin/env python3
"""Images a second through four networks, sepal and PyTorch taking turns on the same weights and images.

usage: forward.py BENCH DATA ARCHITECTURES ROUNDS
BENCH is the sepal-bench program, DATA images in CIFAR-10's binary format, ARCHITECTURES the Python file with the networks'
definitions (ZOO) and weights (fill). PyTorch takes the best of several batch sizes and of both memory formats.
"""
import importlib.util, os, re, statistics, subprocess, sys, tempfile, time
import numpy as np, torch

BENCH, DATA, ARCHITECTURES, ROUNDS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
IMAGES = {"resnet56": 1000, "resnet18": 512, "vgg16_bn": 512, "mobilenetv2": 512}
BATCHES = (16, 32, 64, 128, 256)
torch.set_grad_enabled(False)
torch.set_num_threads(os.cpu_count())
spec = importlib.util.spec_from_file_location("architectures", ARCHITECTURES)
zoo = importlib.util.module_from_spec(spec)
spec.loader.exec_module(zoo)
pixels = np.fromfile(DATA, np.uint8, 1000 * 3073).reshape(-1, 3073)[:, 1:].reshape(-1, 3, 32, 32)
mean = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
std = torch.tensor([0.2023, 0.1994, 0.2010]).view(1, 3, 1, 1)
images = (torch.from_numpy(pixels).float() / 255 - mean) / std


def rate(model, count, batch, last):
    x = images[:count].contiguous(memory_format=torch.channels_last if last else torch.contiguous_format)
    start = time.perf_counter()
    for i in range(0, count, batch):
        model.run(x[i:i + batch], lambda *_: None)
    return count / (time.perf_counter() - start)


def best_way(count, make):
    """Batch size and memory format that PyTorch prefers."""
    ways = {}
    for last in (False, True):
        model = make().to(memory_format=torch.channels_last) if last else make()
        rate(model, 64, 32, last)
        for batch in BATCHES:
            ways[batch, last] = (rate(model, min(count, 256), batch, last), model)
    (batch, last), (_, model) = max(ways.items(), key=lambda way: way[1][0])
    return batch, last, model


def ours(file, count):
    text = subprocess.run([BENCH, "forward", "--checkpoint", file, "--data", DATA, "--limit", str(count), "--rounds", "1"],
                          check=True, capture_output=True, text=True).stdout
    return float(re.search(r"([\d.]+) images/s", text).group(1))


print(f"{'network':14}{'sepal':>10}{'PyTorch':>10}  {'images/s; ratio of medians, PyTorch best of its ways':}")
slower = 0
with tempfile.TemporaryDirectory() as folder:
    for name, count in IMAGES.items():
        make = lambda: zoo.fill(zoo.ZOO[name]())
        file = os.path.join(folder, f"{name}.pth")
        torch.save(make().state_dict(), file)
        batch, last, model = best_way(count, make)
        pairs = [(ours(file, count), rate(model, count, batch, last)) for _ in range(ROUNDS)]
        sepal, other = (statistics.median(side) for side in zip(*pairs))
        slower += sepal < other
        form = "channels last" if last else "channels first"
        print(f"{name:14}{sepal:10.1f}{other:10.1f}  {sepal / other:.2f}  (batch {batch}, {form})", flush=True)
sys.exit(1 if slower else 0)
