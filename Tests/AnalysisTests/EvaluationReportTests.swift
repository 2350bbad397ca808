import Foundation
import Testing

@testable import Analysis

@Suite struct EvaluationReportTests {
    private func report(
        predictions: [Int], labels: [Int], classes: [String], parameters: Int = 269_722
    ) -> EvaluationReport {
        let provenance = Provenance(
            checkpoint: "net.th", checkpointHash: "00", architecture: "resnet20, option A", parameters: parameters,
            data: "test_batch.bin", dataHash: "11", classes: classes, order: "file", normalization: .imageNet)
        return EvaluationReport(
            Evaluation(predictions: predictions, labels: labels, classes: classes.count), of: provenance, seed: 7,
            seconds: .init(load: 0.5, forward: 1.75), version: "1.2.3")
    }

    private var small: EvaluationReport {
        report(
            predictions: [0, 1, 1, 0, 1, 2, 0, 2], labels: [0, 0, 0, 0, 1, 2, 2, 2],
            classes: ["airplane", "bird", "größe", "deer"])
    }

    /// As many classes as wanted, of as many images each, thirty at most; i of those of class i are taken for i + 1.
    private func large(_ classes: Int, name: (Int) -> String = { "class \($0)" }) -> EvaluationReport {
        let each = min(classes, 30)
        let labels = (0..<classes).flatMap { Array(repeating: $0, count: each) }
        let predictions = labels.enumerated().map { place, label in
            place % each < label ? (label + 1) % classes : label
        }
        return report(predictions: predictions, labels: labels, classes: (0..<classes).map(name))
    }

    @Test func wholeText() {
        let expected = """
            net.th: resnet20, option A · 269,722 parameters
            test_batch.bin: 4 classes · order file · normalised as imagenet
            accuracy 62.50 % (5 of 8 images) · 2.3 s

            class     images  right  accuracy  most confused with
            airplane       4      2   50.00 %  bird 2
            bird           1      1  100.00 %  -
            größe          3      2   66.67 %  airplane 1
            deer           0      0         -  -

            A row for each class, a column for each that its images are taken for:

                      airp  bird  größ  deer
            airplane     2     2     ·     ·
            bird         ·     1     ·     ·
            größe        1     ·     2     ·
            deer         ·     ·     ·     ·

            """
        #expect(small.text() == expected, "\(small.text())")
        let replaced = [(" ·", ","), ("ö", "?"), ("ß", "?")]
        var ascii = expected.replacing("     ·", with: "     .")
        for (sign, plain) in replaced { ascii = ascii.replacing(sign, with: plain) }
        #expect(small.text(ascii: true) == ascii, "\(small.text(ascii: true))")
    }

    /// Names that begin alike are numbered, where numbers have room that longer titles have not.
    @Test func titlesTellClassesApart() {
        let lines = large(12).text(width: 70).split(separator: "\n")
        #expect(lines.contains("              1   2   3   4   5   6   7   8   9  10  11  12"), "\(lines)")
        #expect(lines.contains(" 3 class 2    ·   ·  10   2   ·   ·   ·   ·   ·   ·   ·   ·"), "\(lines)")
        let wide = large(3).text(width: 70).split(separator: "\n")
        #expect(wide.contains("         class 0  class 1  class 2"), "\(wide)")
    }

    @Test func theStrongestOfManyConfusionsAreListed() {
        let text = large(30) { "n\($0)" }.text(width: 60)
        #expect(!text.contains("A row for each class"))
        let list = text.components(separatedBy: "The strongest confusions:\n\n").last?.split(separator: "\n") ?? []
        #expect(list.count == 11, "\(text)")
        #expect(list.first == "class  is taken for  images  of its images", "\(text)")
        #expect(list.dropFirst().first == "n29    n0                29        96.67 %", "\(text)")
        #expect(list.last == "n20    n21               20        66.67 %", "\(text)")
    }

    @Test func nothingIsConfusedWhereAllIsRight() {
        let text = report(predictions: [0, 1], labels: [0, 1], classes: ["a", "b"]).text()
        #expect(text.contains("accuracy 100.00 % (2 of 2 images)"))
        #expect(text.hasSuffix("\n\nNo image is taken for one of another class.\n"), "\(text)")
    }

    @Test(arguments: [2, 10, 13, 30, 300], [false, true]) func noLineIsTooLong(classes: Int, ascii: Bool) {
        let report = large(classes) { String(repeating: "größer\u{1B}", count: $0 % 9) + "\($0)" }
        for width in [0, 41, 80, 160, 1000] {
            let text = report.text(width: width, ascii: ascii)
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= max(40, width) }, "\(width)")
            #expect(!text.contains("\u{1B}") && (!ascii || text.allSatisfy(\.isASCII)))
            #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
        }
    }

    @Test func theJSONHasTheKeysPromised() throws {
        let data = Data(try small.json().utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let keys: Set = [
            "checkpoint", "architecture", "parameters", "data", "classes", "order", "seed", "norm", "images", "right",
            "accuracy", "perClass", "confusion", "seconds", "version",
        ]
        #expect(Set(object.keys) == keys)
        #expect(object["images"] as? Int == 8 && object["right"] as? Int == 5 && object["accuracy"] as? Double == 0.625)
        #expect(object["seed"] as? Int == 7 && object["parameters"] as? Int == 269_722)
        #expect(object["confusion"] as? [[Int]] == [[2, 2, 0, 0], [0, 1, 0, 0], [1, 0, 2, 0], [0, 0, 0, 0]])
        #expect(object["seconds"] as? [String: Double] == ["load": 0.5, "forward": 1.75, "total": 2.25])
        #expect((object["norm"] as? [String: Any])?["name"] as? String == "imagenet")
        let classes = try #require(object["perClass"] as? [[String: Any]])
        #expect(classes.map { $0["class"] as? String } == ["airplane", "bird", "größe", "deer"])
        #expect(classes.map { $0["right"] as? Int } == [2, 1, 2, 0])
        #expect(classes.map { $0["images"] as? Int } == [4, 1, 3, 0])
        #expect(classes[0]["accuracy"] as? Double == 0.5 && classes[3]["accuracy"] is NSNull)
    }

    /// A matrix of 100,000 would have 10¹⁰ numbers.
    @Test func manyClassesHaveNoMatrix() throws {
        let many = report(predictions: [0, 2000], labels: [1, 2000], classes: (0...2000).map { "\($0)" })
        #expect(try many.json().contains("\"confusion\" : null"))
    }

    /// Where each of its lines measured the whole table, it would take hours.
    @Test func aTableOfManyClassesTakesItsLengthInTime() {
        let many = report(predictions: [0, 99_999], labels: [1, 99_999], classes: (0..<100_000).map { "\($0)" })
        #expect(many.text().split(separator: "\n").count > 100_000)
    }

    @Test func accuracyNearChanceIsWarnedOf() {
        #expect(small.warning == nil)
        let poor = report(predictions: [0, 0, 0, 0], labels: [0, 1, 2, 3], classes: ["a", "b", "c", "d"])
        #expect(poor.warning?.hasPrefix("WARNING: accuracy 25.0 % is near chance") == true)
    }
}
