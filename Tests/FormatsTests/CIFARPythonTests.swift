import Testing

@testable import Formats

@Suite struct CIFARPythonTests {
    @discardableResult private func read(_ bytes: [UInt8], limits: Limits = .standard) throws -> LabelledImages {
        try CIFARPython.read(bytes: bytes, file: "x", limits: limits)
    }

    @Test(arguments: PickledBatch.all) func readsWhatPythonsWrite(batch: PickledBatch) throws {
        #expect(CIFARPython.looksLike(batch.bytes))
        let images = try read(batch.bytes)
        #expect(images.labels == [3, 8])
        #expect([images.channels, images.height, images.width, images.classes] == [3, 32, 32, 10])
        #expect(images.pixels == PickledBatch.pixels)
    }

    @Test func readsNames() throws {
        #expect(try CIFARPython.classNames(bytes: PickledBatch.meta, file: "x") == CIFAR.classNames10)
        let bytes = pickle(text("fine_label_names") + list([[0x43, 2] + Array("ab".utf8), text("c\n")]))
        #expect(try CIFARPython.classNames(bytes: bytes, file: "x") == ["ab", "c\n"])
    }

    @Test func readsCIFAR100() throws {
        let images = try read(batch(count: 1, labels: text("coarse_labels") + list([[0x4B, 7]]) + fine([[0x4B, 99]])))
        #expect(images.labels == [99])
        #expect(images.classes == 100)
    }

    // MARK: Pickles by hand, protocol 3

    private func text(_ text: String) -> [UInt8] { [0x58] + little(UInt32(text.utf8.count)) + Array(text.utf8) }
    private func list(_ items: [[UInt8]]) -> [UInt8] { [0x5D, 0x28] + items.joined() + [0x65] }
    private func integer(_ value: Int32) -> [UInt8] { [0x4A] + little(value) }
    /// One dictionary of keys and values one after the other.
    private func pickle(_ entries: [UInt8]) -> [UInt8] { [0x80, 3, 0x7D, 0x28] + entries + [0x75, 0x2E] }
    private func fine(_ items: [[UInt8]]) -> [UInt8] { text("fine_labels") + list(items) }

    private func array(_ shape: [Int32], type: String = "u1", order: String = "|", content: [UInt8]) -> [UInt8] {
        let reconstruct = Array("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n".utf8)
        let dtype = Array("cnumpy\ndtype\n".utf8) + text(type) + [0x4B, 0, 0x4B, 1, 0x87, 0x52, 0x28, 0x4B, 3]
        return reconstruct + [0x4B, 0, 0x85, 0x43, 1, 0x62, 0x87, 0x52, 0x28, 0x4B, 1, 0x28]
            + shape.flatMap(integer) + [0x74] + dtype + text(order) + [0x4E, 0x4E, 0x4E, 0x74, 0x62, 0x89, 0x42]
            + little(UInt32(content.count)) + content + [0x74, 0x62]
    }

    private func batch(
        count: Int, shape: [Int32]? = nil, type: String = "u1", order: String = "|", labels: [UInt8]
    ) -> [UInt8] {
        let content = [UInt8](repeating: 5, count: 3072 * count)
        return pickle(
            text("data") + array(shape ?? [Int32(count), 3072], type: type, order: order, content: content) + labels)
    }

    private func labels(_ values: [Int32]) -> [UInt8] { text("labels") + list(values.map(integer)) }

    private func malformed(_ place: FormatError.Place, _ problem: String) -> FormatError {
        .malformed(file: "x", place: place, problem: problem)
    }

    private func wrongKind(_ found: String) -> FormatError {
        .wrongKind(file: "x", found: found, advice: FormatError.imageAdvice)
    }

