/// How a layer's samples lie, beside its figures. The Gram triangle is large, so it isn't part of `LayerResult`.
public struct LayerGeometry: Equatable, Sendable {
    /// H·Hᵀ of the first samples; what CKA takes. nil where it isn't known.
    public var gram: GramTriangle?
    /// All N samples in the plane; nil where it isn't known.
    public var map: PrincipalMap?

    public init(gram: GramTriangle?, map: PrincipalMap?) {
        self.gram = gram
        self.map = map
    }
}
