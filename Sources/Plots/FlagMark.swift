import Cells
import Separation

/// A flag of Criterion I as it is shown.
public struct FlagMark: Hashable, Sendable {
    public var flag: Flag
    /// The share of the jackknife's curves that raise the flag too; nil: unknown.
    public var support: Double?
    /// Layers are still missing, so the flag may go again: drawn dim.
    public var isProvisional: Bool

    public init(_ flag: Flag, support: Double? = nil, isProvisional: Bool = false) {
        self.flag = flag
        self.support = support
        self.isProvisional = isProvisional
    }

    /// Drawn as an outline: the support is less than firm.
    public var isHollow: Bool { (support ?? 1) < Flag.firmSupport }

    /// ▲ △ peak, ▼ ▽ decline, › past the peak, ═ plateau; in 7 bits A ^, V v, > and =.
    public func glyph(_ glyphs: GlyphSet) -> Unicode.Scalar {
        switch (flag, glyphs) {
        case (.peak, .braille): isHollow ? "△" : "▲"
        case (.peak, .blocks): isHollow ? "^" : "▲"
        case (.peak, .ascii): isHollow ? "^" : "A"
        case (.decline, .braille): isHollow ? "▽" : "▼"
        case (.decline, .blocks): isHollow ? "v" : "▼"
        case (.decline, .ascii): isHollow ? "v" : "V"
        case (.pastPeak, .braille): "›"
        case (.pastPeak, _): ">"
        case (.plateau, .ascii): "="
        case (.plateau, _): "═"
        }
    }

    /// Where there is room for one only, the flag that says most.
    public static func foremost(of marks: [FlagMark]) -> FlagMark? {
        func rank(_ flag: Flag) -> Int {
            switch flag {
            case .peak: 0
            case .decline: 1
            case .pastPeak: 2
            case .plateau: 3
            }
        }
        return marks.min { rank($0.flag) < rank($1.flag) }
    }
}

extension CurveFlags {
    /// The marks of a layer, with their support where it is known; none where there is no such layer.
    ///
    /// - Parameter isPreview: whether values may still change; then marks are provisional though none is missing.
    public func marks(ofLayer layer: Int, isPreview: Bool = false) -> [FlagMark] {
        guard flags.indices.contains(layer) else { return [] }
        return flags[layer].flags.map {
            FlagMark($0, support: support[layer][$0], isProvisional: isProvisional || isPreview)
        }
    }
}
