/// What a reader will take from a file before it gives up: bounds on memory and time against hostile or broken input.
///
/// The defaults leave room for every network that is analysed in practice.
public struct Limits: Sendable, Equatable {
    /// Longest file read into memory, in bytes.
    public var fileBytes = 4 << 30
    /// Longest header or object description (JSON, npy header, `data.pkl`), in bytes.
    public var headerBytes = 100 << 20
    /// Most named things in one file: zip entries, tensors.
    public var entries = 100_000
    /// Most pickled values: on the stack, in the memo, or held by containers.
    public var objects = 500_000
    /// Deepest nesting of open containers.
    public var nesting = 256
    /// Most axes of a tensor.
    public var rank = 16
    /// Sum of all bytes decompressed or gathered from one file.
    public var decodedBytes = 8 << 30
    /// What that sum may be of any file, however small, and how many times the size of a large one it may be beyond.
    public var decodedAtLeast = 64 << 20
    public var decodedGrowth = 32
    /// Most pixels (width × height) of one picture in a file of its own.
    public var imagePixels = 100_000_000
    /// Most picture files of a data set.
    public var images = 2_000_000
    /// Most bytes that the pixels of a data set take, as they are analysed.
    public var setBytes = 4 << 30

    /// Longest name of a node or tensor of an ONNX network, in bytes.
    public var nameBytes = 1024
    /// Most numbers that the nodes of an ONNX network take from constants, each counted as often as it is taken, beyond
    /// four times the numbers in the file.
    public var constantUses = 1 << 24
    /// Most numbers of constants that are computed from others while an ONNX network is read, beyond four times the
    /// numbers in the file.
    public var computedNumbers = 1 << 22
    /// Most values that are computed of functions written as several ONNX nodes, to find out which functions they are.
    public var formulaValues = 1 << 28
    /// Most nodes that are passed to find the blocks of an ONNX network, if each search passed all of them.
    public var searchedNodes = 1 << 26

    public static let standard = Limits()

    public init() {}
}
