import Testing

@testable import Formats

@Suite struct UnpicklerTests {
    private typealias W = TorchWriter

    /// A zip archive around a pickle given byte by byte, so that offsets count from the pickle's start.
    private func read(pickle: [UInt8], limits: Limits = .standard) throws -> StateDict {
        var zip = W.zip([], storages: [("0", W.floats([1, 2]))])
        zip.members[0].content = pickle
        return try readStateDict(bytes: zip.bytes, file: "x", limits: limits)
    }

    private func read(_ object: [UInt8], limits: Limits = .standard) throws -> StateDict {
        try read(pickle: W.pickle(object), limits: limits)
    }

    private static let tensor = W.tensor(W.storage("0", count: 2), [2], [1])

    @Test(arguments: [
        ("0", 0, "an instruction of the pickle lacks its operands"),
        ("(t0.", 3, "an instruction of the pickle lacks its operands"),
        ("NNs.", 2, "an instruction of the pickle lacks its operands"),
        ("NNNs.", 3, "entries are set in something that is no dictionary"),
        ("NNa.", 2, "items are appended to something that is no list"),
        ("(Nd.", 2, "a dictionary has a key without a value"),
        ("t.", 0, "an instruction of the pickle lacks its mark"),
        ("N(R.", 2, "an instruction of the pickle lacks its operands"),
        ("h\u{5}.", 0, "the pickle recalls memo 5, which is not set"),
        ("g-1\n.", 0, "the pickle recalls memo -1, which is not set"),
        ("gx\n.", 0, "a number of the pickle is no number"),
        ("I1x\n.", 0, "a number of the pickle is no number"),
        ("S'a\n.", 0, "a text of the pickle lacks its quotes"),
        ("NNR.", 2, "a call has no argument tuple"),
        ("NNN\u{1}.", 3, "0x1 is no instruction of a pickle"),
        ("(o.", 1, "an object has no class"),
    ])
    func refusesImpossibleInstructions(text: String, offset: Int, problem: String) {
        let expected = FormatError.malformed(file: "x", place: .byte(offset), problem: problem)
        #expect(throws: expected) { try read(pickle: Array(text.utf8)) }
    }

