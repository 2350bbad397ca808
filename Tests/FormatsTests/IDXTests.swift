import Foundation
import Tensors
import Testing

@testable import Formats

@Suite struct IDXTests {
    /// Three images of 2×2: 0…11.
    private let images = [0, 0, 8, 3] + big(3) + big(2) + big(2) + Array(0..<12)
    /// The same, compressed by Python's gzip.
    private let compressed = [UInt8](
        Data(base64Encoded: "H4sIAAAAAAACA2Ng4GBmYGAAYSYwZmRiZmFlY+fg5OIGAGNEb8YcAAAA") ?? Data())

    @discardableResult private func read(_ bytes: [UInt8], limits: Limits = .standard) throws -> Tensor {
        try IDX.read(bytes: bytes, file: "x", limits: limits)
    }

    private func malformed(_ place: FormatError.Place, _ problem: String) -> FormatError {
        .malformed(file: "x", place: place, problem: problem)
    }

    @Test func readsImagesAndLabels() throws {
        let tensor = try read(images)
        #expect(tensor.shape.dims == [3, 2, 2])
        #expect(tensor.elementType == .uint8)
        #expect(tensor.bytes == Array(0..<12))
        #expect(try read([0, 0, 8, 1] + big(2) + [7, 3]).integers() == [7, 3])
    }

    @Test func turnsBigEndianNumbersRound() throws {
        #expect(try read([0, 0, 0x0B, 1] + big(2) + [1, 2, 0xFF, 0xFE]).integers() == [258, -2])
        #expect(try read([0, 0, 0x0C, 1] + big(1) + [0, 1, 0, 2]).integers() == [65538])
        #expect(try read([0, 0, 0x0D, 1] + big(1) + [0x3F, 0xC0, 0, 0]).floats() == [1.5])
        #expect(try read([0, 0, 0x0E, 1] + big(1) + [0xC0, 4, 0, 0, 0, 0, 0, 0]).floats() == [-2.5])
        #expect(try read([0, 0, 0x09, 1] + big(1) + [0xFF]).integers() == [-1])
    }

    @Test func readsCompressedFiles() throws {
        #expect(try read(compressed) == read(images))
        // Zeros fill up a tape's block.
        #expect(try read(compressed + [0, 0, 0]) == read(images))
    }

    @Test func isToldFromOtherFiles() {
        #expect(IDX.looksLike(images))
        #expect(IDX.looksLike(compressed))
        #expect(!IDX.looksLike([0, 0, 8]))
        #expect(!IDX.looksLike([0, 0, 7, 3, 0, 0, 0, 0]))
        // A CIFAR image of class 0 whose first pixels are 0, 8, 3.
        #expect(!IDX.looksLike([0, 0, 8, 3] + [UInt8](repeating: 9, count: 3069)))
        // An idx file of just that size.
        #expect(IDX.looksLike([0, 0, 8, 1] + big(3065) + [UInt8](repeating: 9, count: 3065)))
    }

