"""Writes what a PyTorch network's layers put out as a folder that `sepal analyze` and `sepal explore` read.

    from sepal_capture import capture
    with capture(model, "features", limit=4000) as c:
        for images, labels in loader:
            c.labels(labels)
            c.logits(model(images.to(device)))

A layer is a convolution, named by its module's path; its representation is the tensor at the end of the chain
Conv - BatchNorm - (Add) - (activation). Where torch.fx can trace the network, additions and functional activations are
seen; where it can't, chains are made of modules alone, and a warning says so. Convolutions on shortcuts, and those inside
a squeeze-excite gate, are no layers of their own.

Printed by `sepal capture`; needs torch and numpy, nothing of sepal.
"""
import json, operator, os, shutil, sys, time, warnings
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.instancenorm import _InstanceNorm

__all__ = ["capture"]
NORMS = (_BatchNorm, _InstanceNorm, nn.GroupNorm)
ACTIVATIONS = tuple(getattr(nn, name) for name in (
    "ReLU ReLU6 LeakyReLU PReLU RReLU ELU CELU SELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Sigmoid Tanh Softplus "
    "Softsign LogSigmoid Threshold").split())
PLAIN = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
CONV_CALLS = {F.conv1d, F.conv2d, F.conv3d}
NORM_CALLS = {F.batch_norm, F.instance_norm, F.group_norm}
UNARY_NAMES = ("relu relu_ relu6 leaky_relu leaky_relu_ prelu rrelu elu elu_ celu selu gelu silu mish hardswish hardsigmoid "
               "hardtanh sigmoid sigmoid_ tanh tanh_ softplus softsign logsigmoid threshold clamp clamp_ clip erf exp neg "
               "square sqrt pow").split()
UNARY_CALLS = {getattr(home, name) for home in (torch, F, operator) for name in UNARY_NAMES if hasattr(home, name)}
ADD, MUL = {operator.add, operator.iadd, torch.add}, {operator.mul, operator.imul, torch.mul}
SCALE = ADD | MUL | {operator.sub, operator.truediv, operator.pow, torch.sub, torch.div}


class _Full(Exception):
    """As many rows as were asked for are there."""


