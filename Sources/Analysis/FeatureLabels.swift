import Datasets
import Formats
import Tensors

/// A class for each row of features, and the classes' names.
struct FeatureLabels {
    private(set) var labels: [Int]
    private(set) var classes: [String]
    /// The file that the labels are from.
    private(set) var source: String
    private(set) var notes: [String] = []

    /// More classes than any data set has; a greater label is a mistake.
    private static let mostClasses = 100_000

    /// - Parameters:
    ///   - count: N, the rows that want a label.
    ///   - logitColumns: C, where logits say how many classes there are.
    init(_ place: FeatureSource.Labels, _ features: ArrayFile, count: Int, logitColumns: Int?) throws {
        switch place {
        case .data(let path):
            var request = ImageRequest()
            request.labelsOnly = true
            let images = try ImageSet.load(path: path, request)
            (labels, classes, source) = (Array(images.labelsInOwnOrder.prefix(count)), images.classNames, images.source)
            let which =
                labels.count < images.count ? "the first \(labels.count) of \(images.count)" : "all \(labels.count)"
            // Only where labels come in runs has the set been put into another order.
            let order = images.order == "file" ? "" : ", where labels come in runs"
            notes =
                images.notes + [
                    "labels are those of \(which) images of \(source); rows are taken to be in the order of its files\(order)"
                ]
        case .beside:
            guard features["labels"] != nil else {
                throw AnalysisError.features(
                    file: features.name, array: "labels", problem: "it is missing",
                    advice: "save a class for each row beside the layers, or give --labels FILE or --data PATH")
            }
            (labels, classes) = try Self.read(features, named: "labels", logitColumns)
            source = features.name
        case .file(let path):
            let file = try ArrayFile.open(path)
            let name = file.entries.count == 1 ? file.entries[0].name : "labels"
            (labels, classes) = try Self.read(file, named: name, logitColumns)
            source = file.name
        }
        guard labels.count == count else {
            throw AnalysisError.features(
                file: source, array: nil, problem: "\(labels.count) labels, but the features have \(count) rows",
                advice: "give every row one label")
        }
        if let logitColumns, logitColumns < classes.count {
            throw AnalysisError.features(
                file: features.name, array: "logits",
                problem: "it tells \(logitColumns) classes apart, the labels \(classes.count)",
                advice: "give the labels that the network was trained on")
        }
    }

    private static func read(
        _ file: ArrayFile, named name: String, _ logitColumns: Int?
    ) throws -> (labels: [Int], classes: [String]) {
        func wrong(_ problem: String, _ advice: String) -> AnalysisError {
            .features(file: file.name, array: name, problem: problem, advice: advice)
        }
        guard let entry = file[name] else {
            throw wrong("it is missing (found: \(FeatureSet.list(file.entries.map(\.name))))", "add it")
        }
        guard case .tensor(let tensor) = try file.read(entry), let labels = tensor.integers() else {
            throw wrong("elements are \(entry.typeName), not whole numbers", "convert it with astype")
        }
        // N×1 is how some tools write labels.
        guard tensor.shape.rank == 1 || tensor.shape.dims.dropFirst() == [1] else {
            throw wrong("its shape is \(tensor.shape.dims), not N", "reshape it")
        }
        let names = try file.names("classes")
        let most = names?.count ?? logitColumns ?? mostClasses
        if let row = labels.firstIndex(where: { !(0..<most ~= $0) }) {
            throw wrong("row \(row): label \(labels[row]) is not among 0…\(most - 1)", "number the classes from 0")
        }
        let count = max(logitColumns ?? 0, (labels.max() ?? -1) + 1)
        return (labels, names ?? (0..<count).map(String.init))
    }
}

extension ImageSet {
    /// The labels in the order of the data set's files; of a set that has been taken whole.
    fileprivate var labelsInOwnOrder: [Int] {
        var result = labels
        for (place, label) in zip(places, labels) { result[place] = label }
        return result
    }
}