    @Test func refusesOtherPickles() {
        let empty = wrongKind("a pickled dictionary without 'data' and 'labels', no CIFAR batch")
        #expect(throws: empty) { try read(pickle([])) }
        #expect(throws: empty) { try read(pickle(labels([1]))) }
        #expect(throws: wrongKind("a pickle of a number, not images")) { try read([0x80, 2, 0x4B, 1, 0x2E]) }
        #expect(throws: wrongKind("a PyTorch checkpoint, not images")) {
            try read([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E])
        }
        // A call of anything is a placeholder, never a call.
        #expect(throws: wrongKind("a pickle of an object of class os.system, not images")) {
            try read([0x80, 2] + Array("cos\nsystem\n".utf8) + text("true") + [0x85, 0x52, 0x2E])
        }
        #expect(throws: malformed(.file, "'data' is text, no numpy array")) {
            try read(pickle(text("data") + text("u") + labels([1])))
        }
        #expect(throws: wrongKind("a pickled dictionary without 'label_names', no CIFAR batch")) {
            try CIFARPython.classNames(bytes: pickle([]), file: "x")
        }
        #expect(throws: malformed(.file, "a class name is a number, not text")) {
            try CIFARPython.classNames(bytes: pickle(text("label_names") + list([[0x4B, 1]])), file: "x")
        }
    }

    @Test func refusesContradictions() {
        #expect(throws: malformed(.file, "1 images but 2 labels")) {
            try read(batch(count: 1, labels: labels([1, 2])))
        }
        #expect(throws: malformed(.file, "label 10 of image 1 is not among 0…9")) {
            try read(batch(count: 2, labels: labels([9, 10])))
        }
        #expect(throws: malformed(.file, "label -1 of image 0 is not among 0…9")) {
            try read(batch(count: 1, labels: labels([-1])))
        }
        #expect(throws: malformed(.file, "label 100 of image 0 is not among 0…99")) {
            try read(batch(count: 1, labels: fine([integer(100)])))
        }
        #expect(throws: malformed(.entry("labels"), "it is a list, no list of whole numbers")) {
            try read(batch(count: 1, labels: text("labels") + list([text("cat")])))
        }
        #expect(throws: malformed(.file, "'data' is uint8 of shape [3072, 1], not uint8 of N×3072")) {
            try read(batch(count: 1, shape: [3072, 1], labels: labels([1])))
        }
        #expect(throws: malformed(.file, "'data' is int8 of shape [1, 3072], not uint8 of N×3072")) {
            try read(batch(count: 1, type: "i1", labels: labels([1])))
        }
        #expect(throws: malformed(.entry("data"), "3072 bytes of data do not make an array of shape 2×3072")) {
            try read(batch(count: 1, shape: [2, 3072], labels: labels([1])))
        }
        #expect(throws: malformed(.entry("data"), "its shape [-1, 3072] is impossible")) {
            try read(batch(count: 1, shape: [-1, 3072], labels: labels([1])))
        }
        let most = Int32.max
        #expect(throws: malformed(.entry("data"), "its shape [\(most), \(most), \(most)] is impossible")) {
            try read(batch(count: 1, shape: [most, most, most], labels: labels([1])))
        }
        #expect(
            throws: FormatError.unsupported(
                file: "x", place: .entry("data"), feature: "big-endian data (>u2)",
                advice: "convert it with astype and save again")
        ) { try read(batch(count: 1, type: "u2", order: ">", labels: labels([1]))) }
        #expect(throws: malformed(.entry("data"), "'|object' is no element type")) {
            try read(batch(count: 1, type: "object", labels: labels([1])))
        }
    }

    @Test func refusesWhatIsCutOffOrTooLarge() throws {
        let good = batch(count: 1, labels: labels([1]))
        #expect(throws: FormatError.truncated(file: "x", offset: good.count - 1, needs: 1, end: good.count - 1)) {
            try read(good.dropLast())
        }
        #expect(throws: malformed(.byte(good.count), "3 bytes follow the pickle")) { try read(good + [1, 2, 3]) }
        var limits = Limits()
        limits.decodedBytes = 3071
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: 3072, limit: 3071)) {
            try read(good, limits: limits)
        }
        limits = Limits()
        limits.objects = 20
        let many = batch(count: 1, labels: labels(Array(repeating: 1, count: 30)))
        #expect(throws: FormatError.tooLarge(file: "x", what: "values in the pickle's containers", size: 22, limit: 20))
        {
            try read(many, limits: limits)
        }
    }

    /// Repeated references to a long list must not multiply it.
    @Test func copiesNoLongShapes() throws {
        let shape = [0x28] + [UInt8](repeating: 0x4E, count: 1000) + [0x74, 0x71, 9]
        let again: [UInt8] = [0x4B, 1, 0x68, 9, 0x4E, 0x89, 0x4E]
        let target = Array("cnumpy.core.multiarray\n_reconstruct\n)R".utf8)
        let states = Array(repeating: [0x28] + again + [0x74, 0x62], count: 1000).flatMap { $0 }
        #expect(throws: wrongKind("a pickle of a numpy array, not images")) {
            try read([0x80, 2] + shape + target + states + [0x2E])
        }
    }

    @Test func survivesMutations() {
        var limits = Limits()
        limits.decodedBytes = 1 << 16
        limits.objects = 1000
        // Short enough that its instructions are hit, not only its pixels.
        let good = PickledBatch.all.map(\.bytes)
        var mutator = Mutator(seed: 8)
        var (taken, refused) = (0, 0)
        for round in 0..<10_000 {
            do {
                let images = try read(mutator.mutate(good[round % good.count]), limits: limits)
                #expect(images.pixels.count <= 1 << 16)
                taken += 1
            } catch is FormatError {
                refused += 1
            } catch {
                Issue.record("\(error) is no FormatError")
            }
        }
        #expect(taken > 100 && refused > 1000)
    }
}
