/// A fully connected layer, y = W x + b: of a row, or of the channels at each place of C×H×W.
public struct Linear: Equatable, Sendable {
    public var inputs: Int
    public var outputs: Int
    /// outputs × inputs, row-major.
    public var weight: [Float]
    public var bias: [Float]?

    public init(inputs: Int, outputs: Int, weight: [Float], bias: [Float]?) {
        self.inputs = inputs
        self.outputs = outputs
        self.weight = weight
        self.bias = bias
    }
}
