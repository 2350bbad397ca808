import Foundation
import Testing

@testable import Analysis

/// Features that can't be looked at: each is refused with one error that names the array.
@Suite struct FeatureErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var array: String?
        var problem: String
        var change: @Sendable (inout ArrayWriter) -> Void

        init(_ array: String?, _ problem: String, change: @escaping @Sendable (inout ArrayWriter) -> Void) {
            (testDescription, self.array, self.problem, self.change) = (problem, array, problem, change)
        }
    }

    static let cases: [Case] = [
        Case("a10", "it has 49 rows, but 'a2' has 50") {
            $0.items[1].dims[0] = 49
            $0.items[1].data.removeLast(80)
        },
        Case("a2", "elements are <i8, not float16, float32, float64 or bfloat16") {
            $0.items[0] = ints("a2", [50, 1])
        },
        Case("a2", "its shape is [600], not N×…") { $0.items[0].dims = [600] },
        Case("a1", "its shape is [50, 0], not N×…") {
            $0.items[2].dims = [50, 0]
            $0.items[2].data = []
        },
        Case(nil, "there are no layers, only 'labels'") { $0.items.removeFirst(3) },
        Case("labels", "it is missing") { $0.items.removeLast() },
        Case(nil, "40 labels, but the features have 50 rows") { $0.items[3] = ints("labels", [40]) },
        Case("labels", "its shape is [25, 2], not N") { $0.items[3].dims = [25, 2] },
        Case("labels", "elements are <f8, not whole numbers") { $0.items[3].type = "<f8" },
        Case("labels", "elements are |S1, not whole numbers") { writer in
            writer.items.removeLast()
            writer.add("labels", Array(repeating: "a", count: 50))
        },
        Case("labels", "row 7: label -1 is not among 0…99999") {
            $0.items[3].data.replaceSubrange(56..<64, with: little(Int64(-1)))
        },
        Case("labels", "row 2: label 2 is not among 0…1") { $0.add("classes", ["cat", "dog"]) },
        Case("classes", "it holds <i8, not text") { $0.items.append(ints("classes", [3])) },
        Case("logits", "its shape is [25, 6], not 50×C") {
            $0.add("logits", [25, 6], Array(repeating: 1, count: 150))
        },
        Case("labels", "row 2: label 2 is not among 0…1") {
            $0.add("logits", [50, 2], Array(repeating: 1, count: 100))
        },
        Case("logits", "it tells 2 classes apart, the labels 3") {
            $0.add("logits", [50, 2], Array(repeating: 1, count: 100))
            $0.add("classes", ["cat", "dog", "emu"])
        },
        Case("logits", "row 7 holds NaN or infinity") {
            $0.add("logits", [50, 3], (0..<150).map { $0 == 22 ? .nan : 1 })
        },
        Case("logits", "row 49 holds NaN or infinity") {
            $0.add("logits", [50, 3], (0..<150).map { $0 == 147 ? -.infinity : 1 }, as: "<f8")
        },
        Case("blocks", "it names 'a3', which is no layer") { $0.add("blocks", ["a1", "a3"]) },
        Case("a2", "it has 1 row(s)") { writer in
            for index in 0..<4 {
                writer.items[index].data.removeLast(writer.items[index].data.count / 50 * 49)
                writer.items[index].dims[0] = 1
            }
        },
    ]

    private static func ints(_ name: String, _ dims: [Int]) -> ArrayWriter.Item {
        ArrayWriter.Item(
            name: name, dims: dims, type: "<i8",
            data: Array((0..<dims.reduce(1, *)).map { little(Int64($0 % 3)) }.joined()))
    }

    @Test(arguments: cases) func isRefused(wrong: Case) throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        var writer = fixture.writer()
        wrong.change(&writer)
        let path = try fixture.write(writer.npz, as: "f.npz")
        let error = #expect(throws: AnalysisError.self) { try fixture.job(path) }
        guard case .features(file: "f.npz", let array, let problem, let advice)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(array == wrong.array && problem == wrong.problem && !advice.isEmpty)
        #expect(error?.description.split(whereSeparator: \.isNewline).count == 1)
    }

    /// Float64 holds more than float32, whichever index runs fastest; infinity is another matter.
    @Test(arguments: [false, true]) func numbersBeyondFloatAreCalledThat(isFortran: Bool) throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        for (value, isBeyond) in [(1e300, true), (-1e39, true), (3.4e38, false), (.infinity, false)] {
            var writer = ArrayWriter()
            writer.add("wide", [50, 4], (0..<200).map { Float($0 % 7) }, as: "<f8", fortran: isFortran)
            writer.items.append(Self.ints("labels", [50]))
            let place = 8 * (isFortran ? 2 * 50 + 31 : 31 * 4 + 2)
            writer.items[0].data.replaceSubrange(place..<place + 8, with: little(value.bitPattern))
            let path = try fixture.write(writer.npz, as: "f.npz")
            let beyond = AnalysisError.features(
                file: "f.npz", array: "wide", problem: "row 31 holds a number beyond float32's range",
                advice: "scale the features before they are saved")
            do {
                _ = try fixture.job(path).run(preview: false) { _ in }
                #expect(value == 3.4e38, "\(value)")
            } catch {
                #expect((error as? AnalysisError == beyond) == isBeyond, "\(value): \(error)")
            }
        }
    }

    @Test func metadataMustNameArrays() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        var writer = fixture.writer()
        for (layers, array, problem) in [
            ("a1,a1", nil, "its metadata name a layer twice"),
            ("a1,b", "b", "the metadata name this layer, but there is no such array"),
        ] as [(String, String?, String)] {
            writer.metadata = ["layers": layers]
            let error = #expect(throws: AnalysisError.self) {
                try fixture.job(try fixture.write(writer.safetensors, as: "f.safetensors"))
            }
            guard case .features(_, array, problem, _)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func networksAndImagesAreNoFeatures() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        func areFeatures(_ bytes: [UInt8]) throws -> Bool {
            try FeatureSource.areFeatures(at: try fixture.write(bytes, as: "file"))
        }
        #expect(try areFeatures(fixture.writer().npz))
        #expect(try areFeatures(fixture.writer().safetensors))
        #expect(try areFeatures(fixture.writer(withLabels: false).safetensors))
        #expect(try !areFeatures(MadeUpNetwork().file()))
        #expect(try !areFeatures(Array("text".utf8)))
        var images = ArrayWriter()
        images.add("images", [2, 1, 1], [1, 2], as: "|u1")
        images.add("labels", [2], [0, 1], as: "<i8")
        #expect(try !areFeatures(images.npz))
        // Labels or a list of layers say what arrays of several lengths are meant to be.
        var uneven = fixture.writer()
        uneven.items[1].dims[0] = 49
        uneven.items[1].data.removeLast(80)
        #expect(try areFeatures(uneven.safetensors))
        uneven.items.removeLast()
        #expect(try !areFeatures(uneven.safetensors))
        uneven.metadata = ["layers": "a2"]
        #expect(try areFeatures(uneven.safetensors))
        #expect(try !FeatureSource.areFeatures(at: fixture.path("")))
    }
}
