import Formats
import Kernels
import Synchronization
import Testing

@testable import Datasets

/// What can be asked of a data set beside its path.
@Suite struct ImageRequestTests {
    private func picture(_ name: String) -> [UInt8] { PictureFixture.named(name)?.bytes ?? [] }

    /// Six black pictures of two classes.
    private func six(_ width: UInt32, _ height: UInt32) -> [String: [UInt8]] {
        let bytes = black(width, height)
        return Dictionary(uniqueKeysWithValues: (0..<6).map { ("c\($0 % 2)/\($0).png", bytes) })
    }

    /// 128×128 is not large, 129×128 is; what counts is the size in the end.
    @Test func fewerOfLargeImagesAreTaken() throws {
        var request = ImageRequest(limit: 5)
        request.limitOfLarge = 2
        let note = "images of 129×128: the first 2 taken (--limit takes more)"
        try withFolder(six(129, 128)) { folder in
            let set = try ImageSet.load(path: folder, request)
            #expect(set.count == 2 && set.notes == [note])
            let two = try ImageSet.load(path: folder, ImageRequest(limit: 2))
            #expect(set.hash == two.hash)
            request.transform = ImageTransform(crop: 128)
            let cropped = try ImageSet.load(path: folder, request)
            #expect(cropped.count == 5 && cropped.notes == [])
            request.transform = .none
            // A limit below is kept without a word.
            request.limitOfLarge = 5
            #expect(try ImageSet.load(path: folder, request).notes == [])
            request.limitOfLarge = 2
        }
        try withFolder(six(128, 128)) { folder in
            let set = try ImageSet.load(path: folder, request)
            #expect(set.count == 5)
        }
        let archive = imageArchive(
            shape: [6, 1, 128, 129], pixels: [UInt8](repeating: 0, count: 6 * 128 * 129), labels: [0, 1, 0, 1, 0, 1])
        let set = try ImageSet(bytes: archive, source: "x", request)
        #expect(set.count == 2 && set.notes == [note])
        let two = try ImageSet(bytes: archive, source: "x", ImageRequest(limit: 2))
        #expect(set.hash == two.hash)
    }

