import Formats
import Foundation
import Testing

@testable import Datasets

@Suite struct PictureFolderTests {
    private func picture(_ name: String) -> [UInt8] { PictureFixture.named(name)?.bytes ?? [] }
    private var jpeg: [UInt8] { picture("4:2:0 JPEG") }
    private var png: [UInt8] { picture("grey PNG") }

    /// The first pixel of the red plane of each image tells which file it came from.
    private func planes(_ name: String) -> [UInt8] {
        let pixels = PictureFixture.named(name)?.pixels ?? []
        return (0..<3).flatMap { channel in stride(from: channel, to: pixels.count, by: 3).map { pixels[$0] } }
    }

    @Test func readsAFolderPerClass() throws {
        // Suffixes in any case, one that lies, a folder within a class, hidden files and notes beside.
        let files = [
            "b/2.JPG": jpeg, "b/1.Png": png, "a/x.jpeg": picture("RGB PNG"), "a/deep/y.png": png, "B/z.png": png,
            "b/notes.txt": [1], ".cache/q.png": [1], "labels.csv": [1], "b/.hidden.png": [1], "B/old.bmp": [1],
        ]
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder)
            #expect(set.classNames == ["B", "a", "b"])
            #expect(set.extents == [5, 3, 9, 13])
            #expect(set.labels == [0, 1, 2, 1, 2])
            #expect(set.order == "interleaved")
            #expect(set.source == fileName(folder))
            #expect(set.notes == ["left out 1 images of kinds that are not read (.bmp)"])
            let images = (0..<5).map { Array(set.pixels[$0 * 351..<($0 + 1) * 351]) }
            #expect(images[0] == planes("grey PNG"))
            #expect(images[1] == planes("RGB PNG"))
            #expect(images[2] == planes("grey PNG"))
            #expect(images[3] == planes("grey PNG"))
            #expect(images[4] == planes("4:2:0 JPEG"))
        }
    }

    @Test func decodesOnlyWhatIsAskedFor() throws {
        let files = ["a/1.png": png, "a/2.png": [1, 2, 3], "b/1.png": jpeg, "b/2.png": []]
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder, ImageRequest(limit: 2))
            #expect(set.labels == [0, 1])
            let wrong = FormatError.wrongKind(
                file: "a/2.png", found: "neither a JPEG nor a PNG", advice: "replace it or take it out of the folder")
            #expect(throws: wrong) { try ImageSet.load(path: folder) }
            #expect(throws: wrong) { try ImageSet.load(path: folder, ImageRequest(limit: 3)) }
        }
    }

    /// The same images in another order for each seed, and always the same for one.
    @Test func shufflesByASeed() throws {
        var files: [String: [UInt8]] = [:]
        for index in 0..<10 { files["c\(index % 2)/\(index).png"] = index < 5 ? png : jpeg }
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder, ImageRequest(seed: 3))
            #expect(set.order == "interleaved + seed")
            #expect(set.hash == (try ImageSet.load(path: folder, ImageRequest(seed: 3)).hash))
            #expect(set.hash != (try ImageSet.load(path: folder, ImageRequest(seed: 4)).hash))
        }
    }

    @Test func prefersTheTestSplit() throws {
        var files = [
            "train/a/1.png": png, "train/b/1.png": png, "val/a/1.png": png, "val/b/1.png": jpeg, "Test/c/1.png": png,
            "Test/d/1.png": jpeg,
        ]
        try withFolder(files) { folder in
            let set = try ImageSet.load(path: folder)
            #expect(set.classNames == ["c", "d"])
            #expect(set.source == fileName(folder) + "/Test")
            #expect(set.notes == ["used the images of Test, not of val, train"])
        }
        files["Test/c/1.png"] = nil
        files["Test/d/1.png"] = nil
        // Test images without classes cannot be used.
        files["Test/1.png"] = png
        try withFolder(files) { folder in
            let notes = try ImageSet.load(path: folder).notes
            #expect(notes == ["used the images of val, not of train"])
        }
    }

    @Test func refusesFoldersThatAreNone() throws {
        try withFolder(["1.png": png, "2.png": png]) { folder in
            #expect(throws: DatasetError.noImages(folder: folder, found: "1.png")) { try ImageSet.load(path: folder) }
        }
        try withFolder(["a/1.png": png, "b/notes.txt": [1]]) { folder in
            let empty = DatasetError.emptyClass(folder: fileName(folder) + "/b", found: "notes.txt")
            #expect(throws: empty) { try ImageSet.load(path: folder) }
        }
        try withFolder(["a/1.png": png, "a/2.png": png]) { folder in
            #expect(throws: DatasetError.singleClass(file: fileName(folder), name: "a")) {
                try ImageSet.load(path: folder)
            }
        }
        var limits = Limits()
        limits.images = 2
        try withFolder(["a/1.png": png, "a/2.png": png, "b/1.png": png]) { folder in
            let many = FormatError.tooLarge(file: fileName(folder), what: "images in the folder", size: 3, limit: 2)
            #expect(throws: many) { try ImageSet.load(path: folder, ImageRequest(limits: limits)) }
        }
        limits = Limits()
        limits.setBytes = 1000
        try withFolder(["a/1.png": png, "a/2.png": png, "b/1.png": png]) { folder in
            let large = DatasetError.tooManyPixels(file: fileName(folder), images: 3, bytesEach: 351, limit: 1000)
            #expect(throws: large) { try ImageSet.load(path: folder, ImageRequest(limits: limits)) }
            let part = try ImageSet.load(path: folder, ImageRequest(limit: 2, limits: limits))
            #expect(part.count == 2)
        }
    }

    @Test func bringsImagesToOneSize() throws {
        try withFolder(["a/1.png": black(64, 80), "b/1.png": black(70, 64)]) { folder in
            let set = try ImageSet.load(path: folder)
            #expect(set.extents == [2, 3, 224, 224])
            #expect(
                set.notes == [
                    "images differ in size: resized to 256, the middle 224×224 taken, as for ImageNet (--resize, --crop)"
                ])
            #expect(
                try ImageSet.load(path: folder, ImageRequest(transform: ImageTransform(resize: 16, crop: 12))).extents
                    == [2, 3, 12, 12])
            let sizes = DatasetError.sizes(
                file: "b/1.png", found: [17, 16], expected: [16, 20], advice: "give --crop as well")
            #expect(throws: sizes) {
                try ImageSet.load(path: folder, ImageRequest(transform: ImageTransform(resize: 16)))
            }
        }
        try withFolder(["a/1.png": black(63, 80), "b/1.png": black(70, 64)]) { folder in
            let small = DatasetError.sizes(
                file: "b/1.png", found: [70, 64], expected: [63, 80],
                advice: "give the size that the network takes, as --resize 32 --crop 32")
            #expect(throws: small) { try ImageSet.load(path: folder) }
        }
        try withFolder(["a/1.png": black(300, 200), "b/1.png": black(300, 200)]) { folder in
            let set = try ImageSet.load(path: folder)
            #expect(set.extents == [2, 3, 200, 300])
        }
    }

    @Test func namesTheFirstFileThatIsDamaged() throws {
        var files: [String: [UInt8]] = [:]
        for index in 0..<20 { files["c\(index % 2)/\(index + 10).jpg"] = index < 9 ? jpeg : jpeg.dropLast(30) }
        try withFolder(files) { folder in
            for _ in 0..<5 {
                let problem = "the JPEG cannot be decoded (Premature end of JPEG file)"
                #expect(throws: FormatError.malformed(file: "c1/19.jpg", place: .file, problem: problem)) {
                    try ImageSet.load(path: folder)
                }
            }
        }
    }
}
