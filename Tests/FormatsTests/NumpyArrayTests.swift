import Tensors
import Testing

@testable import Formats

@Suite struct NumpyArrayTests {
    private func tensor(_ bytes: [UInt8]) throws -> Tensor? {
        if case .tensor(let tensor) = try readNPY(bytes: bytes, file: "x") { tensor } else { nil }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt8>) func readsEveryVersion(version: UInt8) throws {
        let read = try tensor(NPYWriter.array("<f4", [2, 1], version: version, TorchWriter.floats([1.5, -2])))
        #expect(read?.shape.dims == [2, 1])
        #expect(read?.floats() == [1.5, -2])
    }

    @Test(
        arguments: [
            ("|b1", ElementType.bool, [1], [1]), ("|u1", .uint8, [200], [200]), ("|i1", .int8, [0xFF], [-1]),
            ("<i2", .int16, [0, 0x80], [-32768]), ("<i4", .int32, little(Int32(-5)), [-5]),
            ("<i8", .int64, little(Int64(1) << 40), [1 << 40]), ("<u2", .int32, [0xFF, 0xFF], [65535]),
            ("<u4", .int64, little(UInt32.max), [4_294_967_295]), ("<u8", .int64, little(UInt64(7)), [7]),
        ] as [(String, ElementType, [UInt8], [Int])])
    func readsEveryInteger(descr: String, type: ElementType, data: [UInt8], expected: [Int]) throws {
        let read = try tensor(NPYWriter.array(descr, [1], data))
        #expect(read?.elementType == type)
        #expect(read?.integers() == expected)
    }

    @Test func readsFortranOrderAsRowMajor() throws {
        // a[i][j][k] = 100i + 10j + k of shape 2×3×2 stands with i fastest.
        var data: [UInt8] = []
        for k in 0..<2 { for j in 0..<3 { for i in 0..<2 { data.append(UInt8(100 * i + 10 * j + k)) } } }
        let read = try tensor(NPYWriter.array("|u1", [2, 3, 2], fortran: true, data))
        #expect(read?.integers() == [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121])
        #expect(try tensor(NPYWriter.array("|u1", [0, 1 << 40, 1 << 40], fortran: true, []))?.shape.count == 0)
    }

