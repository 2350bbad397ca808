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
    public var objects = 2_000_000
    /// Deepest nesting of open containers.
    public var nesting = 256
    /// Most axes of a tensor.
    public var rank = 16
    /// Sum of all bytes decompressed or gathered from one file.
    public var decodedBytes = 8 << 30
    /// Most pixels (width × height) of one picture in a file of its own.
    public var imagePixels = 100_000_000
    /// Most picture files of a data set.
    public var images = 2_000_000
    /// Most bytes that the pixels of a data set take, as they are analysed.
    public var setBytes = 4 << 30

    public static let standard = Limits()

    public init() {}
}
