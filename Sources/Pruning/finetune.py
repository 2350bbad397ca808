"""Retrains a network that was cut: {{architecture}}.

    python3 {{script}} --data TRAINING-IMAGES --test TEST-IMAGES

Images are CIFAR-10 or CIFAR-100 batches (binary or Python; a file, or a folder of them), a folder with a folder of JPEG or
PNG files for each class, or a .tar, .tar.gz or .tar.xz of such a folder. Classes and files are sorted by name. After each
epoch the output holds everything that is needed to go on: started again with the same options, the script does.

Needs torch and numpy, and Pillow where pictures are read. Written by `sepal prune`; --help lists the options.
"""
import argparse, glob, io, json, math, os, pickle, re, struct, sys, tarfile, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F

# {{constants}}
FORMAT = torch.channels_last  # of images in memory


# MARK: The network


def attach(root, name, module):
    """Sets a module at a dotted name, with containers for the names between."""
    *parents, last = name.split(".")
    for part in parents:
        root = root._modules.setdefault(part, nn.Module())
    if last in root._modules:  # a container so far
        module._modules.update(root._modules[last]._modules)
    root._modules[last] = module


def find(root, name):
    """The module at a dotted name, also where a part is called like an attribute of all modules."""
    for part in name.split("."):
        root = root._modules[part]
    return root


# {{network}}


# MARK: Reading


class Failure(Exception):
    """What went wrong, as one line for people."""


def load(path):
    """A dictionary from a PyTorch or safetensors file; nothing in it is run."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        if data[8:9] == b"{":
            body = 8 + struct.unpack("<Q", data[:8])[0]
            header = json.loads(data[8:body])
            data = memoryview(data)[body:]
            return {name: stored_tensor(entry, data) for name, entry in header.items() if name != "__metadata__"}
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise Failure(f"{path}: there is no such file") from None
    except Exception as error:
        asked = re.search(r"Unsupported \w+: GLOBAL (\S+)", str(error))
        if asked:
            raise Failure(f"{path}: holds more than tensors ({asked[1]}); save the bare state dict") from None
        raise Failure(f"{path}: cannot be read as a checkpoint ({first_line(error)})") from None


def stored_tensor(entry, body):
    """A tensor of a safetensors file."""
    types = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
             "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}
    begin, end = entry["data_offsets"]
    if begin == end:
        return torch.zeros(entry["shape"], dtype=types[entry["dtype"]])
    return torch.frombuffer(bytearray(body[begin:end]), dtype=types[entry["dtype"]]).reshape(entry["shape"])


def first_line(error):
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def load_weights(network, path):
    """Fills a network with a checkpoint that must hold exactly its parameters."""
    state = load(path)
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
    if not isinstance(state, dict):
        raise Failure(f"{path}: holds no state dict")
    while state and all(name.startswith("module.") for name in state):
        state = {name[len("module."):]: value for name, value in state.items()}
    problem = differences(network.state_dict(), state)
    if problem:
        raise Failure(f"{path}: is no checkpoint of this network: {problem}")
    try:
        network.load_state_dict(dict(state), strict=True)
    except Exception as error:
        raise Failure(f"{path}: is no checkpoint of this network ({first_line(error)})") from None


def differences(wanted, found):
    """How the keys and shapes of a checkpoint differ from those that are wanted; old ones count no batches."""
    lists = {
        "missing": [key for key in wanted if key not in found and not key.endswith(".num_batches_tracked")],
        "left over": [key for key in found if key not in wanted],
        "of another shape": [key for key in wanted
                             if key in found and getattr(found[key], "shape", None) != wanted[key].shape]}
    return ", ".join(f"{len(keys)} {word} ({', '.join(map(str, keys[:3]))}{', ...' if len(keys) > 3 else ''})"
                     for word, keys in lists.items() if keys)


class Images:
    """Pictures as N x height x width x channels of bytes, with the number of each one's class."""

    def __init__(self, pixels, labels):
        self.pixels, self.labels = pixels, labels

    def __len__(self):
        return len(self.labels)


