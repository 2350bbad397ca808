/// A named tensor as far as it is known without its values.
public struct TensorDescription: Sendable, Equatable {
    public let name: String
    public let shape: Shape
    public let elementType: ElementType

    public init(name: String, shape: Shape, elementType: ElementType) {
        (self.name, self.shape, self.elementType) = (name, shape, elementType)
    }
}