class _Chains:
    """The end of each convolution's chain in a traced graph."""

    def __init__(self, root, leaves):
        class Tracer(torch.fx.Tracer):
            def is_leaf_module(self, module, name):
                return name in leaves or super().is_leaf_module(module, name)

        self.graph = Tracer().trace(root)
        self.modules = dict(root.named_modules())
        self.module = torch.fx.GraphModule(root, self.graph)
        nodes = list(self.graph.nodes)
        self.above = {}  # every node a value depends on, itself included
        for node in nodes:
            self.above[node] = {node}.union(*(self.above[other] for other in node.all_input_nodes))
        convs = [node for node in nodes if self.is_conv(node)]
        self.convs = set(convs)
        self.sums = {node: self.operands(node) for node in nodes if self.is_call(node, ADD, ("add", "add_"))
                     and len(node.all_input_nodes) == 2}
        # A sum that is normalised: BatchNorm then stands before its convolution, not behind.
        self.pre_activation = any(self.is_norm(user) for node in self.sums for user in node.users)
        beside = set().union(*(self.convs & (self.above[short] - self.above[main]) for main, short in self.sums.values()))
        self.ends, self.blocks = {}, []
        for node in convs:
            if node in beside or self.is_gate(node):
                continue
            name, count = self.name(node), 1
            while (name if count == 1 else f"{name}#{count}") in self.ends:
                count += 1
            name = name if count == 1 else f"{name}#{count}"
            end, has_sum, has_activation = self.end(node)
            # A linear bottleneck without a shortcut ends at its BatchNorm.
            linear = (not self.pre_activation and not has_activation and end is not node
                      and getattr(self.modules.get(node.target), "kernel_size", None) == (1, 1))
            if not self.ends or has_sum or linear:
                self.blocks.append(name)
            self.ends[name] = end
        for name in leaves:
            found = [node for node in nodes if node.op == "call_module" and node.target == name]
            if name not in self.ends and found:
                self.ends[name] = found[0]
        if not self.sums:
            self.blocks = []

    def is_call(self, node, functions, methods=()):
        return node.op == "call_function" and node.target in functions or node.op == "call_method" and node.target in methods

    def is_module(self, node, kinds):
        return node.op == "call_module" and isinstance(self.modules.get(node.target), kinds)

    def is_conv(self, node):
        return self.is_module(node, _ConvNd) or self.is_call(node, CONV_CALLS)

    def is_norm(self, node):
        return self.is_module(node, NORMS) or self.is_call(node, NORM_CALLS)

    def is_unary(self, node):
        """Whether each number it puts out depends on one number alone."""
        if len(node.all_input_nodes) != 1:
            return False
        return (self.is_module(node, ACTIVATIONS) or self.is_plain(node) or self.is_call(node, UNARY_CALLS, UNARY_NAMES)
                or self.is_call(node, SCALE, ("add", "add_", "mul", "mul_", "sub", "div")))

    def is_plain(self, node):
        """Whether it puts out what it takes in."""
        return self.is_module(node, PLAIN) or self.is_call(node, {F.dropout, torch.clone}, ("contiguous", "clone"))

    def operands(self, node):
        """Main path and shortcut of a sum: the shortcut has fewer convolutions since the fork."""
        a, b = node.all_input_nodes
        counts = len(self.convs & (self.above[a] - self.above[b])), len(self.convs & (self.above[b] - self.above[a]))
        return (a, b) if counts[0] >= counts[1] else (b, a)

    def follow(self, node):
        """The activation whose Mul form a value with two readers goes into: x * sigmoid(x), x/2 * (1 + erf(x/c))."""
        reached = []
        for user in node.users:
            while self.is_unary(user) and len(user.users) == 1:
                user = next(iter(user.users))
            reached.append(user)
        return reached[0] if len(reached) == 2 and reached[0] is reached[1] and self.is_call(
            reached[0], MUL, ("mul", "mul_")) else None

    def end(self, node):
        """The end of a convolution's chain, and whether a sum and an activation are in it."""
        has_sum = has_activation = False
        while True:
            users = list(node.users)
            after = self.follow(node) if len(users) == 2 else None
            if after is None and len(users) == 1:
                if self.is_plain(users[0]):
                    node = users[0]
                    continue
                if self.is_unary(users[0]):
                    after = users[0]
                elif self.is_norm(users[0]) and not (self.pre_activation or has_sum or has_activation):
                    node = users[0]
                    continue
                elif users[0] in self.sums and self.sums[users[0]][0] is node and not (has_sum or has_activation):
                    node, has_sum = users[0], True
                    continue
            if after is None or has_activation and not self.is_unary(after):
                return node, has_sum, has_activation
            node, has_activation = after, True

    def is_gate(self, node):
        """Whether a convolution lies between a pooling and a product with what was pooled."""
        before = node.all_input_nodes[0]
        while self.is_unary(before) or self.is_norm(before) or self.is_conv(before):
            before = before.all_input_nodes[0]
        pooled = (self.is_module(before, (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d))
                  or self.is_call(before, {F.adaptive_avg_pool2d, F.adaptive_max_pool2d, F.avg_pool2d, torch.mean}, ("mean",)))
        after = node
        while len(after.users) == 1 and not self.is_call(after, MUL, ("mul", "mul_")):
            after = next(iter(after.users))
        return pooled and self.is_call(after, MUL, ("mul", "mul_")) and len(after.all_input_nodes) == 2

    def name(self, node):
        if node.op == "call_module":
            return node.target
        weight = node.args[1] if len(node.args) > 1 else node.kwargs.get("weight")
        return str(getattr(weight, "target", node.name)).removesuffix(".weight")

    def tapped(self, taps, record):
        """The network as a function that tells each end's value as soon as it is computed."""
        for name, node in taps.items():
            with self.graph.inserting_after(node):
                self.graph.call_function(record, (name, node))
        self.module.recompile()
        return self.module.forward


