import Formats
import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct ImageSetTests {
    @Test func readsABatchInTheFilesOrder() throws {
        let set = try ImageSet(bytes: cifarRecords([3, 0, 9, 3]), source: "b.bin")
        #expect(set.extents == [4, 3, 32, 32])
        #expect(set.labels == [3, 0, 9, 3])
        #expect(set.classNames[9] == "truck")
        #expect(set.order == "file")
        #expect(set.source == "b.bin")
        #expect(set.notes == [])
        #expect(set.pixels[3072 * 2] == 2)
    }

    @Test func interleavesSortedLabelsThenShufflesThenLimits() throws {
        let bytes = cifarRecords([0, 0, 0, 0, 1, 1, 1, 1])
        let dealt = try ImageSet(bytes: bytes, source: "x")
        #expect(dealt.order == "interleaved")
        #expect(dealt.labels == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect((0..<8).map { dealt.pixels[$0 * 3072] } == [0, 4, 1, 5, 2, 6, 3, 7])
        let limited = try ImageSet(bytes: bytes, source: "x", ImageRequest(limit: 3))
        #expect(limited.labels == [0, 1, 0])
        #expect(limited.pixels.count == 3 * 3072)
        // The runs are judged before the limit, so that a longer prefix extends a shorter one.
        #expect(limited.order == "interleaved")

        var expected: [UInt8] = [0, 4, 1, 5, 2, 6, 3, 7]
        var order = Array(0..<8)
        SplitMix64.shuffle(&order, seed: 5)
        expected = order.map { expected[$0] }
        let shuffled = try ImageSet(bytes: bytes, source: "x", ImageRequest(seed: 5))
        #expect(shuffled.order == "interleaved + seed")
        #expect((0..<8).map { shuffled.pixels[$0 * 3072] } == expected)
        let both = try ImageSet(bytes: cifarRecords([0, 1, 0, 1, 0, 1]), source: "x", ImageRequest(limit: 4, seed: 5))
        #expect(both.order == "file + seed")
        #expect(both.count == 4)
    }

    @Test func limitsBeyondTheSetTakeAll() throws {
        #expect(try ImageSet(bytes: cifarRecords([3, 0, 9]), source: "x", ImageRequest(limit: 100)).count == 3)
    }

    @Test func hashTellsSamplesAndOrderApart() throws {
        func hash(_ labels: [UInt8], limit: Int? = nil, seed: UInt64? = nil) throws -> String {
            try ImageSet(bytes: cifarRecords(labels), source: "x", ImageRequest(limit: limit, seed: seed)).hash
        }
        let hashes = [
            try hash([3, 0, 9, 3]), try hash([3, 0, 9, 4]), try hash([3, 0, 9, 3], limit: 3),
            try hash([3, 0, 9, 3], seed: 1),
        ]
        #expect(Set(hashes).count == 4)
        #expect(hashes.allSatisfy { $0.count == 16 })
        #expect(try hash([3, 0, 9, 3], limit: 9) == hashes[0])
    }

    @Test func refusesWhatCannotBeSeparated() {
        func set(_ labels: [UInt8], limit: Int? = nil) throws {
            _ = try ImageSet(bytes: cifarRecords(labels), source: "x", ImageRequest(limit: limit))
        }
        #expect(throws: DatasetError.tooFewSamples(file: "x", samples: 1)) { try set([3]) }
        #expect(throws: DatasetError.tooFewSamples(file: "x", samples: 0)) { try set([3, 4], limit: 0) }
        #expect(throws: DatasetError.tooFewSamples(file: "x", samples: 0)) { try set([3, 4], limit: -5) }
        #expect(throws: DatasetError.singleClass(file: "x", name: "cat")) { try set([3, 3, 3]) }
        #expect(throws: DatasetError.singleClass(file: "x", name: "cat")) { try set([3, 3, 4, 5, 3], limit: 2) }
    }

    @Test func prefersTheTestBatchOfAFolder() throws {
        let files = [
            "data_batch_2.bin": cifarRecords([5, 6]), "data_batch_1.bin": cifarRecords([1, 2, 3]),
            "test_batch.bin": cifarRecords([7, 8]), "readme.html": [1],
        ]
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder)
            #expect(set.labels == [7, 8])
            #expect(set.source == "test_batch.bin")
            #expect(set.notes == ["used test_batch.bin, not the training batches beside it"])
            try FileManager.default.removeItem(atPath: folder + "/test_batch.bin")
            let training = try ImageSet.load(path: folder + "/")
            #expect(training.labels == [1, 2, 3, 5, 6])
            #expect(training.pixels[3 * 3072] == 0)
            #expect(training.source == "data_batch_1.bin and 1 more")
            #expect(training.notes == [])
        }
    }

    @Test func readsClassNamesBesideTheFile() throws {
        let names = "a b\r\n" + "bcdefghij".map { "\($0)\n" }.joined() + "\n"
        let files = ["test_batch.bin": cifarRecords([0, 1]), "batches.meta.txt": Array(names.utf8)]
        try withFolder(files) { folder in
            #expect(try ImageSet.load(path: folder + "/test_batch.bin").classNames.prefix(3) == ["a b", "b", "c"])
            try Data("x\ny\n".utf8).write(to: URL(fileURLWithPath: folder + "/batches.meta.txt"))
            let expected = DatasetError.classNames(file: "batches.meta.txt", names: 2, classes: 10)
            #expect(throws: expected) { try ImageSet.load(path: folder) }
        }
    }

    @Test func tellsMissingFilesFromBadOnes() throws {
        try withFolder(["airplane": [1], "x.bin": [1, 0x80], "test.bin": cifarRecords([1, 2]), "e.bin": []]) { folder in
            let missing = "\(folder)/none"
            #expect(throws: FormatError.unreadable(file: missing, reason: "No such file or directory")) {
                try ImageSet.load(path: missing)
            }
            #expect(throws: FormatError.empty(file: "e.bin")) { try ImageSet.load(path: folder + "/e.bin") }
            #expect {
                try ImageSet.load(path: folder + "/x.bin")
            } throws: { error in
                guard case .wrongKind("x.bin", _, _)? = error as? FormatError else { return false }
                return true
            }
            try FileManager.default.removeItem(atPath: folder + "/test.bin")
            #expect(throws: DatasetError.noImages(folder: folder, found: "airplane")) {
                try ImageSet.load(path: folder)
            }
        }
        try withFolder([:]) { folder in
            #expect(throws: DatasetError.noImages(folder: folder, found: nil)) { try ImageSet.load(path: folder) }
        }
    }

    @Test func refusesTooFewClassNames() throws {
        let images = try #require(
            LabelledImages(channels: 1, height: 1, width: 1, pixels: [1, 2], labels: [0, 1], classes: 2))
        #expect(throws: DatasetError.classNames(file: "x", names: 1, classes: 2)) {
            try ImageSet(images, classNames: ["a"], source: "x")
        }
    }

    @Test func describesEveryErrorOnOneLine() {
        let errors: [DatasetError] = [
            .missingArray(file: "f", name: "images", found: ["a"]),
            .elementType(file: "f", array: "a", found: "b", expected: "c"),
            .shape(file: "f", array: "a", found: [1], expected: "N"), .countMismatch(file: "f", images: 1, labels: 2),
            .labelOutOfRange(file: "f", sample: 1, label: 2, classes: 2), .classNames(file: "f", names: 1, classes: 2),
            .tooFewSamples(file: "f", samples: 1), .singleClass(file: "f", name: "n"),
            .noImages(folder: "f", found: "x"), .channelMismatch(channels: 1, mean: 3, standardDeviation: 3),
            .normalization(channel: 0, mean: 0, standardDeviation: 0), .rangeOutside(range: 0..<3, count: 2),
            .bufferTooSmall(needs: 2, has: 1), .severalSets(folder: "f", found: ["a", "b"]),
            .noLabels(file: "f", tried: []), .emptyClass(folder: "f", found: nil),
            .sizes(file: "f", found: [1, 2], expected: [3, 4], advice: "crop"),
            .tooManyPixels(file: "f", images: 3, bytesEach: 0, limit: 2), .badSize(option: "--crop", value: 0, most: 9),
        ]
        for error in errors {
            #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
            #expect(error.description.contains("; "))
        }
    }
}

private let shared = ProcessInfo.processInfo.environment["SEPAL_SHARED"]

/// Figures computed with NumPy and the reference implementation of XXH64.
@Suite(.enabled(if: shared != nil, "needs SEPAL_SHARED, the folder of golden files"))
struct GoldenImageTests {
    private let folder = "\(shared ?? "")/data"

    @Test func readsTheTestBatch() throws {
        let set = try ImageSet.load(path: folder + "/test_batch.bin")
        #expect(set.count == 10_000)
        #expect(set.labels.prefix(10) == [5, 4, 3, 2, 5, 9, 8, 9, 5, 7])
        #expect(set.order == "file")
        #expect(set.hash == "37fa091162a53a29")
    }

    @Test func readsTheDigits() throws {
        let set = try ImageSet.load(path: folder + "/demo/digits-test.npz")
        #expect(set.extents == [1000, 1, 8, 8])
        #expect(set.labels.prefix(10) == [4, 7, 3, 5, 5, 6, 3, 5, 5, 7])
        #expect(set.classNames == (0..<10).map(String.init))
        #expect(set.hash == "7076312c372cf0af")
    }
}
