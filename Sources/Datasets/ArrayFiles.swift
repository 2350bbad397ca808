import Formats
import Tensors

/// Images and labels in a file each: MNIST's idx files, plain or gzip-compressed, and pairs of npy files.
enum ArrayFiles {
    /// What the images' part of a file name becomes in the name of the labels' file.
    private static let counterparts: [(images: String, labels: [String])] = [
        ("images", ["labels", "targets"]), ("image", ["label"]), ("imgs", ["labels"]),
        ("data", ["labels", "targets"]), ("x", ["y"]), ("X", ["y", "Y"]),
    ]

    /// The names that the labels of a file of images may have: `t10k-images-idx3-ubyte.gz` →
    /// `t10k-labels-idx1-ubyte.gz`, `x_test.npy` → `y_test.npy`; none where the name says nothing of images.
    static func labelNames(for name: String) -> [String] {
        let isCompressed = name.hasSuffix(".gz")
        let parts = split(isCompressed ? String(name.dropLast(3)) : name)
        var names: [String] = []
        for (word, labels) in counterparts {
            for place in parts.indices where parts[place] == word {
                for label in labels {
                    var parts = parts.map { $0 == "idx3" || $0 == "idx4" ? "idx1" : $0 }
                    parts[place] = label
                    names.append(parts.joined())
                }
            }
        }
        guard !name.hasSuffix(".npy") else { return names }
        return names.flatMap { isCompressed ? [$0 + ".gz", $0] : [$0, $0 + ".gz"] }
    }

    /// Words and what stands between them.
    private static func split(_ name: String) -> [String] {
        var parts: [String] = []
        for character in name {
            let isWord = character.isLetter || character.isNumber
            if isWord, let last = parts.last?.last, last.isLetter || last.isNumber {
                parts[parts.count - 1].append(character)
            } else {
                parts.append(String(character))
            }
        }
        return parts
    }

    /// Images from bytes, with the labels that lie beside their file.
    static func read(_ bytes: [UInt8], _ name: String, in folder: String?, _ limits: Limits) throws -> ArrayImages {
        let tried = labelNames(for: name)
        let present = try folder.map { Set(try directoryEntries($0)) } ?? []
        // The images first: what is wrong with the file that was given is said before anything else.
        let images = try tensor(bytes, name, limits)
        guard let folder, let labels = tried.first(where: present.contains) else {
            throw DatasetError.noLabels(file: name, tried: tried)
        }
        return try ArrayImages(
            images: ArrayImages.Named(file: name, name: "images", tensor: images),
            labels: ArrayImages.Named(
                file: labels, name: "labels",
                tensor: try tensor(try readFile(join(folder, labels), limits: limits), labels, limits)))
    }

    private static func tensor(_ bytes: [UInt8], _ name: String, _ limits: Limits) throws -> Tensor {
        guard name.hasSuffix(".npy") || bytes.starts(with: [0x93]) else {
            return try IDX.read(bytes: bytes, file: name, limits: limits)
        }
        switch try readNPY(bytes: bytes, file: name, limits: limits) {
        case .tensor(let tensor): return tensor
        case .strings: throw DatasetError.elementType(file: name, array: name, found: "text", expected: "numbers")
        }
    }

    /// The files of images in a folder that have their labels beside them; of a test set where there is one, else of a set
    /// that is not named, for validation, for training. A file that is there compressed as well comes once.
    static func candidates(_ entries: [String]) -> (names: [String], others: Bool) {
        let present = Set(entries)
        let pairs = entries.filter { name in
            guard name.hasSuffix(".npy") || name.contains("idx") else { return false }
            guard !(name.hasSuffix(".gz") && present.contains(String(name.dropLast(3)))) else { return false }
            return labelNames(for: name).contains(where: present.contains)
        }
        func tier(_ name: String) -> Int {
            let name = name.lowercased()
            if name.contains("t10k") || name.contains("test") { return 0 }
            return name.contains("train") ? 3 : name.contains("val") ? 2 : 1
        }
        let best = pairs.map(tier).min()
        let names = pairs.filter { tier($0) == best }
        return (names, names.count < pairs.count)
    }
}