    @Test func refusesWrongFiles() {
        #expect(throws: FormatError.empty(file: "x")) { try read([]) }
        #expect(throws: FormatError.truncated(file: "x", offset: 0, needs: 4, end: 3)) { try read([0, 0, 8]) }
        let foreign = FormatError.wrongKind(
            file: "x", found: "no idx file: it does not begin with two zeros and an element type",
            advice: "give the file as MNIST's makers publish it, or unpack it")
        #expect(throws: foreign) { try read([0, 1, 8, 3] + images.dropFirst(4)) }
        #expect(throws: foreign) { try read([0, 0, 7, 3] + images.dropFirst(4)) }
        #expect(throws: FormatError.tooLarge(file: "x", what: "axes of a tensor", size: 255, limit: 16)) {
            try read([0, 0, 8, 255] + images.dropFirst(4))
        }
        #expect(throws: FormatError.truncated(file: "x", offset: 8, needs: 4, end: 10)) {
            try read(Array(images.prefix(10)))
        }
        #expect(throws: FormatError.truncated(file: "x", offset: 16, needs: 12, end: 27)) {
            try read(images.dropLast())
        }
        #expect(throws: malformed(.byte(28), "2 bytes follow the data")) { try read(images + [1, 2]) }
        let huge = [0, 0, 8, 3] + big(.max) + big(.max) + big(.max)
        #expect(throws: malformed(.byte(4), "its shape [4294967295, 4294967295, 4294967295] is impossible")) {
            try read(huge + [1])
        }
        // Just within 64 bits, but not in the file.
        let large = [0, 0, 8, 2] + big(.max) + big(1 << 31)
        #expect(throws: FormatError.truncated(file: "x", offset: 12, needs: 0xFFFF_FFFF << 31, end: 13)) {
            try read(large + [1])
        }
        // 2⁶³ − 2³¹ elements and a header reach beyond; 8 bytes each do so by themselves.
        #expect(throws: malformed(.byte(4), "its shape [4294967295, 2147483648] is impossible")) {
            try read([0, 0, 0x0E, 2] + big(.max) + big(1 << 31))
        }
        var limits = Limits()
        limits.decodedBytes = 11
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: 12, limit: 11)) {
            try read(images, limits: limits)
        }
    }

    @Test func refusesDamagedCompression() {
        let end = compressed.count
        #expect(throws: malformed(.byte(12), "the compressed data ends too early")) {
            try read(Array(compressed.prefix(12)))
        }
        #expect(throws: malformed(.byte(end - 1), "the compressed data ends too early")) {
            try read(compressed.dropLast())
        }
        #expect(throws: malformed(.byte(end), "3 bytes follow the compressed data")) {
            try read(compressed + [0, 0, 1])
        }
        func changed(_ place: Int, _ value: UInt8) -> [UInt8] {
            var changed = compressed
            changed[place] = value
            return changed
        }
        #expect(throws: malformed(.byte(4), "the compressed data is damaged (unknown compression method)")) {
            try read(changed(2, 7))
        }
        #expect(throws: malformed(.byte(end - 4), "the compressed data is damaged (incorrect data check)")) {
            try read(changed(end - 8, 0))
        }
        #expect(throws: malformed(.byte(end), "the compressed data is damaged (incorrect length check)")) {
            try read(changed(end - 4, 0))
        }
        #expect(throws: malformed(.byte(11), "the compressed data is damaged (invalid block type)")) {
            try read(changed(10, 7))
        }
    }

    /// A gzip member of stored blocks.
    private func member(_ content: [UInt8]) -> [UInt8] {
        let count = UInt16(content.count)
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1] + little(count) + little(~count) + content
            + little(ZipWriter.checksum(content)) + little(UInt32(content.count))
    }

    @Test func holdsCompressedContentToItsHeader() throws {
        #expect(try read(member(images)) == read(images))
        // Two members are one file.
        #expect(try read(member(Array(images.prefix(20))) + member(Array(images.dropFirst(20)))) == read(images))
        #expect(throws: malformed(.file, "it unpacks to 27 bytes where its header declares 28")) {
            try read(member(images.dropLast()))
        }
        #expect(throws: malformed(.file, "it unpacks to more than the 28 bytes that its header declares")) {
            try read(member(images + [0]))
        }
        #expect(throws: malformed(.file, "it unpacks to more than the 28 bytes that its header declares")) {
            try read(member(images) + member([1]))
        }
        // A bomb: a header that declares terabytes is refused before any of it is unpacked.
        let bomb = member([0, 0, 8, 3] + big(1 << 20) + big(1 << 10) + big(1 << 10))
        #expect(
            throws: malformed(
                .file, "\(bomb.count) compressed bytes cannot hold the 1099511627792 that its header declares")
        ) { try read(bomb) }
        var limits = Limits()
        limits.decodedBytes = 27
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: 28, limit: 27)) {
            try read(member(images), limits: limits)
        }
        #expect(
            throws: FormatError.wrongKind(
                file: "x", found: "no idx file: it does not begin with two zeros and an element type",
                advice: "give the file as MNIST's makers publish it, or unpack it")
        ) { try read(member(Array("hello".utf8))) }
    }

    @Test(arguments: [false, true]) func survivesMutations(isCompressed: Bool) {
        var limits = Limits()
        limits.decodedBytes = 1 << 16
        var mutator = Mutator(seed: isCompressed ? 6 : 5)
        var (taken, refused) = (0, 0)
        let good = isCompressed ? compressed : images
        for _ in 0..<10_000 {
            do {
                let tensor = try read(mutator.mutate(good), limits: limits)
                #expect(tensor.bytes.count <= 1 << 16)
                taken += 1
            } catch let error as FormatError {
                #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
                refused += 1
            } catch {
                Issue.record("\(error) is no FormatError")
            }
        }
        #expect(taken > 100 && refused > 1000)
    }
}
