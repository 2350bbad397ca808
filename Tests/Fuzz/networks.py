"""ONNX networks to start from: one for each kind of operator, as protocol buffers written by hand."""
import ast, pathlib, struct

# For images `x` of 3×8×8: operator, inputs, outputs, attributes; the last line's output is flattened to the logits.
GRAPHS = """
Clip x,one a; Elu a b alpha=0.5; LeakyRelu b c; Gelu c d approximate="tanh"; Pow d,half y
Sigmoid x s; Mul x,s y
Add x,one a; Mul a,half b; Div one,b c; Min c,one d; Sub d,x e; Sum e,x,e y
Conv x,kernel,half2 a strides=[2,2] pads=[1,1,1,1]; BatchNormalization a,half2,half2,half2,one2 b; PRelu b,slopes c;\
 Add c,a d; Conv d,grouped e group=2 auto_pad="SAME_UPPER"; GlobalAveragePool e y
MaxPool x a kernel_shape=[3,3] strides=[2,2] ceil_mode=1 pads=[1,0,1,0]; Pad a,pads b; ReduceMean b y axes=[2,3] keepdims=0
AveragePool x a kernel_shape=[3,3] count_include_pad=1 pads=[1,0,1,0]; Relu a b; Mul a,b y
GlobalMaxPool x a; Flatten a b; Gemm b,rows,half2 c transB=1 alpha=0.5; MatMul c,square d; Add d,half2 y
Split x,parts a,b axis=1; Slice a,i1,i5,i2,i1 c; Concat b,a d axis=1; Gather d,i1 e axis=2; Squeeze e,i2 f;\
 Unsqueeze f,i2 g; Transpose g h perm=[0,2,3,1]; Reshape h,reshape y
Shape x s; Gather s,i0 n; Concat n,rest r axis=0; Reshape x,r y
Constant - t value_int=4; ConstantOfShape i33 a value=2; Range i,t,i b; Cast b c to=1; Expand c,i33 d; Transpose d e;\
 Where a,e,i f; Mod a,t g; Equal g,i h; Floor f k; ReduceProd i33 l; Slice e,i1,i2 m; Div l,t n; Gather f,i o; Gather o,i p;\
 Unsqueeze n,i0 q; Mul x,p r; Min r,t s; Mul s,q y
ReduceMean x m axes=[1]; Sub x,m d; Mul d,d q; ReduceMean q v axes=[1]; Add v,half a; Sqrt a r; Div d,r n;\
 Mul n,channels o; Add o,channels y
LayerNormalization x,columns,columns y axis=-1
"""
ALONE = "Relu Sigmoid Tanh HardSwish Swish Softmax Neg Abs Exp Identity"

TENSORS = {
    "one": ([], [1.0]), "half": ([1], [0.5]), "half2": ([2], [0.5] * 2), "one2": ([2], [1.0] * 2),
    "kernel": ([2, 3, 3, 3], [0.5] * 54), "grouped": ([2, 1, 2, 2], [0.5] * 8), "slopes": ([2, 1, 1], [0.5, 0.25]),
    "rows": ([2, 3], [0.5] * 6), "square": ([2, 2], [0.5] * 4), "channels": ([3, 1, 1], [0.5] * 3),
    "columns": ([8], [0.5] * 8), "pads": ([8], [0, 1, 0, 0, 0, 0, 1, 0]), "parts": ([2], [1, 2]),
    "reshape": ([3], [0, -1, 4]), "rest": ([1], [-1]), "i": ([], [1]), "i0": ([1], [0]), "i1": ([1], [1]),
    "i2": ([1], [2]), "i5": ([1], [5]), "i33": ([2], [3, 3]),
}


def message(*fields):
    """A protocol buffer of pairs of a field's number and its content."""
    def integer(value):
        value, out = value % 2**64, b""
        while value > 127:
            value, out = value >> 7, out + bytes([value & 127 | 128])
        return out + bytes([value])

    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += integer(number << 3) + integer(value)
        elif isinstance(value, float):
            out += integer(number << 3 | 5) + struct.pack("<f", value)
        else:
            content = value.encode() if isinstance(value, str) else value
            out += integer(number << 3 | 2) + integer(len(content)) + content
    return out


def tensor(name, shape, values, raw):
    """Of floats, or of whole numbers if all are; as plain bytes or in the field of its type."""
    whole = all(isinstance(value, int) for value in values)
    head = [(1, extent) for extent in shape] + [(2, 7 if whole else 1), (8, name)]
    if raw:
        return message(*head, (9, struct.pack(f"<{len(values)}{'q' if whole else 'f'}", *values)))
    typed = [(7, value) for value in values] if whole else [(4, struct.pack(f"<{len(values)}f", *values))]
    return message(*head, *typed)


def attribute(text):
    name, _, value = text.partition("=")
    value = ast.literal_eval(value)
    if name == "value":
        return message((1, name), (20, 4), (5, tensor("", [1], [value], True)))
    if isinstance(value, list):
        return message((1, name), (20, 7), *[(8, number) for number in value])
    field, kind = {int: (3, 2), float: (2, 1), str: (4, 3)}[type(value)]
    return message((1, name), (20, kind), (field, value))


def node(operation, inputs, outputs, *attributes):
    return message(*[(1, name) for name in inputs.split(",") if name != "-"], *[(2, name) for name in outputs.split(",")],
                   (4, operation), *[(5, attribute(text)) for text in attributes])


def value(name, *shape):
    dims = [(1, message((2, "n") if extent is None else (1, extent))) for extent in shape]
    return message((1, name), (2, message((1, message((1, 1), (2, message(*dims)))))))


def network(text, raw):
    nodes = [line.split() for line in text.split(";")] + [["Flatten", "y", "logits"]]
    used = {name for _, inputs, *_ in nodes for name in inputs.split(",")}
    tensors = [(5, tensor(name, *TENSORS[name], raw)) for name in sorted(used & TENSORS.keys())]
    graph = message(*[(1, node(*words)) for words in nodes], (2, "g"), *tensors, (11, value("x", None, 3, 8, 8)),
                    (12, value("logits", None, None)))
    return message((1, 8), (2, "seed"), (7, graph), (8, message((1, ""), (2, 17))))


def networks():
    """Those above, and the exports that the tests have."""
    for index, text in enumerate(GRAPHS.strip().splitlines()):
        yield network(text, raw=index % 2 == 0)
    for operation in ALONE.split():
        yield network(f"{operation} x y", raw=True)
    exports = pathlib.Path(__file__).parents[1] / "NetworkTests/ONNX/Exports"
    for file in sorted(exports.glob("*.onnx")):
        yield file.read_bytes()