def read_images(path, training):
    """Images of a file or folder of a kind that is told by its content, held to what the network takes."""
    if not os.path.exists(path):
        raise Failure(f"{path}: there is no such file or folder")
    if os.path.isdir(path):
        batches = batch_files(path, training)
        pixels, labels = read_batches(batches) if batches else read_folder(path)
    elif tarfile.is_tarfile(path):
        pixels, labels = read_archive(path)
    else:
        pixels, labels = read_batches([path])
    if not len(labels):
        raise Failure(f"{path}: holds no images")
    height, width, channels = pixels.shape[1:]
    if (channels, height, width) != SHAPE:
        raise Failure(f"{path}: images of {height}x{width} pixels in {channels} channels; the network takes "
                      f"{SHAPE[1]}x{SHAPE[2]} in {SHAPE[0]}")
    if labels.min() < 0 or labels.max() >= CLASSES:
        raise Failure(f"{path}: classes are numbered up to {labels.max()}; the network has {CLASSES} classes")
    return Images(torch.from_numpy(pixels), torch.from_numpy(labels))


def batch_files(folder, training):
    """The CIFAR batches in a folder: those of the training set, or of the test set."""
    for pattern in ("data_batch_*", "train.bin", "train") if training else ("test_batch*", "test.bin", "test"):
        found = sorted(path for path in glob.glob(os.path.join(glob.escape(folder), pattern)) if os.path.isfile(path))
        if found:
            return found
    return sorted(glob.glob(os.path.join(glob.escape(folder), "*.bin")))


def read_batches(paths):
    parts = [read_batch(path) for path in paths]
    return np.concatenate([pixels for pixels, _ in parts]), np.concatenate([labels for _, labels in parts])


