import Plots
import Separation

/// A part of the screen that can have the focus and be zoomed.
public enum Panel: String, Sendable, CaseIterable {
    case ring, histogram, figures, curve
    /// In the ring's place: edges between every two classes.
    case matrix
    /// In the ring's place: the samples in the plane of their first two principal components.
    case map
    /// In the ring's place: how alike every two layers are.
    case alignment
    /// In the ring's place: one sample, its nearest, and when the network knows it.
    case sample
    /// In the ring's place: the strongest wrong edges between two classes.
    case pairs
    /// In the figures' place: all layers.
    case table
    /// In the figures' place: M in digits that the back row can read.
    case headline

    /// Whose place it takes: one of those that stand on the screen at first.
    var place: Panel {
        switch self {
        case .matrix, .map, .alignment, .sample, .pairs: .ring
        case .table, .headline: .figures
        default: self
        }
    }
}

/// Which of several panels stands in each place.
public struct PanelChoice: Equatable, Sendable {
    public private(set) var picture = Panel.ring
    public private(set) var figures = Panel.figures

    public init() {}

    /// In the order in which Tab goes round.
    var order: [Panel] { [picture, .histogram, figures, .curve] }

    /// Lets a panel stand in its place.
    mutating func show(_ panel: Panel) {
        switch panel.place {
        case .ring: picture = panel
        case .figures: figures = panel
        default: break
        }
    }

    /// The panel so many places further round.
    func panel(_ step: Int, after panel: Panel) -> Panel {
        let order = order
        guard let index = order.firstIndex(of: panel) else { return panel }
        return order[((index + step) % order.count + order.count) % order.count]
    }

    /// The panel that stands in another's place.
    subscript(place: Panel) -> Panel {
        switch place.place {
        case .ring: picture
        case .figures: figures
        default: place
        }
    }
}

/// What the layer table is sorted by.
public enum TableOrder: String, Sendable, CaseIterable {
    /// From the input to the output.
    case layer
    /// The greatest first.
    case modularity = "M"
    case correct = "AQ"
    case wrong = "EQ"
    case share = "r"
    case luModularity = "Q"
    case clustering = "γ"
    /// Where M rises most first.
    case change = "ΔM"
}

/// How the class matrix is sorted.
public enum ClassOrder: String, Sendable, CaseIterable {
    /// As the classes are numbered.
    case number
    /// Classes with the greatest share of wrong edges first.
    case confusion
}

/// What the curve panel shows over the layers.
public enum CurveKind: String, Sendable, CaseIterable {
    /// M with its error, Lu et al.'s Q beside it.
    case modularity
    /// AQ and EQ.
    case correctAndWrong
    /// r.
    case share
    /// γ and the mean of γ_v.
    case clustering
    /// Lu et al.'s Q alone.
    case luModularity
}

extension CurveKind {
    /// The one figure that is drawn where several runs are; nil where the curve is of two figures.
    var value: ((LayerResult) -> Double)? {
        switch self {
        case .modularity: { $0.figures.modularity }
        case .correctAndWrong: nil
        case .share: { $0.figures.r }
        case .clustering: { $0.clustering.global }
        case .luModularity: { $0.luModularity }
        }
    }
}

extension CaseIterable where Self: Equatable {
    /// The case after this one, the first after the last.
    var next: Self {
        let all = Array(Self.allCases)
        guard let index = all.firstIndex(of: self) else { return self }
        return all[(index + 1) % all.count]
    }
}