    @Test func readsText() throws {
        let wide = "äb".unicodeScalars.flatMap { little($0.value) } + "c\0".unicodeScalars.flatMap { little($0.value) }
        #expect(try readNPY(bytes: NPYWriter.array("<U2", [2], wide), file: "x") == .strings(["äb", "c"]))
        #expect(
            try readNPY(bytes: NPYWriter.array("|S2", [2], Array("abc\0".utf8)), file: "x") == .strings(["ab", "c"]))
    }

    private func unsupported(_ feature: String, _ advice: String) -> FormatError {
        .unsupported(file: "x", place: .file, feature: feature, advice: advice)
    }

    @Test func refusesWhatIsNotRead() {
        #expect(throws: unsupported("big-endian data (>f4)", "convert it with astype and save again")) {
            try tensor(NPYWriter.array(">f4", [1], [0, 0, 0, 0]))
        }
        #expect(throws: unsupported("an array of Python objects", "save numbers or text")) {
            try tensor(NPYWriter.array("|O", [1], [0]))
        }
        #expect(throws: unsupported("a structured array", "save plain arrays")) {
            try tensor(NPYWriter.file(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}", []))
        }
        #expect(throws: unsupported("element type <c8", "save numbers: uint8 images, integer labels, float weights")) {
            try tensor(NPYWriter.array("<c8", [1], little(UInt64(0))))
        }
        #expect(throws: unsupported("npy version 4", "save it again with numpy.save")) {
            try tensor(NPYWriter.array("<f4", [1], version: 4, [0]))
        }
        #expect(throws: unsupported("a number beyond 2⁶³", "save as int64")) {
            try tensor(NPYWriter.array("<u8", [1], little(UInt64.max)))
        }
    }

    @Test(arguments: [
        "", "{", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,)}",
        "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}", "{'descr: 1}",
    ])
    func refusesBrokenHeaders(header: String) {
        let expected = FormatError.malformed(
            file: "x", place: .file, problem: "the numpy header cannot be understood")
        #expect(throws: expected) { try tensor(NPYWriter.file(header: header, [0, 0, 0, 0])) }
    }

    @Test func refusesWrongSizes() {
        func malformed(_ problem: String) -> FormatError { .malformed(file: "x", place: .file, problem: problem) }
        #expect(throws: malformed("4 bytes of data do not make an array of shape 2")) {
            try tensor(NPYWriter.array("<f4", [2], [0, 0, 0, 0]))
        }
        #expect(throws: malformed("its shape [4294967296, 4294967296] is impossible")) {
            try tensor(NPYWriter.array("<f4", [1 << 32, 1 << 32], []))
        }
        #expect(throws: malformed("'<f\(Int.max)0' is no element type")) {
            try tensor(NPYWriter.array("<f\(Int.max)0", [1], []))
        }
        #expect(throws: malformed("'<U\(Int.max)' is no element type")) {
            try tensor(NPYWriter.array("<U\(Int.max)", [1], []))
        }
        let whole = NPYWriter.array("<f4", [1], [0, 0, 0, 0])
        #expect(throws: FormatError.truncated(file: "x", offset: 10, needs: whole.count - 14, end: 20)) {
            try tensor(Array(whole.prefix(20)))
        }
        #expect(throws: malformed("it does not start as a numpy array")) { try tensor([1, 2, 3]) }
        #expect(throws: FormatError.empty(file: "x")) { try tensor([]) }
    }

    @Test(arguments: [false, true]) func readsArchives(deflated: Bool) throws {
        let data = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
        let zip = ZipWriter(
            [
                ("a.npy", NPYWriter.array("|u1", [70_000], data)), ("b.npy", [1, 2]),
                ("c.npy", NPYWriter.array("<f4", [], TorchWriter.floats([2.5]))),
            ], deflated: deflated)
        let (arrays, names) = try readNPZ(bytes: zip.bytes, file: "x", wanted: ["a", "c", "d"])
        #expect(names == ["a", "b", "c"])
        #expect(Set(arrays.keys) == ["a", "c"])
        guard case .tensor(let a)? = arrays["a"], case .tensor(let c)? = arrays["c"] else {
            Issue.record("no tensors")
            return
        }
        #expect(a.bytes == data)
        #expect(c.floats() == [2.5])
    }

    @Test func refusesBrokenArchives() {
        var zip = ZipWriter([("a.npy", NPYWriter.array("|u1", [1], [7]))])
        func read(_ limits: Limits = .standard) throws {
            _ = try readNPZ(bytes: zip.bytes, file: "x", wanted: ["a"], limits: limits)
        }
        let size = zip.members[0].content.count
        var limits = Limits()
        limits.decodedBytes = size - 1
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: size, limit: size - 1)) {
            try read(limits)
        }
        let place = FormatError.Place.entry("a.npy")
        zip.members[0].content = [1]
        #expect(throws: FormatError.malformed(file: "x", place: place, problem: "it does not start as a numpy array")) {
            try read()
        }
        zip.members[0].content = NPYWriter.array("|u1", [2], [7])
        #expect(
            throws: FormatError.malformed(
                file: "x", place: place, problem: "1 bytes of data do not make an array of shape 2")
        ) { try read() }
        zip.members[0].flags = 1
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: place, feature: "an encrypted entry", advice: "decrypt the archive first")
        ) { try read() }
        zip = ZipWriter([("x/data.pkl", [])])
        #expect(
            throws: FormatError.wrongKind(
                file: "x", found: "a PyTorch file, not images", advice: FormatError.imageAdvice
            )
        ) { try read() }
        #expect(throws: FormatError.wrongKind(file: "x", found: "no npz archive", advice: "write it with numpy.savez"))
        {
            try readNPZ(bytes: [1, 2, 3], file: "x", wanted: [])
        }
        #expect(
            throws: FormatError.wrongKind(
                file: "x", found: "a numpy array", advice: "give images and labels, as npy files or an npz, with --data"
            )
        ) {
            try readNPZ(bytes: NPYWriter.array("|u1", [1], [7]), file: "x", wanted: [])
        }
        #expect(throws: FormatError.empty(file: "x")) { try readNPZ(bytes: [], file: "x", wanted: []) }
    }

    @Test func refusesHostileMembers() throws {
        let array = NPYWriter.array("|u1", [3], [7, 8, 9])
        let place = FormatError.Place.entry("a.npy")
        func problem(_ place: FormatError.Place, _ problem: String) -> FormatError {
            .malformed(file: "x", place: place, problem: problem)
        }
        func read(_ change: (inout ZipWriter) -> Void, limits: Limits = .standard) throws {
            var zip = ZipWriter([("a.npy", array)])
            change(&zip)
            _ = try readNPZ(bytes: zip.bytes, file: "x", wanted: ["a"], limits: limits)
        }
        #expect(throws: problem(place, "the name comes twice")) { try read { $0.members.append($0.members[0]) } }
        let size = array.count
        #expect(throws: problem(place, "\(size) compressed bytes cannot hold the 4000000000 it claims")) {
            try read { $0.members[0].claimedSize = 4_000_000_000 }
        }
        #expect(throws: problem(place, "\(size + 5) compressed bytes cannot hold the 4000000000 it claims")) {
            try read {
                $0.members[0].method = 8
                $0.members[0].claimedSize = 4_000_000_000
            }
        }
        #expect(throws: problem(place, "it is too short")) {
            try read {
                $0.members[0].method = 8
                $0.members[0].claimedSize = size + 1
            }
        }
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: place, feature: "compression method 14", advice: "pack it stored or deflated")
        ) { try read { $0.members[0].method = 14 } }
        var limits = Limits()
        limits.entries = 1
        #expect(throws: FormatError.tooLarge(file: "x", what: "entries of the archive", size: 2, limit: 1)) {
            try read({ $0.members.append(.init(name: "b.npy", content: array)) }, limits: limits)
        }
        limits = Limits()
        limits.headerBytes = 10
        #expect(throws: FormatError.tooLarge(file: "x", what: "bytes of the header", size: size - 13, limit: 10)) {
            try read({ _ in }, limits: limits)
        }
    }

    @Test func survivesMutations() {
        attack(NPYWriter.array("<u2", [2, 3], fortran: true, Array(0..<12)), times: 10_000, seed: 4) {
            _ = try readNPY(bytes: $0, file: "x", limits: smallLimits)
        }
        let zip = ZipWriter([("a.npy", NPYWriter.array("|u1", [3], [7, 8, 9]))], deflated: true)
        attack(zip.bytes, times: 10_000, seed: 5) {
            _ = try readNPZ(bytes: $0, file: "x", wanted: ["a"], limits: smallLimits)
        }
    }
}