    @Test(arguments: [
        ("N)R.", "a plain value"), ("N.", "None"), ("K\u{1}.", "a number"), ("U\u{1}a.", "text"), (").", "a list"),
        ("cos\nsystem\n.", "a class"), ("ios\nsystem\n.", nil), ("(ios\nsystem\n.", "an object of class os.system"),
        ("(cos\nsystem\no.", "an object of class os.system"), ("(N1(N0.", nil), ("(NN1N2sN.", nil),
        ("Pa\n.", "a plain value"),
    ])
    func describesWhatIsNoStateDict(text: String, found: String?) {
        #expect {
            try read(pickle: Array(text.utf8))
        } throws: { error in
            switch error as? FormatError {
            case .noTensors("x", let actual)?: actual == found
            case .malformed("x", _, _)?: found == nil
            default: false
            }
        }
    }

    @Test func refusesTruncatedPickles() {
        #expect(throws: FormatError.truncated(file: "x", offset: 5, needs: 200, end: 7)) {
            try read(pickle: Array("X".utf8) + little(UInt32(200)) + [1, 2])
        }
        #expect(throws: FormatError.truncated(file: "x", offset: 9, needs: .max, end: 10)) {
            try read(pickle: [0x8D] + little(UInt64.max) + [1])
        }
        #expect(throws: FormatError.truncated(file: "x", offset: 2, needs: 1, end: 2)) { try read(pickle: [0x80, 2]) }
        #expect(throws: FormatError.truncated(file: "x", offset: 1, needs: 4, end: 4)) {
            try read(pickle: Array("cabc".utf8))
        }
    }

    @Test func refusesWhatIsBeyondTheLimits() {
        var limits = Limits()
        limits.objects = 50
        let stack = [UInt8](repeating: UInt8(ascii: "N"), count: 51)
        #expect(throws: FormatError.tooLarge(file: "x", what: "values on the pickle's stack", size: 51, limit: 50)) {
            try read(stack, limits: limits)
        }
        let memo = (0...50).flatMap { [UInt8(ascii: "q"), UInt8($0)] }
        #expect(throws: FormatError.tooLarge(file: "x", what: "values in the pickle's memo", size: 51, limit: 50)) {
            try read(Array("N".utf8) + memo, limits: limits)
        }
        let tuples = Array(String(repeating: ")0", count: 51).utf8)
        #expect(throws: FormatError.tooLarge(file: "x", what: "values in the pickle's containers", size: 51, limit: 50))
        {
            try read(tuples, limits: limits)
        }
        let marks = [UInt8](repeating: UInt8(ascii: "("), count: 257)
        #expect(throws: FormatError.tooLarge(file: "x", what: "nesting of the pickle", size: 257, limit: 256)) {
            try read(marks)
        }
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: .byte(2), feature: "pickle protocol 6", advice: "save with protocol 2")
        ) {
            try read([0x80, 6, UInt8(ascii: "N")])
        }
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: .byte(2), feature: "a pickle with extension codes or outside buffers",
                advice: "save the state dict alone")
        ) {
            try read([0x82, 1])
        }
    }

    /// Neither depth without marks, nor a container that holds itself, may cost stack.
    @Test func survivesDepthAndCycles() {
        // ((((…,),),),): one-element tuples around each other.
        let deep = Array(")".utf8) + [UInt8](repeating: 0x85, count: 200_000)
        #expect(throws: FormatError.noTensors(file: "x", found: "a list")) { try read(deep) }
        // d = {}; d["state_dict"] = d
        let cycle = Array("}q\u{0}".utf8) + W.text("state_dict") + Array("h\u{0}s".utf8)
        #expect(throws: FormatError.tooLarge(file: "x", what: "nesting of the state dict", size: 9, limit: 8)) {
            try read(cycle)
        }
        // l = []; l.append(l)
        #expect(throws: FormatError.noTensors(file: "x", found: "a list")) { try read(Array("]q\u{0}h\u{0}a".utf8)) }
    }

    /// State upon state for one object: only the first is looked at, or 100,000 searches of 999 entries would take minutes.
    @Test func looksAtAnObjectsStateOnce() throws {
        let entries = (0..<999).flatMap { _ in W.text("k") + Array("N".utf8) }
        let state = Array("}(".utf8) + entries + Array("uq\u{0}0".utf8)
        let object = W.global("m", "C") + Array(")".utf8) + [0x81]
        let builds = (0..<100_000).flatMap { _ in Array("h\u{0}b".utf8) }
        #expect(throws: FormatError.noTensors(file: "x", found: "an object of class m.C")) {
            try read(state + object + builds)
        }
    }

    @Test func leavesForeignThingsInert() throws {
        let command = W.call("os", "system", [W.text("touch /tmp/never")])
        let namespace =
            W.global("argparse", "Namespace") + Array(")".utf8) + [0x81] + W.dictionary([("lr", [0x88])])
            + Array("b".utf8)
        let dict = try read(W.dictionary([("cmd", command), ("args", namespace), ("w", Self.tensor)]))
        #expect(dict.names == ["w"])
        #expect(dict.notes == ["left out what is no tensor: cmd, args"])
        #expect(throws: FormatError.noTensors(file: "x", found: "an object of class os.system")) { try read(command) }
    }

    @Test func tellsHowToSaveAWholeModule() {
        let module =
            W.global("models.resnet", "ResNet") + Array(")".utf8) + [0x81]
            + W.dictionary([("training", [0x88]), ("_modules", W.dictionary([]))]) + Array("b".utf8)
        let expected = FormatError.wrongKind(
            file: "x",
            found: "a whole pickled module (models.resnet.ResNet), which only its own source code can load",
            advice: "save torch.save(model.state_dict(), FILE), or safetensors, instead")
        #expect(throws: expected) { try read(module) }
        #expect(throws: expected) { try read(W.dictionary([("epoch", W.integer(1)), ("model", module)])) }
        // Beside a state dict the module does not matter.
        #expect(throws: Never.self) {
            try read(W.dictionary([("model", module), ("state_dict", W.dictionary([("w", Self.tensor)]))]))
        }
    }

    @Test func refusesBadTensors() {
        let place = FormatError.Place.tensor("w")
        let complex = W.tensor(W.storage("0", "ComplexFloatStorage", count: 1), [1], [1])
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: place, feature: "element type complex64",
                advice: "convert it to float32 and save again")
        ) {
            try read(W.dictionary([("w", complex)]))
        }
        func problem(_ body: [UInt8]) -> String? {
            do { _ = try read(W.dictionary([("w", body)])) } catch {
                if case .malformed("x", .byte, let problem)? = error as? FormatError { return problem }
            }
            return nil
        }
        #expect(
            problem(W.call("torch._utils", "_rebuild_tensor_v2", [W.storage("0", count: 2)]))
                == "a tensor lacks offset, size or stride")
        #expect(
            problem(
                W.tuple([
                    W.text("storage"), W.global("torch", "FloatStorage"), W.integer(0), W.text("cpu"), W.integer(2),
                ]) + Array("Q".utf8)) == "a storage lacks its key or count")
        #expect(problem(W.storage("0", count: -1)) == "a storage lacks its key or count")
        #expect(problem(W.storage("0", count: 2, view: (1, 2))) == "a view lies outside of its storage")
        #expect(problem(W.storage("0", count: 2, view: (.max, 1))) == "a view lies outside of its storage")
        #expect(
            problem(W.call("collections", "OrderedDict", [W.list([W.tuple([[0x88]])])]))
                == "a dictionary has a key without a value")
        let huge = W.tensor(W.storage("0", count: .max), [1], [1])
        #expect(
            throws: FormatError.malformed(
                file: "x", place: place, problem: "its storage 0 has 8 bytes where \(Int.max) elements are due")
        ) {
            try read(W.dictionary([("w", huge)]))
        }
    }

    @Test func readsPythonTwosOrderedDict() throws {
        let pairs = W.list([W.list([W.text("w"), Self.tensor])])
        #expect(try read(W.call("collections", "OrderedDict", [pairs]))["w"]?.floats() == [1, 2])
    }

    @Test func readsProtocolZero() {
        let expected = FormatError.noTensors(file: "x", found: "the keys epoch, x, ns, u")
        #expect(throws: expected) { try read(pickle: PickleFixtures.bytes(protocol: 0)) }
        let text = Array("Vä\\u000ab\\u005cc\\u12\n.".unicodeScalars.map { UInt8($0.value) })
        let value = text.withUnsafeBytes { bytes in
            let context = ReadContext(file: "x", limits: .standard)
            var reader = ByteReader(bytes, context)
            return try? Unpickler.load(from: &reader, context).0
        }
        guard case .string("ä\nb\\c\\u12")? = value else {
            Issue.record("\(String(describing: value))")
            return
        }
    }

    @Test(arguments: 0...5) func survivesMutations(protocol number: Int) {
        attack(PickleFixtures.bytes(protocol: number), times: 1700, seed: UInt64(number)) { bytes in
            try bytes.withUnsafeBytes { bytes in
                let context = ReadContext(file: "x", limits: smallLimits)
                var reader = ByteReader(bytes, context)
                let (value, heap) = try Unpickler.load(from: &reader, context)
                let file = InputFile(bytes: [UInt8](repeating: 1, count: 32), name: "x")
                _ = try StateDictSelection(value, heap, context).index(file, context) { storage in
                    storage.key == "0" ? (.plain(0..<24), 24) : (.plain(24..<32), 8)
                }.stateDict()
            }
        }
    }
}