def read_batch(path):
    """A CIFAR batch: records of one label (CIFAR-10) or two (CIFAR-100) and 3072 bytes, or a pickled dictionary."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:1] == b"\x80":
        planes, labels = unpickled_batch(data, path)
    else:
        sizes = [3072 + count for count in ((2, 1) if CLASSES in (20, 100) else (1, 2))]
        size = next((size for size in sizes if data and len(data) % size == 0), None)
        if size is None:
            raise Failure(f"{path}: is neither a CIFAR batch nor an archive of pictures")
        records = np.frombuffer(data, np.uint8).reshape(-1, size)
        labels, planes = records[:, 0 if size == 3073 or CLASSES == 20 else 1], records[:, size - 3072:]
    pixels = planes.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pixels), np.asarray(labels, np.int64)


class BatchUnpickler(pickle.Unpickler):
    """Takes arrays and nothing else."""

    def find_class(self, module, name):
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return np.array([0]).__reduce__()[0]
        if (module, name) in (("numpy", "ndarray"), ("numpy", "dtype")):
            return getattr(np, name)
        if (module, name) == ("_codecs", "encode"):
            import _codecs
            return _codecs.encode
        raise Failure(f"it asks for {module}.{name}")


def unpickled_batch(data, path):
    try:
        batch = BatchUnpickler(io.BytesIO(data), encoding="bytes").load()
        keys = (b"coarse_labels" if CLASSES == 20 else b"fine_labels", b"labels")
        return batch[b"data"], next(batch[key] for key in keys if key in batch)
    except Exception as error:
        raise Failure(f"{path}: cannot be read as a CIFAR batch ({first_line(error)})") from None


PICTURES = (".jpg", ".jpeg", ".png")


def decoded(data, name):
    """A picture's pixels, held to the network's size, so that a wrong folder is found out at its first picture."""
    try:
        from PIL import Image
    except ImportError:
        raise Failure("pictures cannot be read without Pillow: python3 -m pip install pillow") from None
    try:
        picture = Image.open(data).convert("L" if SHAPE[0] == 1 else "RGB")
    except Exception as error:
        raise Failure(f"{name}: cannot be decoded ({first_line(error)})") from None
    if (picture.height, picture.width) != SHAPE[1:]:
        raise Failure(f"{name}: is of {picture.height}x{picture.width} pixels; the network takes {SHAPE[1]}x{SHAPE[2]}")
    return np.asarray(picture, np.uint8).reshape(picture.height, picture.width, -1)


def sorted_pictures(found, path):
    """Pictures given as (class, name, pixels) by class and name."""
    names = sorted({name for name, _, _ in found})
    if len(names) != CLASSES:
        raise Failure(f"{path}: holds pictures in {len(names)} class folders; the network has {CLASSES} classes")
    found.sort(key=lambda entry: entry[:2])
    numbers = {name: number for number, name in enumerate(names)}
    return np.stack([pixels for _, _, pixels in found]), np.array([numbers[name] for name, _, _ in found], np.int64)


def read_folder(path):
    names = sorted(entry.name for entry in os.scandir(path) if entry.is_dir() and not entry.name.startswith("."))
    if len(names) != CLASSES:
        raise Failure(f"{path}: holds {len(names)} class folders; the network has {CLASSES} classes")
    found = []
    for name in names:
        files = [os.path.relpath(os.path.join(folder, file), path)
                 for folder, _, files in os.walk(os.path.join(path, name))
                 for file in files if file.lower().endswith(PICTURES)]
        if not files:
            raise Failure(f"{os.path.join(path, name)}: holds no JPEG or PNG files")
        found += [(name, file, decoded(os.path.join(path, file), os.path.join(path, file))) for file in files]
    return sorted_pictures(found, path)


def read_archive(path):
    found = []
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                parts = os.path.normpath(member.name).split(os.sep)
                if member.isfile() and len(parts) > 1 and parts[-1].lower().endswith(PICTURES):
                    pixels = decoded(io.BytesIO(archive.extractfile(member).read()), f"{path}: {member.name}")
                    found.append((parts[-2], parts[-1], pixels))
    except Failure:
        raise
    except Exception as error:
        raise Failure(f"{path}: the archive is damaged ({first_line(error)})") from None
    return sorted_pictures(found, path)


def cached_images(path, training, cache):
    """The images of a path, from the cache where it holds them and the path has not changed."""
    if not cache:
        return read_images(path, training)
    if not os.path.exists(path):
        raise Failure(f"{path}: there is no such file or folder")
    role, state = "train" if training else "test", os.stat(path)
    mark = f"{os.path.abspath(path)} {state.st_size} {state.st_mtime_ns} {SHAPE} {CLASSES}"
    kept = {}
    try:
        with np.load(cache, allow_pickle=False) as stored:
            kept = dict(stored)
    except FileNotFoundError:
        pass
    except Exception as error:
        raise Failure(f"{cache}: is no cache of images ({first_line(error)}); remove it or name another file") from None
    if str(kept.get(f"{role}_source")) == mark:
        return Images(torch.from_numpy(kept[f"{role}_pixels"]), torch.from_numpy(kept[f"{role}_labels"]))
    images = read_images(path, training)
    kept |= {f"{role}_source": np.array(mark), f"{role}_pixels": images.pixels.numpy(),
             f"{role}_labels": images.labels.numpy()}
    with replaced(cache) as part, open(part, "wb") as file:
        np.savez(file, **kept)
    return images


class replaced:
    """Writes a file beside its place and moves it there once it is whole."""

    def __init__(self, path):
        self.path, self.part = path, f"{path}.part{os.getpid()}"

    def __enter__(self):
        return self.part

    def __exit__(self, kind, error, trace):
        if kind is None:
            os.replace(self.part, self.path)
        elif os.path.exists(self.part):
            os.remove(self.part)
        if isinstance(error, OSError):
            raise Failure(f"{self.path}: cannot be written ({error.strerror})") from None


# MARK: Training


class Batches:
    """Normalises pictures batch by batch, on the device that computes."""

    def __init__(self, device):
        self.device = device
        self.scale = (1 / (255 * torch.tensor(STD))).view(1, -1, 1, 1).to(device)
        self.offset = (-torch.tensor(MEAN) / torch.tensor(STD)).view(1, -1, 1, 1).to(device)

    def normalized(self, pixels):
        """N x H x W x C of bytes as N x C x H x W of numbers, in the order of memory that convolutions like."""
        values = pixels.to(self.device).permute(0, 3, 1, 2).float()
        return torch.addcmul(self.offset, values, self.scale).contiguous(memory_format=FORMAT)


def augmented(pixels, generator):
    """Each picture shifted by up to 4 pixels, black coming in from outside, and mirrored or not."""
    count, height, width, _ = pixels.shape
    rows = torch.randint(0, 9, (count, 1), generator=generator) + torch.arange(height)
    columns = torch.randint(0, 9, (count, 1), generator=generator) + torch.arange(width)
    mirrored = torch.rand(count, 1, generator=generator) < 0.5
    columns = torch.where(mirrored, columns.flip(1), columns)
    padded = F.pad(pixels, (0, 0, 4, 4, 4, 4))
    return padded[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]


def accuracy(network, images, batches, size=500):
    """The share of images that are sorted right, in percent."""
    network.eval()
    right = 0
    with torch.inference_mode():
        for start in range(0, len(images), size):
            logits = network(batches.normalized(images.pixels[start:start + size]))
            right += (logits.argmax(1).cpu() == images.labels[start:start + size]).sum().item()
    return 100 * right / len(images)


def train_epoch(network, optimizer, images, batches, options, generator, epoch):
    """One pass over the images in a new order. Returns the mean loss, and the accuracy while learning in percent."""
    network.train()
    order = torch.randperm(len(images), generator=generator)
    loss_sum = right = seen = 0
    for start in range(0, len(order), options.batch):
        chosen = order[start:start + options.batch]
        if len(chosen) == 1 and len(order) > 1:
            continue  # BatchNorm has no statistics of a single value.
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(options, epoch - 1 + start / len(order))
        pixels, labels = images.pixels[chosen], images.labels[chosen].to(batches.device)
        logits = network(batches.normalized(augmented(pixels, generator) if options.augment else pixels))
        loss = F.cross_entropy(logits, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(chosen)
        right += (logits.argmax(1) == labels).sum().item()
        seen += len(chosen)
    return loss_sum / seen, 100 * right / seen


def learning_rate(options, passes):
    """The rate after so many passes over the images, whole ones and part of one."""
    if options.schedule == "constant":
        return options.lr
    return options.lr * (1 + math.cos(math.pi * passes / options.epochs)) / 2


def recipe(options):
    """The options that the result depends on. A constant rate lets more epochs be added later."""
    kept = ["lr", "momentum", "weight_decay", "batch", "schedule", "augment", "seed", "train_samples"]
    if options.schedule != "constant":
        kept.append("epochs")
    return {name: getattr(options, name) for name in kept}


def resume(path, network, optimizer, generator, options):
    """Takes up a training where its output says it was left. Returns the finished epochs' figures, and how many
    images they were trained on."""
    kept = load(path)
    missing = {"state_dict", "optimizer", "epoch", "history", "options", "random", "images"} - set(kept if isinstance(kept, dict) else ())
    if missing:
        raise Failure(f"{path}: was not written by this script; name another output, or --fresh to write over it")
    changed = [f"--{name.replace('_', '-')} was {kept['options'].get(name)}, now {value}"
               for name, value in recipe(options).items() if kept["options"].get(name) != value]
    if changed:
        raise Failure(f"{path}: was trained with another recipe ({'; '.join(changed)}); name another output, or --fresh")
    try:
        network.load_state_dict(kept["state_dict"], strict=True)
        optimizer.load_state_dict(kept["optimizer"])
        generator.set_state(kept["random"])
    except Exception as error:
        raise Failure(f"{path}: is of another network ({first_line(error)}); name another output, or --fresh") from None
    return kept["history"], kept["images"]


def save(path, network, optimizer, generator, options, history, images):
    with replaced(path) as part:
        torch.save({"state_dict": network.state_dict(), "optimizer": optimizer.state_dict(), "epoch": len(history) - 1,
                    "history": history, "options": recipe(options), "random": generator.get_state(), "images": images,
                    "mean": ",".join(map(str, MEAN)), "std": ",".join(map(str, STD)), "cut": CUT}, part)


def show(entry):
    figures = [(entry["loss"], 10, 4), (entry["train"], 10, 2), (entry["test"], 10, 2), (entry["seconds"], 9, 1)]
    texts = [" " * (width - 1) + "-" if value is None else f"{value:{width}.{digits}f}" for value, width, digits in figures]
    print(f"{entry['epoch']:5}" + "".join(texts), flush=True)


def run(options):
    device = options.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise Failure("--device cuda: there is no such device here; leave it out")
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    network = Network()
    goes_on = os.path.exists(options.output) and not options.fresh
    if not goes_on:
        load_weights(network, options.checkpoint)
    network = network.to(device, memory_format=FORMAT)
    optimizer = torch.optim.SGD(network.parameters(), lr=options.lr, momentum=options.momentum,
                                weight_decay=options.weight_decay)
    history, count = resume(options.output, network, optimizer, generator, options) if goes_on else ([], None)
    images = cached_images(options.data, True, options.cache)
    if options.train_samples and options.train_samples < len(images):
        chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(options.seed))
        chosen = chosen[:options.train_samples].sort().values
        images = Images(images.pixels[chosen], images.labels[chosen])
    if count not in (None, len(images)):
        raise Failure(f"{options.output}: was trained on {count} images, these are {len(images)}; name another output, or "
                      "--fresh")
    test = cached_images(options.test, False, options.cache) if options.test else None
    print(f"{len(images)} training images, {len(test) if test else 'no'} test images; "
          + ", ".join(f"{name.replace('_', '-')} {value}" for name, value in recipe(options).items()))
    print("epoch      loss   train %    test %  seconds")
    for entry in history:
        show(entry)
    train(network, optimizer, images, test, Batches(device), options, generator, history)


def train(network, optimizer, images, test, batches, options, generator, history):
    began = time.monotonic()
    while len(history) <= options.epochs:
        epoch, start = len(history), time.monotonic()
        loss = right = None
        if epoch:
            loss, right = train_epoch(network, optimizer, images, batches, options, generator, epoch)
            if not math.isfinite(loss):
                raise Failure(f"epoch {epoch}: the loss is no longer a number; try a smaller --lr with another output")
        measured = accuracy(network, test, batches) if test else None
        history.append({"epoch": epoch, "loss": loss, "train": right, "test": measured,
                        "seconds": time.monotonic() - start})
        show(history[-1])
        if epoch:
            save(options.output, network, optimizer, generator, options, history, len(images))
        if 0 < epoch < options.epochs and options.stop_after and time.monotonic() - began >= 60 * options.stop_after:
            print(f"stopped after epoch {epoch}; the same command goes on")
            return


def positive(kind):
    def convert(text):
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"must be above 0, not {text}")
        return value
    convert.__name__ = kind.__name__
    return convert


def arguments(words):
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(
        description="Retrains a network that was cut, by the recipe of its paper unless told otherwise.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add("--data", required=True, metavar="PATH", help="training images")
    add("--test", metavar="PATH", help="test images")
    add("--checkpoint", metavar="FILE", default=os.path.join(here, CHECKPOINT), help="weights to start from")
    add("-o", "--output", metavar="FILE", help="the retrained network, written after each epoch (default: as the "
        "checkpoint, with -tuned.pth)", default=argparse.SUPPRESS)
    add("--epochs", type=positive(int), default=150, metavar="N", help="passes over the training images in all")
    add("--batch", type=positive(int), default=256, metavar="N", help="images a step")
    add("--lr", type=positive(float), default=0.01, metavar="RATE", help="learning rate")
    add("--momentum", type=float, default=0.9, metavar="SHARE", help="momentum")
    add("--weight-decay", type=float, default=0.005, metavar="SHARE", help="weight decay")
    add("--schedule", choices=("constant", "cosine"), default="constant", help="the learning rate stays, or falls to 0")
    add("--augment", action=argparse.BooleanOptionalAction, default=True, help="shift and mirror training images")
    add("--train-samples", type=positive(int), metavar="N", help="train on that many of the images, drawn once")
    add("--seed", type=int, default=0, metavar="N", help="for the order of images and their shifts")
    add("--stop-after", type=positive(float), metavar="MINUTES", help="stop after the epoch that passes this")
    add("--fresh", action="store_true", help="start over, even where the output could be gone on with")
    add("--cache", metavar="FILE", help="an .npz that keeps decoded images for the next start")
    add("--threads", type=positive(int), metavar="N", help="threads of the CPU")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="what computes")
    options = parser.parse_args(words)
    if not hasattr(options, "output"):
        options.output = os.path.splitext(options.checkpoint)[0] + "-tuned.pth"
    if options.momentum < 0 or options.weight_decay < 0:
        parser.error("--momentum and --weight-decay must not be below 0")
    if not os.path.isdir(os.path.dirname(os.path.abspath(options.output))):
        parser.error(f"the folder of {options.output} does not exist")
    if os.path.abspath(options.output) == os.path.abspath(options.checkpoint):
        parser.error("the output must not be the checkpoint")
    return options


def main(words=None):
    """Runs with these words of a command line, or the process's own. Returns its exit code."""
    try:
        run(arguments(words))
        return 0
    except Failure as failure:
        problem, code = str(failure), 1
    except OSError as error:
        problem, code = f"{error.filename or 'a file'}: {error.strerror or error}", 1
    except KeyboardInterrupt:
        problem, code = "stopped; the same command goes on after the last whole epoch", 130
    sys.stderr.write(f"{os.path.basename(__file__)}: {' '.join(problem.split())}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
