import Foundation
import Testing

@testable import Analysis

/// Rows of features are matched with the images of a data set in the order of its files, whatever order they are analysed in.
@Suite struct FeatureOrderTests {
    /// Two directions, one a class: the three pairs of one class have similarity 1, those of two classes 0. In another order
    /// than the files' some of the strongest pairs would be wrong.
    private let rows: [[Float]] = [[1, 0], [2, 0], [3, 0], [0, 1], [0, 5]]
    private let labels = [0, 0, 0, 1, 1]

    private func fixture() throws -> (FeatureFixture, path: String) {
        var fixture = try FeatureFixture(labels: [0, 1])
        fixture.options.edges = 4
        var writer = ArrayWriter()
        writer.add("layer", [5, 2], rows.flatMap { $0 }, as: "<f4")
        return (fixture, try fixture.write(writer.npz, as: "f.npz"))
    }

    private func expect(_ job: AnalysisJob, note: String) throws {
        // First of each class, second of each, and so on.
        #expect(job.header.order == "interleaved" && job.header.labels == [0, 1, 0, 1, 0])
        let result = try #require(try job.collect().results.first)
        #expect(result.figures.correct == 4 && result.figures.wrong == 0)
        #expect(result.edges.map { [$0.source, $0.target] } == [[0, 2], [0, 4], [1, 3], [2, 4]])
        #expect(job.source.notes.contains(note), "\(job.source.notes)")
    }

    @Test func sortedArrays() throws {
        let (fixture, path) = try fixture()
        defer { fixture.remove() }
        for surplus in [0, 2] {
            let all = labels + Array(repeating: 1, count: surplus)
            var images = ArrayWriter()
            images.add("images", [all.count, 1, 1], all.map(Float.init), as: "|u1")
            images.add("labels", [all.count], all.map(Float.init), as: "<i8")
            let data = try fixture.write(images.npz, as: "images.npz")
            try expect(
                try fixture.job(path, .data(data)),
                note: "labels are those of \(surplus == 0 ? "all 5" : "the first 5 of 7") images of images.npz; "
                    + "rows are taken to be in the order of its files, where labels come in runs")
        }
    }

    /// As `ImageFolder` lists them; the pictures are not even looked at.
    @Test func foldersOfPictures() throws {
        let (fixture, path) = try fixture()
        defer { fixture.remove() }
        for name in ["b/1.png", "b/2.png", "a/1.jpg", "a/10.jpg", "a/9.jpg"] {
            let url = URL(filePath: fixture.path("pictures/val/\(name)"))
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: url)
        }
        let job = try fixture.job(path, .data(fixture.path("pictures")))
        try expect(
            job,
            note: "labels are those of all 5 images of pictures/val; rows are taken to be in the order of its files, "
                + "where labels come in runs")
        #expect(job.header.classes == ["a", "b"] && job.source.notes.contains("used the images of val"))
    }
}
