"""Writes a few well-formed inputs for a harness to start from.

usage: seeds.py READER FOLDER      (nothing but Python's own library)
"""
import io, json, pathlib, pickle, random, re, struct, sys, zipfile
from collections import OrderedDict
from networks import networks

reader, folder, root = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(__file__).parents[2]


class Storage:
    def __init__(self, key, kind, count):
        self.key, self.kind, self.count = key, kind, count


def named(module, name):
    """A class or function that pickles by a name alone."""
    made = type(name, (), {"__module__": module, "__qualname__": name})
    sys.modules.setdefault(module, type(sys)(module))
    setattr(sys.modules[module], name, made)
    return made


rebuild, floats = named("torch._utils", "_rebuild_tensor_v2"), named("torch", "FloatStorage")


class Tensor:
    def __init__(self, storage, size, stride):
        self.parts = (storage, 0, size, stride, False, OrderedDict())

    def __reduce__(self):
        return rebuild, self.parts


class Pickler(pickle._Pickler):
    def persistent_id(self, value):
        return ("storage", value.kind, value.key, "cpu", value.count) if isinstance(value, Storage) else None


def pickled(value, protocol=2):
    out = io.BytesIO()
    Pickler(out, protocol).dump(value)
    return out.getvalue()


state = OrderedDict(w=Tensor(Storage("0", floats, 6), (2, 3), (3, 1)), b=Tensor(Storage("1", floats, 2), (2,), (1,)))
storages = {"0": struct.pack("<6f", *range(6)), "1": struct.pack("<2f", 7, 8)}
objects = [state, {"state_dict": state, "epoch": 3, "lr": 0.1, "args": [None, True, {"x"}, b"y", 2**70, "ä"]}, {"net": state}]


def npy(descr, shape, data, fortran=False, version=1):
    header = (repr({"descr": descr, "fortran_order": fortran, "shape": shape}) + "\n").encode()
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + data


arrays = [npy("<f4", (2, 3), bytes(24)), npy("<f8", (2, 2), bytes(32), True), npy("|u1", (3,), b"abc", version=2),
          npy("<U2", (2,), "abc\0".encode("utf-32-le")), npy("<u2", (2, 1), bytes(4)), npy("<f2", (), bytes(2))]


def archive(members, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def safetensors(entries, metadata=None):
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, dtype, shape, content in entries:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def seeds():
    if reader == "unpickler":
        yield from (pickled(value, protocol) for value in objects for protocol in range(1, 6))
        yield pickle.dumps({"epoch": 1, "x": [1, (2.5, None)]}, 0)
    elif reader == "legacy":
        system = {"protocol_version": 1001, "little_endian": True}
        for value in objects:
            head = b"".join(map(pickled, (0x1950A86A20F9469CFC6C, 1001, system, value, list(storages))))
            yield head + b"".join(struct.pack("<q", len(data) // 4) + data for data in storages.values())
    elif reader == "zip":
        members = {f"x/data/{key}": data for key, data in storages.items()}
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            for value in objects:
                yield archive({"x/data.pkl": pickled(value), "x/byteorder": "little", **members}, method)
            yield archive({"a.npy": arrays[0], "labels.npy": arrays[4], "images.npy": arrays[2]}, method)
    elif reader == "safetensors":
        yield safetensors([("a", "F32", [2], bytes(8)), ("b", "BF16", [1, 2], bytes(4))], {"mean": "0.5", "ä": "\"\\"})
        yield safetensors([("module.x", "F64", [], bytes(8)), ("y", "U8", [0, 3], b"")])
    elif reader == "npy":
        yield from arrays
    elif reader == "onnx":
        yield from networks()
    elif reader == "theme":
        yield from (file.read_bytes() for file in sorted((root / "Themes").glob("*.toml")))
    elif reader == "configuration":
        yield from (text.encode() for text in re.findall("```toml\n(.*?)```", (root / "README.md").read_text(), re.S))
        yield b'theme = "stage"\ncolor = 256\nplay = 2.5\nloop = true\n[keys]\nnextLayer = ["l", "Ctrl-n", "F2"]\nquit = []\n'
    elif reader == "script":
        yield (root / ".tour/demo.keys").read_bytes()
        yield b"press right 3 z\nwait 0.5\ntype /conv1\npress enter\nwait done\npace 0.1\n# end\n"
    elif reader == "notes":
        yield b"# A talk.\nconv1: The stem.\nlayer1.0.conv1:   Nothing yet.\n*: Go on.\n"
    elif reader in ("graph", "runfile"):
        yield from (random.Random(number).randbytes(40 * number) for number in range(1, 10))


for number, content in enumerate(seeds()):
    (folder / f"{number}").write_bytes(content)
