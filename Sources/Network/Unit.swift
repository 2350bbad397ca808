extension Network {
    /// A part of the network that is cut out as a whole, or else not at all.
    public struct Unit: Equatable, Sendable {
        public enum Kind: String, Equatable, Sendable {
            /// What lies between a fork and the Add that joins its branches again, or an inverted residual without Add.
            case block
            /// A plain convolution with its BatchNorm and activation.
            case convolution
            /// Any other part with one entry and one exit.
            case part
        }

        /// The block's prefix in the checkpoint, `layer1.0`, or the convolution's.
        public var name: String
        public var kind: Kind
        /// Indices of its layers, in order.
        public var layers: [Int]
        /// Index of the layer that ends at the block's output, or of its last one.
        public var outputLayer: Int
        /// The node whose output it takes.
        public var input: Int
        /// Index of the layer that ends there, or of the last one that leads there; nil where that is the image.
        public var inputLayer: Int?
        /// The node that puts out what it makes of that.
        public var output: Int
        /// Trained parameters, those of its shortcut included.
        public var parameters: Int
        /// Multiply-adds of its convolutions and fully connected layers for one image.
        public var multiplyAdds: Int
        /// Why it can't be cut; nil where it can.
        public var obstacle: Obstacle?

        /// Whether shapes stay intact where the unit is removed: a block with an Add whose shortcut is the identity, or a
        /// convolution that puts out the shape it takes.
        public var isCuttable: Bool { obstacle == nil }
    }

    /// Why a unit can't be cut.
    public enum Obstacle: Equatable, Sendable, CustomStringConvertible {
        /// It is the first one: something has to take the image.
        case takesImage
        /// It puts out another shape than it takes.
        case changesShape(from: [Int], to: [Int])
        /// Its shortcut is not the identity, so that its family of networks has it at this place.
        case hasProjection
        /// It has more than one way in or out.
        case isEntangled

        /// `changes 16×32×32 to 32×16×16`: to follow the unit's name.
        public var description: String {
            switch self {
            case .takesImage: "takes the image"
            case .changesShape(let from, let to): "changes \(Self.text(from)) to \(Self.text(to))"
            case .hasProjection: "has a projection on its shortcut"
            case .isEntangled: "has more than one way in or out"
            }
        }

        private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
    }
}
