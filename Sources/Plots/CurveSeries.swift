import Cells

/// The vertical axis that a series is measured on.
public enum AxisSide: Sendable {
    case left, right
}

/// A figure over the layers.
public struct CurveSeries: Equatable, Sendable {
    /// A value for each layer; nil where it isn't there yet, which leaves a gap.
    public var values: [Double?]
    /// A standard error for each layer, drawn as a band of one on either side; may be shorter or empty.
    public var errors: [Double]
    /// The layers whose value is a preview, drawn dim.
    public var provisional: Set<Int>
    public var axis: AxisSide
    /// Stands below the labels of an axis that has no other series; empty: nothing does.
    public var symbol: String
    public var style: Style
    /// The band's, where it leaves the curve.
    public var bandStyle: Style
    /// Whether the line is broken, to tell series apart without colour.
    public var isDashed: Bool

    /// - Parameter bandStyle: nil: that of the series.
    public init(
        values: [Double?], errors: [Double] = [], provisional: Set<Int> = [], axis: AxisSide = .left,
        symbol: String = "", style: Style = .plain, bandStyle: Style? = nil, isDashed: Bool = false
    ) {
        self.values = values
        self.errors = errors
        self.provisional = provisional
        self.axis = axis
        self.symbol = symbol
        self.style = style
        self.bandStyle = bandStyle ?? style
        self.isDashed = isDashed
    }

    /// The value of a layer; nil where there is none or it isn't a number.
    public func value(_ layer: Int) -> Double? {
        guard values.indices.contains(layer), let value = values[layer], value.isFinite else { return nil }
        return value
    }

    /// The error of a layer; 0 where there is none or it isn't a number.
    public func error(_ layer: Int) -> Double {
        guard errors.indices.contains(layer), errors[layer].isFinite else { return 0 }
        return max(0, errors[layer])
    }

    func style(at layer: Int, _ style: Style) -> Style {
        guard provisional.contains(layer) else { return style }
        var style = style
        style.attributes.insert(.dim)
        return style
    }

    /// All that has to find room on the axis: the values and their band, less what of it crosses zero or, on a logarithmic
    /// axis, comes near it, which would stretch the axis.
    func extent(_ scale: ScaleKind) -> [Double] {
        values.indices.flatMap { layer -> [Double] in
            guard let value = value(layer) else { return [] }
            let low = scale == .logarithmic ? value : max(min(0, value), value - error(layer))
            return [value, value + error(layer), low]
        }
    }
}
