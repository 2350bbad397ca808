import Formats
import Testing

@testable import Datasets

@Suite struct NPZImagesTests {
    private func set(_ bytes: [UInt8]) throws -> ImageSet { try ImageSet(bytes: bytes, source: "x") }

    @Test func readsPlanesAndGrayImages() throws {
        let planes = try set(imageArchive(shape: [2, 3, 1, 2], pixels: Array(0..<12), labels: [1, 0]))
        #expect(planes.extents == [2, 3, 1, 2])
        #expect(planes.pixels == Array(0..<12))
        #expect(planes.labels == [1, 0])
        #expect(planes.classNames == ["0", "1"])
        let gray = try set(imageArchive(shape: [2, 2, 3], pixels: Array(0..<12), labels: [4, 0]))
        #expect(gray.extents == [2, 1, 2, 3])
        #expect(gray.pixels == Array(0..<12))
        #expect(gray.classNames == ["0", "1", "2", "3", "4"])
    }

    @Test func turnsChannelsLastIntoPlanes() throws {
        // Two images of 2×2, channels r, g, b side by side.
        let colour = try set(imageArchive(shape: [2, 2, 2, 3], pixels: Array(0..<24), labels: [1, 0]))
        #expect(colour.extents == [2, 3, 2, 2])
        #expect(colour.pixels.prefix(12) == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
        #expect(colour.pixels.suffix(4) == [14, 17, 20, 23])
        let gray = try set(imageArchive(shape: [2, 4, 2, 1], pixels: Array(0..<16), labels: [1, 0]))
        #expect(gray.extents == [2, 1, 4, 2])
        #expect(gray.pixels == Array(0..<16))
        // Three rows of channels-first images are no channels last.
        let first = try set(imageArchive(shape: [2, 1, 3, 3], pixels: Array(0..<18), labels: [1, 0]))
        #expect(first.extents == [2, 1, 3, 3])
    }

    @Test func readsNamesAndLabelsOfOneColumn() throws {
        let bytes = imageArchive(
            shape: [2, 1, 1], pixels: [1, 2], labels: [1, 0], labelShape: [2, 1], classes: ["ja", "nein"])
        #expect(try set(bytes).classNames == ["ja", "nein"])
    }

    @Test func refusesLabelsOutOfRange() {
        func labels(_ labels: [Int], classes: [String]? = nil) throws {
            _ = try set(imageArchive(shape: [2, 1, 1], pixels: [1, 2], labels: labels, classes: classes))
        }
        #expect(throws: DatasetError.labelOutOfRange(file: "x", sample: 1, label: -1, classes: 100_000)) {
            try labels([0, -1])
        }
        #expect(throws: DatasetError.labelOutOfRange(file: "x", sample: 0, label: .max, classes: 100_000)) {
            try labels([.max, 0])
        }
        #expect(throws: DatasetError.labelOutOfRange(file: "x", sample: 1, label: 2, classes: 2)) {
            try labels([0, 2], classes: ["a", "b"])
        }
    }

    @Test func refusesWrongShapes() {
        func shape(_ shape: [Int]) -> DatasetError {
            .shape(
                file: "x", array: "images", found: shape, expected: "N×C×H×W, N×H×W or N×H×W×C with N, H, W > 0")
        }
        for wrong in [[4], [2, 2], [2, 1, 1, 1, 2], [2, 0, 2], [2, 1, 0, 2]] {
            let count = wrong.reduce(1, *)
            #expect(throws: shape(wrong)) {
                try set(imageArchive(shape: wrong, pixels: Array(0..<UInt8(count)), labels: [0, 1]))
            }
        }
        #expect(throws: DatasetError.shape(file: "x", array: "labels", found: [1, 2], expected: "N")) {
            try set(imageArchive(shape: [2, 1, 1], pixels: [1, 2], labels: [0, 1], labelShape: [1, 2]))
        }
        #expect(throws: DatasetError.countMismatch(file: "x", images: 2, labels: 3)) {
            try set(imageArchive(shape: [2, 1, 1], pixels: [1, 2], labels: [0, 1, 2]))
        }
        #expect(throws: DatasetError.tooFewSamples(file: "x", samples: 0)) {
            try set(imageArchive(shape: [0, 1, 1], pixels: [], labels: []))
        }
    }

    @Test func refusesMissingArraysAndWrongTypes() {
        let labels = NPYWriter.array("|u1", [2], [0, 1])
        let images = NPYWriter.array("|u1", [2, 1, 1], [0, 1])
        func archive(_ members: [(String, [UInt8])]) throws { _ = try set(ZipWriter(members).bytes) }
        #expect(throws: DatasetError.missingArray(file: "x", name: "images", found: ["labels", "x"])) {
            try archive([("x.npy", images), ("labels.npy", labels)])
        }
        #expect(throws: DatasetError.missingArray(file: "x", name: "labels", found: ["images"])) {
            try archive([("images.npy", images)])
        }
        let floats = NPYWriter.array("<f4", [2], [UInt8](repeating: 0, count: 8))
        let uint8 = DatasetError.elementType(
            file: "x", array: "images", found: "float32", expected: "uint8 (0…255)")
        #expect(throws: uint8) { try archive([("images.npy", floats), ("labels.npy", labels)]) }
        let whole = DatasetError.elementType(
            file: "x", array: "labels", found: "float32", expected: "whole numbers")
        #expect(throws: whole) { try archive([("images.npy", images), ("labels.npy", floats)]) }
        let text = NPYWriter.array("|S1", [2], [65, 66])
        #expect(throws: DatasetError.elementType(file: "x", array: "labels", found: "text", expected: "whole numbers"))
        {
            try archive([("images.npy", images), ("labels.npy", text)])
        }
        #expect(
            throws: FormatError.wrongKind(
                file: "x", found: "a PyTorch file, not images", advice: FormatError.imageAdvice
            )
        ) {
            try archive([("a/data.pkl", [])])
        }
    }
}
