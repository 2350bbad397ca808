import RunStore
import Separation

/// Random numbers that are the same every time (Steele et al. 2014, SplitMix64).
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// Evenly within ±`bound`.
    mutating func float(_ bound: Float) -> Float { bound * (Float(next() >> 40) / 0x80_0000 - 1) }
}

/// A ResNet-8 for images of one channel, with made-up weights, as a safetensors file.
struct SmallNetwork {
    /// Its layers, in order.
    static let layers = [
        "conv1", "layer1.0.conv1", "layer1.0.conv2", "layer2.0.conv1", "layer2.0.conv2", "layer3.0.conv1",
        "layer3.0.conv2",
    ]
    /// Those on the block level.
    static let blocks = ["conv1", "layer1.0.conv2", "layer2.0.conv2", "layer3.0.conv2"]

    private(set) var parameters: [(name: String, dims: [Int], values: [Float])] = []

    init(classes: Int = 10, channels: Int = 1) {
        var numbers = Numbers(seed: 1)
        var inputs = channels
        for (layer, name) in Self.layers.enumerated() {
            let outputs = layer < 3 ? 4 : layer < 5 ? 8 : 16
            let bound = (6 / Float(inputs * 9)).squareRoot()
            add("\(name).weight", [outputs, inputs, 3, 3]) { numbers.float(bound) }
            let norm = name.split(separator: ".").dropLast().map { "\($0)." }.joined() + "bn\(name.last ?? "1")"
            for (statistic, value) in [("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1)] {
                add("\(norm).\(statistic)", [outputs]) { Float(value) }
            }
            inputs = outputs
        }
        add("linear.weight", [classes, inputs]) { numbers.float(1) }
        add("linear.bias", [classes]) { 0 }
    }

    private mutating func add(_ name: String, _ dims: [Int], value: () -> Float) {
        parameters.append((name, dims, (0..<dims.reduce(1, *)).map { _ in value() }))
    }

    /// Another name for a parameter.
    mutating func rename(_ change: (String) -> String) {
        for index in parameters.indices { parameters[index].name = change(parameters[index].name) }
    }

    mutating func spoil(_ name: String, with value: Float) {
        for index in parameters.indices where parameters[index].name == name { parameters[index].values[0] = value }
    }

    /// The number of classes it tells apart, and everything else, as safetensors.
    var bytes: [UInt8] {
        var entries: [String] = []
        var data: [UInt8] = []
        for (name, dims, values) in parameters {
            let start = data.count
            for value in values { data += little(value.bitPattern) }
            entries.append(#""\#(name)":{"dtype":"F32","shape":\#(dims),"data_offsets":[\#(start),\#(data.count)]}"#)
        }
        let header = Array(("{" + entries.joined(separator: ",") + "}").utf8)
        return little(UInt64(header.count)) + header + data
    }
}

/// Images of one pattern a class with noise over it, as an npz file.
struct SmallImages {
    var count = 60
    var classes = 10
    var channels = 1
    /// Labels more than images.
    var surplusLabels = 0
    var seed: UInt64 = 2

    static let side = 8

    var bytes: [UInt8] {
        var numbers = Numbers(seed: seed)
        let size = channels * Self.side * Self.side
        let patterns = (0..<classes).map { _ in (0..<size).map { _ in Int(numbers.next() % 160) } }
        let pixels = (0..<count).flatMap { image in
            patterns[image % classes].map { UInt8($0 + Int(numbers.next() % 96)) }
        }
        let labels = (0..<count + surplusLabels).flatMap { little(Int64($0 % classes)) }
        return Self.npz([
            ("images", "|u1", [count, channels, Self.side, Self.side], pixels),
            ("labels", "<i8", [count + surplusLabels], labels),
        ])
    }

    /// Arrays as numpy.savez writes them.
    static func npz(_ arrays: [(name: String, type: String, dims: [Int], data: [UInt8])]) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, type, dims, data) in arrays {
            let dims = dims.map { "\($0)," }.joined()
            let header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(dims)), }\n".utf8)
            let content = [0x93] + Array("NUMPY".utf8) + [1, 0] + little(UInt16(header.count)) + header + data
            let member = Array("\(name).npy".utf8)
            let size = little(UInt32(content.count))
            // Stored, of no particular time.
            let description =
                little(UInt16(20)) + little(UInt32(0)) + little(UInt32(0x21_0000)) + little(checksum(content)) + size
                + size + little(UInt16(member.count)) + little(UInt16(0))
            directory +=
                [0x50, 0x4B, 1, 2, 20, 0] + description + [UInt8](repeating: 0, count: 10) + little(UInt32(file.count))
                + member
            file += [0x50, 0x4B, 3, 4] + description + member + content
        }
        let entries = little(UInt16(arrays.count))
        let end = [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + entries + entries + little(UInt32(directory.count))
        return file + directory + end + little(UInt32(file.count)) + [0, 0]
    }

    /// CRC-32, as zip has it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        let table = (0..<256 as Range<UInt32>).map { index in
            var value = index
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
            return value
        }
        var sum = ~UInt32(0)
        for byte in bytes { sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
        return ~sum
    }
}

