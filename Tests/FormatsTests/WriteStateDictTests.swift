import Foundation
import Tensors
import Testing

@testable import Formats

@Suite struct WriteStateDictTests {
    private static func tensor(_ dims: [Int], _ type: ElementType, _ bytes: [UInt8]) throws -> Tensor {
        let shape = try #require(Shape(dims))
        return try #require(Tensor(shape: shape, elementType: type, bytes: bytes))
    }

    /// Every element type, scalars, empty tensors, an odd count before wider elements, and names that need escapes.
    private static func everything() throws -> StateDict {
        var entries: [(name: String, tensor: Tensor)] = []
        func add(_ name: String, _ dims: [Int], _ type: ElementType, first: UInt8 = 1) throws {
            let bytes = (0..<dims.reduce(1, *) * type.size).map {
                type == .bool ? UInt8($0 % 2) : first &+ UInt8(truncatingIfNeeded: $0 &* 37)
            }
            entries.append((name, try tensor(dims, type, bytes)))
        }
        for (index, type) in ElementType.allCases.enumerated() {
            try add("layer.\(type.rawValue)", [3, 1, 5], type, first: UInt8(index))
        }
        try add("scalar", [], .int64)
        try add("empty", [0], .float32)
        try add("empty.4", [2, 0, 3, 3], .float16)
        try add("ones", [1, 1, 1, 1], .bfloat16)
        let names = [
            "", " ", "a\"b\\c/d", "tab\tline\nreturn\r", "\u{0}\u{1}\u{f}\u{10}\u{1f}\u{7f}", "größe·权重·🌼",
            "\u{2028}\u{202E}", "e\u{301}", "\\u0041", "{}[]:,", String(repeating: "n", count: 300),
        ]
        for name in names { try add(name, [2], .float32) }
        return try #require(StateDict(entries, metadata: ["b\"\n": "ä\\", "a": ""]))
    }

    private func read(_ dict: StateDict, as format: StateDictFormat) throws -> StateDict {
        try readStateDict(bytes: try stateDictBytes(dict, as: format, file: "x"), file: "x")
    }