    /// Whether the pictures that aren't taken differ in size changes nothing for those that are.
    @Test func largePicturesAreJudgedByThoseThatAreTaken() throws {
        var files = six(129, 128)
        files["c0/4.png"] = black(300, 200)
        var request = ImageRequest(limit: 6)
        request.limitOfLarge = 4
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder, request)
            #expect(set.extents == [4, 3, 128, 129])
        }
    }

    @Test func cancellationEndsLoading() throws {
        var request = ImageRequest()
        let cancellation = Cancellation()
        request.cancellation = cancellation
        try withFolder(six(9, 8)) { folder in
            // In the middle: sizes are known, and nothing is decoded yet.
            request.channels = { _, _, _ in
                cancellation.cancel()
                return 3
            }
            #expect(throws: KernelError.cancelled) { try ImageSet.load(path: folder, request) }
            request.channels = { _, _, _ in
                Issue.record("asked after the end")
                return 3
            }
            #expect(throws: KernelError.cancelled) { try ImageSet.load(path: folder, request) }
        }
        let archive = imageArchive(shape: [2, 1, 1, 2], pixels: [1, 2, 3, 4], labels: [0, 1])
        request.transform = ImageTransform(crop: 1)
        #expect(throws: KernelError.cancelled) { try ImageSet(bytes: archive, source: "x", request) }
    }

    @Test func anyNumberOfWorkersGivesTheSameImages() throws {
        var files: [String: [UInt8]] = [:]
        for (index, fixture) in PictureFixture.all.enumerated() { files["c\(index % 2)/\(index + 10)"] = fixture.bytes }
        try withFolder(Dictionary(uniqueKeysWithValues: files.map { ($0 + ".png", $1) })) { folder in
            var request = ImageRequest(transform: ImageTransform(resize: 5))
            let hashes = try [1, 3].map { threads in
                request.pool = WorkerPool(threads: threads)
                return try ImageSet.load(path: folder, request).hash
            }
            #expect(hashes[0] == hashes[1])
        }
    }

    /// First rows as Pillow 12's `convert("L")` has them: of pictures in colour, in grey, and with a palette.
    @Test(
        arguments: [
            ("RGB PNG", [212, 225, 226, 222, 211, 197, 175, 162, 144, 116, 114, 95, 98]),
            ("4:2:0 JPEG", [217, 223, 226, 221, 211, 197, 178, 162, 143, 117, 109, 102, 95]),
            ("grey PNG", [174, 199, 213, 229, 238, 235, 232, 222, 204, 189, 177, 151, 132]),
            ("palette PNG", [214, 185, 183, 136, 136, 136, 136, 183, 185, 201, 201, 112, 134]),
        ] as [(String, [UInt8])])
    func picturesAreTakenInGreyWhereAskedFor(name: String, row: [UInt8]) throws {
        try withFolder(["a/1.png": picture(name), "b/1.png": picture(name)]) { folder in
            let asked = Mutex<[[Int]]>([])
            var request = ImageRequest()
            request.channels = { samples, height, width in
                asked.withLock { $0.append([samples, height, width]) }
                return 1
            }
            let set = try ImageSet.load(path: folder, request)
            #expect(asked.withLock { $0 } == [[2, 9, 13]])
            #expect(set.extents == [2, 1, 9, 13] && set.notes == ["pictures taken in grey"])
            #expect(Array(set.pixels.prefix(13)) == row && Array(set.pixels[117..<130]) == row)
            // What is grey already stays as it is.
            guard name == "grey PNG" else { return }
            let red = try ImageSet.load(path: folder).pixels.prefix(117)
            #expect(set.pixels.prefix(117) == red)
        }
    }

    @Test func whoIsAskedForChannelsMayRefuse() throws {
        var request = ImageRequest()
        request.channels = { _, _, _ in throw DatasetError.bufferTooSmall(needs: 1, has: 0) }
        try withFolder(["a/1.png": picture("grey PNG"), "b/1.png": picture("RGB PNG").dropLast(30)]) { folder in
            #expect(throws: DatasetError.bufferTooSmall(needs: 1, has: 0)) { try ImageSet.load(path: folder, request) }
        }
    }

    @Test func placesAreThoseInTheFiles() throws {
        let bytes = cifarRecords([2, 2, 0, 0, 0, 1, 1])
        #expect(try ImageSet(bytes: bytes, source: "x").places == [2, 5, 0, 3, 6, 1, 4])
        #expect(try ImageSet(bytes: cifarRecords([2, 0, 2, 1]), source: "x").places == [0, 1, 2, 3])
        let set = try ImageSet(bytes: bytes, source: "x", ImageRequest(limit: 4, seed: 5))
        for (image, place) in set.places.enumerated() { #expect(set.pixels[image * 3072] == UInt8(place)) }
    }

    /// No picture is looked at, hence damaged ones do no harm.
    @Test func labelsAlone() throws {
        var request = ImageRequest()
        request.labelsOnly = true
        let files: [String: [UInt8]] = ["b/1.png": [], "b/2.png": [1], "a/2.png": [], "a/10.png": [], "c/1.png": []]
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder, request)
            // In the files' order: a/10, a/2, b/1, b/2, c/1.
            #expect(set.labels == [0, 1, 2, 0, 1] && set.places == [0, 2, 4, 1, 3])
            #expect(set.extents == [5, 3, 0, 0] && set.pixels == [] && set.order == "interleaved")
        }
        let set = try ImageSet(bytes: cifarRecords([3, 0, 9, 3]), source: "x", request)
        #expect(set.labels == [3, 0, 9, 3] && set.pixels == [])
    }
}
