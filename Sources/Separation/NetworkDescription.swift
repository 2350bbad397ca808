/// What a run knows of its network beside the layers: all that a plan to make it smaller needs.
public struct NetworkDescription: Equatable, Sendable, Codable {
    /// Channels, height, width of an image.
    public var imageShape: [Int]
    /// Multiply-adds of convolutions and fully connected layers for one image.
    public var multiplyAdds: Int
    /// In the order of their outputs; every layer belongs to at least one.
    public var units: [UnitDescription]
    /// Units of a larger network that this one is without, as its file says; nil where it doesn't.
    public var cut: [String]?

    public init(imageShape: [Int], multiplyAdds: Int, units: [UnitDescription], cut: [String]? = nil) {
        self.imageShape = imageShape
        self.multiplyAdds = multiplyAdds
        self.units = units
        self.cut = cut
    }
}

/// A part of a network that is cut out as a whole, or else not at all.
public struct UnitDescription: Hashable, Sendable, Codable {
    /// The prefix of its parameters in the checkpoint, as `layer2.3`.
    public var name: String
    /// Indices of its layers, ascending.
    public var layers: [Int]
    /// The layer whose output is the unit's, or its last.
    public var outputLayer: Int
    /// The layer whose output it takes, or the last one before; nil where it takes the image.
    public var inputLayer: Int?
    /// Trained parameters, those of its shortcut included.
    public var parameters: Int
    /// Multiply-adds for one image.
    public var multiplyAdds: Int
    /// Why it can't be cut, to follow its name: `takes the image`; nil where it can.
    public var obstacle: String?

    public init(
        name: String, layers: [Int], outputLayer: Int, inputLayer: Int?, parameters: Int, multiplyAdds: Int,
        obstacle: String?
    ) {
        self.name = name
        self.layers = layers
        self.outputLayer = outputLayer
        self.inputLayer = inputLayer
        self.parameters = parameters
        self.multiplyAdds = multiplyAdds
        self.obstacle = obstacle
    }

    public var isCuttable: Bool { obstacle == nil }
}

/// Where a run's files were when it was made, and how they were read: enough to read them again.
public struct RunOrigin: Equatable, Sendable, Codable {
    /// Absolute paths; nil for what is built in.
    public var checkpoint: String?
    public var data: String?
    /// Images that were loaded.
    public var images: Int
    /// The shorter side that images were brought to, and the side of the square taken from them.
    public var resize: Int?
    public var crop: Int?

    public init(checkpoint: String?, data: String?, images: Int, resize: Int? = nil, crop: Int? = nil) {
        self.checkpoint = checkpoint
        self.data = data
        self.images = images
        self.resize = resize
        self.crop = crop
    }
}
