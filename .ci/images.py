#!/usr/bin/env python3
"""Compares sepal's pixels with Pillow's, on real JPEGs and on made-up pictures resized and cropped as torchvision does.

Usage: SEPAL_SHARED=DIR .ci/images.py    (needs Pillow before 13 and numpy; the tests must have been built)
Pillow 13 resizes pictures more than twice as high as wide columns first, which moves some values by one.
With --sepal PROGRAM CHECKPOINT it also shows that the image folder and the same images in CIFAR's binary form give the
same figures.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import PIL
from PIL import Image


def files(folder):
    """Paths and labels, dealt round-robin over the classes, as sepal orders a folder."""
    classes = sorted(entry.name for entry in Path(folder).iterdir() if entry.is_dir())
    ranked = [
        (rank, label, path)
        for label, name in enumerate(classes)
        for rank, path in enumerate(sorted((Path(folder) / name).iterdir()))
    ]
    return [(path, label) for _, label, path in sorted(ranked, key=lambda item: item[:2])]


def resize(image, size):
    """torchvision.transforms.functional.resize of a PIL image, bilinear."""
    width, height = image.size
    short, long = min(width, height), max(width, height)
    other = int(size * long / short)
    new = (size, other) if width <= height else (other, size)
    return image if new == image.size else image.resize(new, Image.BILINEAR)


def crop(image, side):
    """torchvision.transforms.functional.center_crop of a PIL image."""
    width, height = image.size
    if side > width or side > height:
        left = (side - width) // 2 if side > width else 0
        top = (side - height) // 2 if side > height else 0
        right = (side - width + 1) // 2 if side > width else 0
        bottom = (side - height + 1) // 2 if side > height else 0
        padded = Image.new(image.mode, (width + left + right, height + top + bottom))
        padded.paste(image, (left, top))
        image = padded
        width, height = image.size
    top, left = int(round((height - side) / 2.0)), int(round((width - side) / 2.0))
    return image.crop((left, top, left + side, top + side))


def pixels(path, size):
    with Image.open(path) as image:
        image = image.convert("RGB")
    if size[0]:
        image = resize(image, size[0])
    if size[1]:
        image = crop(image, size[1])
    return np.asarray(image).transpose(2, 0, 1)


def compare(name, folder, size, scratch, asked=None):
    """Runs the test that compares a folder, at a size; `asked` is what sepal is told where that differs."""
    chosen = files(folder)
    npz = scratch / "pillow.npz"
    np.savez(
        npz,
        images=np.stack([pixels(path, size) for path, _ in chosen]),
        labels=np.array([label for _, label in chosen]),
    )
    given = size if asked is None else asked
    environment = dict(
        os.environ,
        SEPAL_PILLOW_NPZ=str(npz),
        SEPAL_PILLOW_IMAGES=str(folder),
        SEPAL_PILLOW_SIZE=",".join("" if number is None else str(number) for number in given),
    )
    command = ["swift", "test", "--skip-build", "--disable-xctest", "--filter", "PillowTests"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("pillow: ")]
    print(f"{name}: {lines[0][8:] if lines else 'the test did not run'}", flush=True)
    if done.returncode != 0 or not lines:
        sys.exit(done.stdout[-3000:] + done.stderr[-1000:])


def photo(height, width, seed):
    """Something like a photograph: soft shapes, edges and grain."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for _ in range(3):
        a, b, c, d = random.uniform(0.01, 0.09, 4)
        plane = 128 + 60 * np.sin(a * x + b * y) + 40 * np.cos(c * x - d * y)
        plane += np.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2, 50, -20)
        planes.append(plane + random.normal(0, 8, plane.shape))
    return Image.fromarray(np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8))


def made_up(folder, sizes):
    variants = [
        ("JPEG", dict(quality=90)), ("JPEG", dict(quality=75, subsampling=1)), ("JPEG", dict(quality=95, subsampling=0)),
        ("JPEG", dict(quality=85, progressive=True)), ("PNG", {}),
    ]
    for index, (width, height) in enumerate(sizes):
        for number, (kind, options) in enumerate(variants):
            target = folder / f"class{index % 2}"
            target.mkdir(parents=True, exist_ok=True)
            name = f"{index}-{number}.{'png' if kind == 'PNG' else 'jpg'}"
            photo(height, width, 10 * index + number).save(target / name, kind, **options)


def same_figures(program, checkpoint, folder, batch, scratch):
    """Finds each image of the folder in the batch, writes those records in sepal's order, and analyses both."""
    records = np.fromfile(batch, np.uint8).reshape(-1, 3073)
    places = {record.tobytes(): place for place, record in enumerate(records)}
    found = []
    for path, label in files(folder):
        image = pixels(path, (None, None))
        found.append(places[bytes([label]) + image.tobytes()])
    binary = scratch / "same.bin"
    binary.write_bytes(records[found].tobytes())
    reports = []
    for data in (folder, binary):
        command = [program, "analyze", checkpoint, "--data", str(data), "--json"]
        report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for layer in report["layers"]:
            layer.pop("seconds")
        reports.append(report)
    keys = [key for key in reports[0] if key not in ("data", "order", "seconds", "peakMemoryBytes")]
    different = [key for key in keys if reports[0][key] != reports[1][key]]
    print(
        f"{len(set(found))} records of the batch are the folder's images; accuracy {reports[0]['accuracy']:.4f}, "
        f"{len(reports[0]['layers'])} layers, figures that differ: {different or 'none'}"
    )
    if different:
        sys.exit(1)


def main():
    if int(PIL.__version__.split(".")[0]) >= 13:
        sys.exit("Pillow 13 resizes tall pictures otherwise than those before it; install 'pillow<13'")
    shared = Path(os.environ["SEPAL_SHARED"]) / "data"
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        compare("cifar10-jpeg", shared / "cifar10-jpeg", (None, None), scratch)
        compare("cifar10-jpeg, resized to 40, cropped to 36", shared / "cifar10-jpeg", (40, 36), scratch)
        one = scratch / "one"
        made_up(one, [(300, 200)] * 4)
        compare("300×200", one, (None, None), scratch)
        compare("300×200, resized to 64", one, (64, None), scratch)
        for size in [(256, 224), (97, 64), (224, 320), (None, 199), (None, 301)]:
            compare(f"300×200, resized to {size[0]}, cropped to {size[1]}", one, size, scratch)
        several = scratch / "several"
        made_up(several, [(300, 200), (200, 300), (65, 431), (256, 256), (123, 77), (500, 375)])
        compare("six sizes, 256 and 224", several, (256, 224), scratch)
        compare("six sizes, nothing asked", several, (256, 224), scratch, asked=(None, None))
        compare("six sizes, 32 and 32", several, (32, 32), scratch)
        if "--sepal" in sys.argv:
            program, checkpoint = sys.argv[sys.argv.index("--sepal") + 1 :][:2]
            same_figures(program, checkpoint, shared / "cifar10-jpeg", shared / "test_batch.bin", scratch)


main()
