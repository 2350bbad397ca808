import Testing

@testable import Formats

@Suite struct CIFARTests {
    /// Records whose pixel p of plane c is c·60 + label + p mod 50.
    private func records(_ labels: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for label in labels {
            bytes += label
            for place in 0..<3072 {
                let value: Int = place / 1024 * 60 + Int(label.last ?? 0) + place % 50
                bytes.append(UInt8(truncatingIfNeeded: value))
            }
        }
        return bytes
    }

    @Test func readsLabelsAndPlanes() throws {
        let images = try CIFAR.read(bytes: records([[3], [9], [0]]), file: "x")
        #expect(images.labels == [3, 9, 0])
        #expect([images.count, images.channels, images.height, images.width, images.classes] == [3, 3, 32, 32, 10])
        #expect(images.pixels.count == 3 * 3072)
        // Image 1, plane 2, pixel 60: 2·60 + 9 + 2108 mod 50.
        #expect(images.pixels[3072 + 2108] == 137)
    }

    @Test func readsTheFineLabelsOfCIFAR100() throws {
        let images = try CIFAR.read(bytes: records([[19, 99], [0, 42]]), file: "x")
        #expect(images.labels == [99, 42])
        #expect(images.classes == 100)
        #expect(images.pixels[3072] == 42)
    }

    @Test func tellsTheFormatsApartByLabelsWhereTheSizeFitsBoth() throws {
        // 3074 records of 3073 bytes are as long as 3073 records of 3074.
        let ten = [UInt8](repeating: 7, count: 3073 * 3074)
        #expect(try CIFAR.read(bytes: ten, file: "x").count == 3074)
        let hundred = [UInt8](repeating: 17, count: 3073 * 3074)
        #expect(try CIFAR.read(bytes: hundred, file: "x").count == 3073)
    }

    @Test(
        arguments: [
            ([[3], [10], [0]], FormatError.Place.record(1, byte: 3073), "label 10 is not among 0…9"),
            ([[255]], .record(0, byte: 0), "label 255 is not among 0…9"),
            ([[1, 1], [2, 100]], .record(1, byte: 3074), "label 100 is not among 0…99"),
        ] as [([[UInt8]], FormatError.Place, String)])
    func refusesLabelsOutOfRange(labels: [[UInt8]], place: FormatError.Place, problem: String) {
        #expect(throws: FormatError.malformed(file: "x", place: place, problem: problem)) {
            try CIFAR.read(bytes: records(labels), file: "x")
        }
    }

    @Test(
        arguments: ([
            (
                [1] + [UInt8](repeating: 0x80, count: 99),
                "no CIFAR binary file: 100 bytes are not a whole number of records of 3073 (CIFAR-10) or 3074 (CIFAR-100)"
            ),
            (Array("airplane\nbird\n".utf8), "text"),
            ([0x1F, 0x8B, 8, 0], "a compressed file"),
            ([0x80, 2, 0x2E], "a checkpoint or pickle, not images"),
            (little(UInt64(2)) + Array("{}".utf8), "a checkpoint or pickle, not images"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "an image"),
        ] as [([UInt8], String)]).map { (Content($0), $1) })
    func refusesOtherFiles(content: Content, kind: String) {
        #expect {
            try CIFAR.read(bytes: content.bytes, file: "x")
        } throws: { error in
            guard case .wrongKind("x", kind, _)? = error as? FormatError else { return false }
            return true
        }
    }

    @Test func refusesEmptyAndTooLargeFiles() {
        #expect(throws: FormatError.empty(file: "x")) { try CIFAR.read(bytes: [], file: "x") }
        var limits = Limits()
        limits.decodedBytes = 3071
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: 3072, limit: 3071)) {
            try CIFAR.read(bytes: records([[1]]), file: "x", limits: limits)
        }
    }

    @Test func refusesImagesThatContradictThemselves() {
        func images(_ pixels: Int, _ labels: [Int], width: Int = 2) -> LabelledImages? {
            LabelledImages(
                channels: 1, height: 2, width: width, pixels: [UInt8](repeating: 0, count: pixels), labels: labels,
                classes: 2)
        }
        #expect(images(8, [0, 1]) != nil)
        #expect(images(7, [0, 1]) == nil)
        #expect(images(8, [0, 2]) == nil)
        #expect(images(8, [0, -1]) == nil)
        #expect(images(0, [0, 1], width: 0) == nil)
        #expect(images(8, [0, 1], width: .max) == nil)
    }

    @Test func survivesMutations() {
        attack(records([[3], [9]]), times: 10_000, seed: 6) { _ = try CIFAR.read(bytes: $0, file: "x") }
    }
}
