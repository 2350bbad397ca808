import Formats
import Foundation
import Testing

@testable import Datasets

@Suite struct ArrayFilesTests {
    private func images(_ count: UInt32, fill: UInt8 = 0) -> [UInt8] {
        [0, 0, 8, 3] + big(count) + big(2) + big(3) + [UInt8](repeating: fill, count: Int(count) * 6)
    }
    private func labels(_ labels: [UInt8]) -> [UInt8] { [0, 0, 8, 1] + big(UInt32(labels.count)) + labels }

    @Test func namesTheLabelsFile() {
        #expect(
            ArrayFiles.labelNames(for: "t10k-images-idx3-ubyte").prefix(2) == [
                "t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte.gz",
            ])
        #expect(ArrayFiles.labelNames(for: "train-images.idx3-ubyte.gz").first == "train-labels.idx1-ubyte.gz")
        #expect(ArrayFiles.labelNames(for: "images.npy") == ["labels.npy", "targets.npy"])
        #expect(ArrayFiles.labelNames(for: "x_test.npy") == ["y_test.npy"])
        #expect(ArrayFiles.labelNames(for: "X-val.npy") == ["y-val.npy", "Y-val.npy"])
        #expect(ArrayFiles.labelNames(for: "test_images.npy").first == "test_labels.npy")
        #expect(ArrayFiles.labelNames(for: "weights.npy") == [])
    }

    @Test func readsIDXWithTheLabelsBesideIt() throws {
        let files = ["t10k-images-idx3-ubyte": images(3, fill: 7), "t10k-labels-idx1-ubyte": labels([2, 0, 2])]
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder + "/t10k-images-idx3-ubyte")
            #expect(set.extents == [3, 1, 2, 3])
            #expect(set.labels == [2, 0, 2])
            #expect(set.classNames == ["0", "1", "2"])
            #expect(set.pixels == [UInt8](repeating: 7, count: 18))
            #expect(set.source == "t10k-images-idx3-ubyte")
        }
        try withFolder(["a-images-idx3-ubyte": images(3), "labels": labels([1])]) { folder in
            let tried = ["labels", "targets"].flatMap { ["a-\($0)-idx1-ubyte", "a-\($0)-idx1-ubyte.gz"] }
            #expect(throws: DatasetError.noLabels(file: "a-images-idx3-ubyte", tried: tried)) {
                try ImageSet.load(path: folder + "/a-images-idx3-ubyte")
            }
        }
    }

    @Test func tellsAFileOfLabelsGivenAlone() throws {
        try withFolder(["t10k-labels-idx1-ubyte": labels([1, 0])]) { folder in
            #expect(throws: DatasetError.noLabels(file: "t10k-labels-idx1-ubyte", tried: [])) {
                try ImageSet.load(path: folder + "/t10k-labels-idx1-ubyte")
            }
        }
    }

    @Test func prefersTheTestSetOfAFolder() throws {
        let files = [
            "MNIST/raw/t10k-images-idx3-ubyte": images(2), "MNIST/raw/t10k-labels-idx1-ubyte": labels([1, 0]),
            "MNIST/raw/t10k-images-idx3-ubyte.gz": [1], "MNIST/raw/t10k-labels-idx1-ubyte.gz": [1],
            "MNIST/raw/train-images-idx3-ubyte": images(3), "MNIST/raw/train-labels-idx1-ubyte": labels([1, 0, 1]),
        ]
        try withFolder(files) { folder in
            for path in [folder, folder + "/MNIST/raw"] {
                let set = try ImageSet.load(path: path)
                #expect(set.count == 2)
                #expect(set.notes == ["used t10k-images-idx3-ubyte, not the other files beside it"])
            }
        }
    }

    @Test func refusesAChoiceItCannotMake() throws {
        let names = ["emnist-digits-test-images-idx3-ubyte", "emnist-letters-test-images-idx3-ubyte"]
        var files = ["emnist-digits-train-images-idx3-ubyte": images(2)]
        for name in names {
            files[name] = images(2)
            files[name.replacingOccurrences(of: "images-idx3", with: "labels-idx1")] = labels([0, 1])
        }
        try withFolder(files) { folder in
            #expect(throws: DatasetError.severalSets(folder: folder, found: names)) { try ImageSet.load(path: folder) }
        }
    }

    private func npy(_ shape: [Int], _ values: [UInt8]) -> [UInt8] { NPYWriter.array("|u1", shape, values) }

    @Test func readsPairsOfArrays() throws {
        let files = [
            "x_test.npy": npy([2, 1, 2], [1, 2, 3, 4]), "y_test.npy": npy([2], [1, 0]),
            "x_train.npy": npy([1, 1, 2], [1, 2]), "y_train.npy": npy([1], [1]),
        ]
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder)
            #expect(set.extents == [2, 1, 1, 2])
            #expect(set.pixels == [1, 2, 3, 4])
            #expect(set.notes == ["used x_test.npy, not the other files beside it"])
            #expect(try ImageSet.load(path: folder + "/x_test.npy").hash == set.hash)
        }
    }

    @Test func readsTheArraysThatKerasAndMedMNISTWrite() throws {
        let members = [
            ("x_train.npy", npy([3, 1, 2], [9, 9, 9, 9, 9, 9])), ("y_train.npy", npy([3], [0, 1, 0])),
            ("x_test.npy", npy([2, 1, 2], [1, 2, 3, 4])), ("y_test.npy", npy([2], [1, 0])),
        ]
        #expect(try ImageSet(bytes: ZipWriter(members).bytes, source: "x").pixels == [1, 2, 3, 4])
        let medical = [("test_images.npy", npy([2, 1, 1], [5, 6])), ("test_labels.npy", npy([2, 1], [1, 0]))]
        #expect(try ImageSet(bytes: ZipWriter(medical).bytes, source: "x").labels == [1, 0])
    }

    /// Ten ways in which a pair of npy files can be wrong.
    @Test func refusesWrongPairs() throws {
        let good = npy([2, 1, 2], [1, 2, 3, 4])
        func expect(
            _ error: some Error & Equatable, images: [UInt8], labels: [UInt8]? = nil, limits: Limits = .standard
        )
            throws
        {
            let files = ["images.npy": images, "labels.npy": labels ?? npy([2], [1, 0])]
            try withFolder(files) { folder in
                #expect(throws: error) { try ImageSet.load(path: folder + "/images.npy", ImageRequest(limits: limits)) }
            }
        }
        func malformed(_ problem: String, file: String = "images.npy") -> FormatError {
            .malformed(file: file, place: .file, problem: problem)
        }
        try expect(malformed("3 bytes of data do not make an array of shape 2×1×2"), images: good.dropLast())
        try expect(malformed("5 bytes of data do not make an array of shape 2×1×2"), images: good + [0])
        try expect(
            FormatError.truncated(file: "images.npy", offset: 8, needs: 2, end: 9), images: Array(good.prefix(9)))
        try expect(
            malformed("its shape [4611686018427387904, 4, 1] is impossible"), images: npy([1 << 62, 4, 1], [1]))
        try expect(
            malformed("1 bytes of data do not make an array of shape 1099511627776×1×1"),
            images: npy([1 << 40, 1, 1], [1]))
        try expect(malformed("the numpy header cannot be understood"), images: npy([2, -1, 2], [1, 2, 3, 4]))
        try expect(
            DatasetError.elementType(
                file: "images.npy", array: "images", found: "float32", expected: "uint8 (0…255)"),
            images: NPYWriter.array("<f4", [2, 1, 1], [UInt8](repeating: 0, count: 8)))
        try expect(
            DatasetError.countMismatch(file: "images.npy", images: 2, labels: 3), images: good,
            labels: npy([3], [0, 1, 0]))
        try expect(
            DatasetError.labelOutOfRange(file: "labels.npy", sample: 1, label: -1, classes: 100_000), images: good,
            labels: NPYWriter.array("|i1", [2], [0, 0xFF]))
        try expect(
            malformed("it does not start as a numpy array", file: "labels.npy"), images: good, labels: [1, 2, 3])
        var limits = Limits()
        limits.decodedBytes = 3
        try expect(
            FormatError.tooLarge(file: "images.npy", what: "decoded bytes", size: 4, limit: 3), images: good,
            limits: limits)
        try withFolder(["images.npy": good]) { folder in
            #expect(throws: DatasetError.noLabels(file: "images.npy", tried: ["labels.npy", "targets.npy"])) {
                try ImageSet.load(path: folder + "/images.npy")
            }
        }
    }

    /// Ten thousand damaged pairs: an error on one line, or images within the limits.
    @Test func survivesMutations() throws {
        var limits = Limits()
        limits.decodedBytes = 1 << 16
        var mutator = Mutator(seed: 9)
        var (taken, refused) = (0, 0)
        let images = npy([2, 3, 2, 2], Array(0..<24))
        let labels = NPYWriter.array("<i2", [2], [1, 0, 0, 0])
        func named(_ name: String, _ bytes: [UInt8]) throws -> ArrayImages.Named? {
            guard case .tensor(let tensor) = try readNPY(bytes: bytes, file: name, limits: limits) else { return nil }
            return ArrayImages.Named(file: name, name: name, tensor: tensor)
        }
        for round in 0..<10_000 {
            do {
                guard
                    let images = try named("i", round.isMultiple(of: 3) ? images : mutator.mutate(images)),
                    let labels = try named("l", round % 3 == 1 ? labels : mutator.mutate(labels))
                else { continue }
                let arrays = try ArrayImages(images: images, labels: labels)
                let set = try ImageSet(
                    arrays, "x", ImageRequest(transform: ImageTransform(crop: 2), limits: limits))
                #expect(set.pixels.count <= 1 << 18)
                taken += 1
            } catch let error as FormatError {
                #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
                refused += 1
            } catch let error as DatasetError {
                #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
                refused += 1
            }
        }
        #expect(taken > 50 && refused > 1000, "\(taken) taken, \(refused) refused")
    }
}