/// Features of layers that pull three classes apart more and more, as an npz file.
struct SmallFeatures {
    static let count = 30
    static let layers = ["conv1", "conv2", "conv3"]
    var layers = Self.layers
    /// Their names; nil: none are given.
    var classes: [String]?
    var hasLabels = true
    var hasLogits = false

    var bytes: [UInt8] {
        var numbers = Numbers(seed: 4)
        let labels = (0..<Self.count).map { ($0 * 7 + $0 / 5) % 3 }
        var arrays: [(name: String, type: String, dims: [Int], data: [UInt8])] = layers.enumerated().map {
            depth, name in
            let data = labels.flatMap { label in
                (0..<12).flatMap { little((Float($0 % 3 == label ? depth : 0) + numbers.float(1)).bitPattern) }
            }
            return (name, "<f4", [Self.count, 3, 2, 2], data)
        }
        if hasLabels { arrays.append(("labels", "<i8", [Self.count], labels.flatMap { little(Int64($0)) })) }
        if let classes {
            // As numpy has texts: as many UTF-32 units for each as the longest takes.
            let length = classes.map(\.unicodeScalars.count).max() ?? 0
            let data = classes.flatMap { name in
                let units = name.unicodeScalars.map(\.value)
                return (units + Array(repeating: 0, count: length - units.count)).flatMap { little($0) }
            }
            arrays.append(("classes", "<U\(length)", [classes.count], data))
        }
        if hasLogits {
            let logits = labels.flatMap { label in (0..<3).flatMap { little(Float($0 == label ? 1 : 0).bitPattern) } }
            arrays.append(("logits", "<f4", [Self.count, 3], logits))
        }
        return SmallImages.npz(arrays)
    }
}

/// The bytes of an integer, least significant first.
func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }

extension ScratchFolder {
    /// Writes a network and images that fit, and returns the arguments that name them. With the normalisation among
    /// them nothing is left to be chosen, and nothing to be said about it.
    func writeInputs(_ images: SmallImages = SmallImages()) throws -> [String] {
        let network = SmallNetwork(classes: images.classes, channels: images.channels)
        return [
            try write(network.bytes, as: "network.safetensors"), "--data", try write(images.bytes, as: "images.npz"),
            "--norm", "none",
        ]
    }

    /// Makes a finished run of the small network and returns its path.
    func makeRun() throws -> String {
        let outcome = try Program.run(["analyze"] + writeInputs() + ["-o", self("run.sepal")], in: self)
        guard outcome.end == .exited(0) else { throw Failure("no run: \(outcome)") }
        return self("run.sepal")
    }

    /// A copy of a run with another header, of all layers or the first of them.
    func changed(_ run: String, layers: Int = .max, _ change: (inout RunHeader) -> Void) throws -> String {
        let store = try RunStore.open(path: run)
        defer { store.close() }
        var header = try store.header()
        change(&header)
        let path = self("changed-\(UInt32.random(in: 0...UInt32.max)).sepal")
        let copy = try RunStore.create(path: path, header: header)
        defer { copy.close() }
        for (index, result) in try store.results().prefix(layers).enumerated() {
            guard var result else { continue }
            result.description = header.layers[index]
            try copy.append(result, layer: index, geometry: try store.geometry(layer: index))
        }
        return path
    }
}
