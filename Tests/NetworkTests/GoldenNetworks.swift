import Foundation
import Network
import Tensors
import Testing

/// What an independent computation says of a network filled with weights that can be regenerated from names and shapes.
struct GoldenNetwork: Decodable {
    struct Layer: Decodable {
        let name: String
        let shape: [Int]
        let l2: [Double]
        let cos01: Double
        let probe: [Double]
    }

    let parameters: Int
    let tensors: [Parameter]
    let layers: [Layer]
    let logits: [[Double]]

    /// A name and a shape, which stand side by side in an array.
    struct Parameter: Decodable {
        let name: String
        let dims: [Int]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            name = try container.decode(String.self)
            dims = try container.decode([Int].self)
        }
    }

    static func all() throws -> [String: GoldenNetwork] {
        let data = Data(try DevelopmentData.bytes("golden/architectures.json"))
        return try JSONDecoder().decode([String: GoldenNetwork].self, from: data)
    }

    /// The state dict, all values zero.
    func zeros() throws -> [(name: String, tensor: Tensor)] {
        try tensors.map { parameter in
            let shape = try #require(Shape(parameter.dims))
            let bytes = [UInt8](repeating: 0, count: 4 * shape.count)
            return (parameter.name, try #require(Tensor(shape: shape, elementType: .float32, bytes: bytes)))
        }
    }

    /// The state dict with the golden weights.
    func filled() throws -> [(name: String, tensor: Tensor)] {
        try RegeneratedWeights.filled(zeros())
    }
}

/// Weights that any language can regenerate from a state dict's names and shapes.
enum RegeneratedWeights {
    static func filled(
        _ parameters: [(name: String, tensor: Tensor)]
    ) throws -> [(name: String, tensor: Tensor)] {
        let suffix = ".running_mean"
        let normalizations = Set(
            parameters.filter { $0.name.hasSuffix(suffix) }.map { $0.name.dropLast(suffix.count) })
        return try parameters.filter { !$0.name.hasSuffix("num_batches_tracked") }.map { name, tensor in
            let prefix = name.lastIndex(of: ".").map { name[..<$0] } ?? ""
            let values = values(name, tensor.shape, isNormalization: normalizations.contains(prefix))
            return (name, try #require(Tensor(shape: tensor.shape, values: values)))
        }
    }

    /// The rule: splitmix64 seeded with the FNV-1a hash of the name gives u in [0, 1), 24 bits of it, which is then
    /// spread over a range that the kind of parameter sets.
    private static func values(_ name: String, _ shape: Shape, isNormalization: Bool) -> [Float] {
        let seed = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var generator = SplitMix64(seed: seed)
        let bound = shape.rank > 1 ? (6 / Double(shape.count / shape[0])).squareRoot() : 0
        let (lowest, range): (Double, Double) =
            switch name.split(separator: ".").last {
            case "weight" where isNormalization: (0.5, 0.5)
            case "weight": (-bound, 2 * bound)
            case "running_var": (1, 1)
            default: (-0.1, 0.2)
            }
        return (0..<shape.count).map { _ in Float(lowest + range * (Double(generator.next() >> 40) / 0x1p24)) }
    }
}