class _Writer:
    """An npy file that grows; its header is written at the end."""
    HEAD = 128

    def __init__(self, path, dtype):
        self.file, self.dtype, self.shape, self.rows = open(path, "wb"), np.dtype(dtype), None, 0
        self.file.write(bytes(self.HEAD))

    def write(self, values):
        if self.shape is None:
            self.shape = values.shape[1:]
        if values.shape[1:] != self.shape:
            raise ValueError(f"a batch of shape {tuple(values.shape)} follows one of rows {tuple(self.shape)}")
        self.file.write(np.ascontiguousarray(values, self.dtype).tobytes())
        self.rows += len(values)

    def close(self):
        shape = (self.rows,) + tuple(int(extent) for extent in self.shape or ())
        text = repr({"descr": self.dtype.str, "fortran_order": False, "shape": shape})
        self.file.seek(0)
        self.file.write(b"\x93NUMPY\x01\x00" + (self.HEAD - 10).to_bytes(2, "little"))
        self.file.write(text.ljust(self.HEAD - 11).encode() + b"\n")
        self.file.close()


class capture:
    """A context in which calls of `model` write their layers to the folder `path`, which is there when it ends well.

    layers: names of convolutions, or of other modules, whose output then counts; all convolutions where None.
    limit: rows that are kept; the block ends when they are there.  dtype: "float32" or "float16".
    classes: the classes' names.  The model has to be in eval mode; gradients are off inside.
    """

    def __init__(self, model, path, layers=None, *, limit=None, dtype="float32", classes=None, progress=True):
        if hasattr(model, "_orig_mod"):
            raise ValueError("the model is compiled; capture it as it was before torch.compile: model._orig_mod")
        if isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            if len(model.device_ids or ()) > 1:
                raise ValueError("the model is spread over several devices; capture and call model.module")
            model = model.module
        if model.training:
            raise ValueError("the model is in training mode; call model.eval() first")
        if dtype not in ("float32", "float16"):
            raise ValueError(f"dtype {dtype}: choose float32 or float16")
        if os.path.exists(path):
            raise FileExistsError(f"{path} is there already; remove it or choose another name")
        self.model, self.path, self.wanted, self.limit, self.dtype = model, os.path.abspath(path), layers, limit, dtype
        self.classes, self.progress, self.writers, self.blocks, self.undo = classes, progress, {}, [], []
        self.told = 0.0

    def __enter__(self):
        self.gradients = torch.is_grad_enabled()
        self.folder = f"{self.path}.part-{os.getpid()}"
        names = [name for name, _ in self.model.named_modules() if name]
        convolutions = [name for name, module in self.model.named_modules() if isinstance(module, _ConvNd)]
        unknown = [name for name in self.wanted or () if name.split("#")[0] not in names]
        if unknown:
            raise ValueError(f"no module is called {unknown[0]}; there are {', '.join(names[:8])} ...")
        try:
            chains = _Chains(self.model, {name for name in self.wanted or () if name not in convolutions})
        except Exception as error:  # whatever tracing meets in foreign code
            warnings.warn(f"torch.fx can't trace the network ({type(error).__name__}: {error}); functional activations and "
                          "additions are not seen: layers are taken behind convolution, BatchNorm and activation modules",
                          stacklevel=2)
            layers = self.hook_modules(convolutions)
        else:
            layers = [name for name in chains.ends if self.wanted is None or name in self.wanted]
            self.blocks = [name for name in chains.blocks if name in layers]
            own = self.model.__dict__.get("forward")
            self.model.forward = chains.tapped({name: chains.ends[name] for name in layers}, self.record)
            self.undo.append(lambda: setattr(self.model, "forward", own) if own else self.model.__dict__.pop("forward"))
        missing = [name for name in self.wanted or () if name not in layers]
        if missing or not layers:
            self.detach()
            raise ValueError(f"{missing[0]} is no layer (on a shortcut, or never called)" if missing
                             else "the network has no convolution; name modules in layers=[...]")
        os.makedirs(self.folder)
        self.layers = layers
        torch.set_grad_enabled(False)
        return self

    def hook_modules(self, convolutions):
        """Chains of modules alone, each joined to the one before where it reads its very tensor."""
        aside = ("shortcut", "downsample", "skip")
        names = self.wanted or [name for name in convolutions if not any(word in name for word in aside)]
        chain = {"name": None, "tensor": None, "value": None}

        def flush(*_):
            if chain["name"] is not None:
                self.record(chain["name"], chain["value"])
            chain.update(name=None, tensor=None, value=None)

        def begin(name):
            def hook(module, inputs, output):
                flush()
                chain.update(name=name, tensor=output, value=output.clone())
            return hook

        def go_on(module, inputs, output):
            if chain["name"] is not None and inputs and inputs[0] is chain["tensor"]:
                chain.update(tensor=output, value=output.clone())

        for name, module in self.model.named_modules():
            if name in names:
                self.undo.append(module.register_forward_hook(begin(name)).remove)
            elif isinstance(module, NORMS + ACTIVATIONS):
                self.undo.append(module.register_forward_hook(go_on).remove)
            elif name in convolutions:
                self.undo.append(module.register_forward_hook(flush).remove)
        self.undo.append(self.model.register_forward_hook(flush).remove)
        return names

    def record(self, name, value):
        """Writes a batch of a layer's values."""
        if not isinstance(value, torch.Tensor) or value.dim() < 2:
            raise ValueError(f"{name}: its value is no tensor N x ...")
        self.append(name, value, self.dtype)

    def append(self, name, value, dtype):
        writer = self.writers.get(name)
        if writer is None:
            writer = self.writers[name] = _Writer(os.path.join(self.folder, name.replace("/", "_") + ".npy"), dtype)
        if self.limit is not None and writer.rows >= self.limit:
            raise _Full
        if self.progress and time.monotonic() - self.told > 1:
            self.told = time.monotonic()
            of = f" of {self.limit}" if self.limit else ""
            print(f"\rsepal_capture: {writer.rows}{of} samples", end="", file=sys.stderr, flush=True)
        value = value[:None if self.limit is None else self.limit - writer.rows].detach()
        if value.is_floating_point():
            value = value.float() if dtype == "float32" else value.half()
            if dtype == "float16" and not torch.isfinite(value).all():
                raise ValueError(f"{name}: values beyond float16; capture with dtype='float32'")
        writer.write(value.cpu().numpy())

    def labels(self, labels):
        """Takes the classes of a batch, whole numbers."""
        self.append("labels", torch.as_tensor(labels).reshape(-1), "int64")
        return labels

    def logits(self, logits):
        """Takes what the network says of a batch, and hands it on."""
        self.append("logits", logits, "float32")
        return logits

    def detach(self):
        for undo in reversed(self.undo):
            undo()
        self.undo = []
        torch.set_grad_enabled(self.gradients)

    def __exit__(self, kind, error, trace):
        self.detach()
        if self.progress and self.told:
            print(file=sys.stderr)
        try:
            for writer in self.writers.values():
                writer.close()
            if kind is not None and kind is not _Full:
                return False
            rows = {name: writer.rows for name, writer in self.writers.items()}
            missing = [name for name in self.wanted or self.layers[:1] if name not in rows]
            self.layers = [name for name in rows if name in self.layers]  # as they were computed
            if missing:
                raise RuntimeError(f"{missing[0]} was never called")
            if len(set(rows.values())) > 1:
                raise RuntimeError(f"the layers' rows differ: {rows}; call c.labels, and the model, once for each batch")
            about = {"layers": self.layers, "blocks": self.blocks or self.layers, "model": type(self.model).__name__,
                     "writer": "sepal_capture"}
            if self.classes is not None:
                about["classes"] = [str(name) for name in self.classes]
            with open(os.path.join(self.folder, "layers.json"), "w") as file:
                json.dump(about, file, indent=1)
            os.rename(self.folder, self.path)
            return kind is _Full
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
