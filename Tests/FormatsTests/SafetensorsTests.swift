import Tensors
import Testing

@testable import Formats

@Suite struct SafetensorsTests {
    private static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
        little(UInt64(header.utf8.count)) + Array(header.utf8) + data
    }

    private static let header = """
        {"__metadata__": {"mean": "0.5", "by": "\\u00e4\\ud83d\\ude00\\n"},
         "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
         "module.a": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4], "extra": [1.5e3, null, {"x": true}]}}
        """
    // BF16 1.0 and -2.0, then F32 0.25 and 3.
    private static let data: [UInt8] = [0x80, 0x3F, 0x00, 0xC0] + TorchWriter.floats([0.25, 3])

    private func read(_ header: String, _ data: [UInt8] = [], limits: Limits = .standard) throws -> StateDict {
        try readStateDict(bytes: Self.file(header, data), file: "x", limits: limits)
    }

    @Test func readsTensorsAndMetadataInTheHeadersOrder() throws {
        let dict = try read(Self.header, Self.data)
        #expect(dict.names == ["b", "a"])
        #expect(dict["b"]?.floats() == [0.25, 3])
        #expect(dict["a"]?.floats() == [1, -2])
        #expect(dict["a"]?.shape.dims == [1, 2])
        #expect(dict.metadata == ["mean": "0.5", "by": "ä😀\n"])
        #expect(dict.notes == ["stripped the prefix module. 1 times"])
    }

    @Test(arguments: [
        ("F64", ElementType.float64), ("F32", .float32), ("F16", .float16), ("BF16", .bfloat16), ("I64", .int64),
        ("I32", .int32), ("I16", .int16), ("I8", .int8), ("U8", .uint8), ("BOOL", .bool),
    ])
    func readsEveryElementType(name: String, type: ElementType) throws {
        let size = type.size
        let dict = try read(
            #"{"t": {"dtype": "\#(name)", "shape": [], "data_offsets": [0, \#(size)]}}"#, Array(1...UInt8(size)))
        #expect(dict["t"]?.elementType == type)
        #expect(dict["t"]?.bytes == Array(1...UInt8(size)))
    }

    private static func entry(_ name: String, _ shape: String, _ offsets: String, _ dtype: String = "F32") -> String {
        #""\#(name)": {"dtype": "\#(dtype)", "shape": \#(shape), "data_offsets": \#(offsets)}"#
    }

    @Test(
        arguments: [
            (
                "{\(entry("a", "[1]", "[0, 4]")), \(entry("a", "[1]", "[4, 8]"))}", .byte(73),
                "the key 'a' comes twice in the header"
            ),
            (
                "{\(entry("a", "[1]", "[0, 4]")), \(entry("b", "[2]", "[0, 8]"))}", .tensor("b"),
                "it overlaps another tensor at data offset 0"
            ),
            ("{\(entry("a", "[1]", "[4, 8]"))}", .tensor("a"), "a gap lies before it at data offset 0"),
            ("{\(entry("a", "[1]", "[0, 4]"))}", .file, "4 bytes follow the last tensor"),
            (
                "{\(entry("a", "[4]", "[0, 16]"))}", .tensor("a"),
                "it ends at data offset 16, but there are 8 bytes of data"
            ),
            (
                "{\(entry("a", "[3]", "[0, 8]"))}", .tensor("a"),
                "its data_offsets 0…8 do not span the 12 bytes of its shape"
            ),
            (
                "{\(entry("a", "[2]", "[8, 0]"))}", .tensor("a"),
                "its data_offsets 8…0 do not span the 8 bytes of its shape"
            ),
            (
                "{\(entry("a", "[4294967296, 4294967296]", "[0, 8]"))}", .tensor("a"),
                "its shape [4294967296, 4294967296] is impossible"
            ),
            ("{\(entry("a", "[-2]", "[0, 8]"))}", .tensor("a"), "it has no shape"),
            ("{\(entry("a", "[2]", "[0]"))}", .tensor("a"), "it has no data_offsets"),
            (#"{"a": [1]}"#, .tensor("a"), "it has no dtype and shape"),
            (#"{"__metadata__": {"a": 1}}"#, .tensor("__metadata__"), "the value of 'a' is no string"),
            (#"{"a": {}} x"#, .byte(18), "text follows the header's JSON"),
            (#"{"a" 1}"#, .byte(13), "':' is expected in the header's JSON"),
            (#"{"a": tru}"#, .byte(14), "no value is found in the header's JSON"),
            (#"{"a\ud800": 1}"#, .byte(17), "half a character stands in the header"),
            (#"{"a"#, .byte(9), "a string of the header does not end"),
        ] as [(String, FormatError.Place, String)])
    func refusesContradictions(header: String, place: FormatError.Place, problem: String) {
        #expect(throws: FormatError.malformed(file: "x", place: place, problem: problem)) {
            try read(header, [UInt8](repeating: 0, count: 8))
        }
    }

    @Test func refusesWhatIsBeyondTheLimits() {
        var limits = Limits()
        limits.headerBytes = 10
        #expect(throws: FormatError.tooLarge(file: "x", what: "bytes of the header", size: 11, limit: 10)) {
            try read("{         }", limits: limits)
        }
        limits = Limits()
        limits.entries = 1
        #expect(throws: FormatError.tooLarge(file: "x", what: "tensors in the header", size: 2, limit: 1)) {
            try read(#"{"a": 1, "b": 2}"#, limits: limits)
        }
        limits.decodedBytes = 7
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: 8, limit: 7)) {
            try read("{\(Self.entry("a", "[2]", "[0, 8]"))}", [UInt8](repeating: 0, count: 8), limits: limits)
        }
        let axes = "[\(Array(repeating: "1", count: 17).joined(separator: ","))]"
        #expect(throws: FormatError.tooLarge(file: "x", what: "axes of a tensor", size: 17, limit: 16)) {
            try read("{\(Self.entry("a", axes, "[0, 4]"))}", [0, 0, 0, 0])
        }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: FormatError.tooLarge(file: "x", what: "nesting of the header", size: 17, limit: 16)) {
            try read(#"{"a": \#(deep)"#)
        }
    }

    @Test func refusesUnreadTypesEmptyAndTruncatedFiles() {
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: .tensor("a"), feature: "element type F8_E4M3",
                advice: "convert it to F32 and save again")
        ) { try read("{\(Self.entry("a", "[2]", "[0, 2]", "F8_E4M3"))}", [0, 0]) }
        #expect(throws: FormatError.noTensors(file: "x", found: "an empty header")) { try read("{}") }
        let whole = Self.file(Self.header, Self.data)
        #expect(throws: FormatError.truncated(file: "x", offset: 8, needs: Self.header.utf8.count, end: 100)) {
            try readStateDict(bytes: Array(whole.prefix(100)), file: "x")
        }
        #expect(
            throws: FormatError.malformed(file: "x", place: .byte(16), problem: "a string of the header is not UTF-8")
        ) {
            let header: [UInt8] = Array(#"{"a":   ""#.utf8) + [0xFF] + Array(#""}"#.utf8)
            _ = try readStateDict(bytes: little(UInt64(header.count)) + header, file: "x")
        }
    }

    @Test func survivesMutations() {
        attack(Self.file(Self.header, Self.data), times: 10_000, seed: 1) { bytes in
            let context = ReadContext(file: "x", limits: smallLimits)
            _ = try Safetensors.index(InputFile(bytes: bytes, name: "x"), context).stateDict()
        }
    }
}