    @Test(arguments: StateDictFormat.allCases) func comesBackAsItWas(format: StateDictFormat) throws {
        let dict = try Self.everything()
        let again = try read(dict, as: format)
        #expect(again.names == dict.names)
        for (name, tensor) in dict.entries { #expect(again[name] == tensor, "\(name)") }
        #expect(again.notes == [])
        #expect(again.metadata == (format == .safetensors ? dict.metadata : [:]))
    }

    @Test(arguments: StateDictFormat.allCases) func equalDictsGiveEqualBytes(format: StateDictFormat) throws {
        let once = try stateDictBytes(Self.everything(), as: format, file: "x")
        #expect(try stateDictBytes(Self.everything(), as: format, file: "another") == once)
    }

    @Test(arguments: StateDictFormat.allCases) func manyTensorsComeBack(format: StateDictFormat) throws {
        let entries = try (0..<5000 as Range<Int32>).map {
            (name: "blocks.\($0).weight", tensor: try Self.tensor([2], .int32, little($0) + little(-$0)))
        }
        let dict = try #require(StateDict(entries))
        let again = try read(dict, as: format)
        #expect(again.names == dict.names)
        #expect(again.entries.allSatisfy { dict[$0.name] == $0.tensor })
    }

    @Test func aSafetensorsFileByHand() throws {
        let half = try Self.tensor([1, 2], .float16, [0, 0x3C, 0, 0xC0])
        let number = try Self.tensor([], .int64, little(Int64(-7)))
        let dict = try #require(StateDict([("h\n", half), ("n", number)], metadata: ["z": "\"", "a": "b"]))
        // The wide number lies first; the names stay in order.
        let header = #"""
            {"__metadata__":{"a":"b","z":"\""},"h\u000a":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]},\#
            "n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}
            """#
        #expect(header.utf8.count == 149)
        let expected =
            little(UInt64(152)) + Array(header.utf8) + Array("   ".utf8)
            + little(Int64(-7)) + [0, 0x3C, 0, 0xC0]
        #expect(try stateDictBytes(dict, as: .safetensors, file: "x") == expected)
    }

    @Test func everyTensorOfASafetensorsFileIsAligned() throws {
        let bytes = try stateDictBytes(Self.everything(), as: .safetensors, file: "x")
        let header = try Safetensors.header(
            InputFile(bytes: bytes, name: "x"), ReadContext(file: "x", limits: .standard))
        #expect(header.dataStart % 8 == 0)
        for entry in header.entries { #expect((header.dataStart + entry.begin) % entry.type.size == 0) }
    }

    @Test func theNameOfTheMetadataIsRefused() throws {
        let dict = try #require(StateDict([("__metadata__", Self.tensor([1], .int8, [1]))]))
        #expect(
            throws: FormatError.unwritable(
                file: "x", reason: "safetensors keeps the name '__metadata__' for itself")
        ) { try stateDictBytes(dict, as: .safetensors, file: "x") }
        #expect(try read(dict, as: .torch).names == ["__metadata__"])
    }

    @Test func aPickleByHand() throws {
        var writer = PickleWriter()
        writer.call("collections", "OrderedDict")
        writer.entry("w") { $0.tuple([0, 255, 256, -1, 1 << 31]) }
        writer.entry("v") { $0.text("w") }
        writer.stop()
        let expected: [UInt8] =
            [0x80, 2] + Array("ccollections\nOrderedDict\nr".utf8) + little(UInt32(0)) + Array("(tR".utf8)
            + Array("X".utf8) + little(UInt32(1)) + Array("wr".utf8) + little(UInt32(1))
            + Array("(K\0K".utf8) + [255] + Array("J".utf8) + little(Int32(256)) + Array("J".utf8) + little(Int32(-1))
            + [0x8A, 8] + little(Int64(1 << 31)) + Array("ts".utf8)
            + Array("X".utf8) + little(UInt32(1)) + Array("vr".utf8) + little(UInt32(2))
            + Array("j".utf8) + little(UInt32(1)) + Array("s.".utf8)
        #expect(writer.bytes == expected)
    }

    /// What the archive's own local headers say: name and content of each entry, and where the content starts.
    private func members(of archive: [UInt8]) -> [(name: String, content: ArraySlice<UInt8>)] {
        func number(_ offset: Int, _ size: Int) -> Int {
            archive[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        var members: [(name: String, content: ArraySlice<UInt8>)] = []
        var offset = 0
        while archive[offset...].starts(with: [0x50, 0x4B, 3, 4]) {
            // Method, time, date.
            #expect(archive[offset + 8..<offset + 14].elementsEqual([0, 0, 0, 0, 0x21, 0]))
            let name = archive[(offset + 30)...].prefix(number(offset + 26, 2))
            let start = offset + 30 + name.count + number(offset + 28, 2)
            let end = start + number(offset + 22, 4)
            members.append((String(decoding: name, as: UTF8.self), archive[start..<end]))
            offset = end
        }
        return members
    }

    @Test func theArchiveIsLaidOutAsPyTorchDoes() throws {
        let dict = try Self.everything()
        let members = members(of: try stateDictBytes(dict, as: .torch, file: "x"))
        let storages = dict.names.indices.map { "archive/data/\($0)" }
        #expect(members.map(\.name) == ["archive/data.pkl", "archive/byteorder"] + storages + ["archive/version"])
        #expect(members.allSatisfy { $0.content.startIndex % 64 == 0 })
        #expect(members[1].content.elementsEqual("little".utf8))
        #expect(members.last?.content.elementsEqual("3\n".utf8) == true)
        for (member, entry) in zip(members.dropFirst(2), dict.entries) {
            #expect(member.content.elementsEqual(entry.tensor.bytes))
        }
    }

    @Test func theFormatGoesByTheExtension() {
        let expected: [(String, StateDictFormat?)] = [
            ("a.safetensors", .safetensors), ("/x.y/A.PTH", .torch), ("a.b.pt", .torch), ("a.th", .torch),
            ("a.bin", .torch), ("a.onnx", nil), ("pth", nil), ("/x.pth/a", nil), ("", nil), ("a.", nil),
        ]
        for (path, format) in expected { #expect(StateDictFormat(path: path) == format, "\(path)") }
    }

    @Test(arguments: StateDictFormat.allCases) func filesAreWritten(format: StateDictFormat) throws {
        try withFolder { folder in
            let path = "\(folder)/a.\(format.extensions[0])"
            let dict = try Self.everything()
            try writeStateDict(dict, as: format, to: path)
            #expect(try readFile(path) == stateDictBytes(dict, as: format, file: path))
            let nowhere = folder + "/none/a"
            #expect(throws: FormatError.unwritable(file: nowhere, reason: "its folder does not exist")) {
                try writeStateDict(dict, as: format, to: nowhere)
            }
        }
    }

    // MARK: What Python makes of the files

    /// Runs a Python program; its exit status and what it wrote.
    private static func python(_ program: String, _ arguments: [String] = []) -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        process.standardOutput = pipe
        process.standardError = pipe
        do { try process.run() } catch { return (-1, "\(error)") }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// Compares what PyTorch reads from a file with lines of name, element type, shape and bytes, all in hexadecimal
    /// digits but for the shape.
    private static let comparison = """
        import sys, torch
        path, expected = sys.argv[1:3]
        if path.endswith(".safetensors"):
            from safetensors import safe_open
            from safetensors.torch import load_file
            state = load_file(path)
            with safe_open(path, "pt") as file:
                assert file.metadata() == {'b"\\n': "ä\\\\", "a": ""}, file.metadata()
                assert list(file.keys()) == list(state) or set(file.keys()) == set(state)
        else:
            state = torch.load(path, weights_only=True)
            assert torch.load(path, weights_only=True, mmap=True).keys() == state.keys()
        count = 0
        for line in open(expected):
            name, kind, shape, content = line[:-1].split(";")
            tensor = state[bytes.fromhex(name).decode()]
            assert str(tensor.dtype) == "torch." + kind, (name, tensor.dtype)
            assert list(tensor.shape) == [int(extent) for extent in shape.split(",") if extent], name
            raw = tensor.contiguous().reshape(-1).view(torch.uint8) if tensor.numel() else torch.empty(0)
            assert bytes(raw.to(torch.uint8).tolist()).hex() == content, name
            assert tensor.is_contiguous() and not tensor.requires_grad, name
            count += 1
        assert count == len(state)
        names = [bytes.fromhex(line.split(";")[0]).decode() for line in open(expected)]
        if not path.endswith(".safetensors"):
            assert list(state) == names
        model = torch.nn.Module()
        for name, tensor in state.items():
            if name and "." not in name:
                model.register_buffer(name, torch.zeros_like(tensor))
        model.load_state_dict({n: t for n, t in state.items() if n and "." not in n}, strict=True)
        print("same")
        """

    /// Found without importing them, which takes seconds.
    private static let hasTorch =
        python(
            """
            from importlib.util import find_spec
            raise SystemExit(not (find_spec("torch") and find_spec("safetensors")))
            """
        ).status == 0

    @Test(
        .enabled(if: Self.hasTorch, "needs Python with torch and safetensors"),
        arguments: StateDictFormat.allCases)
    func pyTorchReadsIt(format: StateDictFormat) throws {
        func digits(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
        try withFolder { folder in
            let dict = try Self.everything()
            let lines = dict.entries.map { name, tensor in
                let shape = tensor.shape.dims.map(String.init).joined(separator: ",")
                return "\(digits(name.utf8));\(tensor.elementType);\(shape);\(digits(tensor.bytes))\n"
            }
            let path = "\(folder)/a.\(format.extensions[0])"
            try writeStateDict(dict, as: format, to: path)
            try writeFile(Array(lines.joined().utf8), to: folder + "/expected")
            let (status, output) = Self.python(Self.comparison, [path, folder + "/expected"])
            #expect(status == 0 && output == "same\n", "\(output)")
        }
    }
}
