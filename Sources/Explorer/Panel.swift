import Plots

/// A part of the screen that can have the focus and be zoomed; in the order in which Tab goes round.
public enum Panel: String, Sendable, CaseIterable {
    case ring, histogram, figures, curve

    /// The panel so many places further round.
    func advanced(by step: Int) -> Panel {
        let all = Panel.allCases
        guard let index = all.firstIndex(of: self) else { return self }
        return all[((index + step) % all.count + all.count) % all.count]
    }
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

extension CaseIterable where Self: Equatable {
    /// The case after this one, the first after the last.
    var next: Self {
        let all = Array(Self.allCases)
        guard let index = all.firstIndex(of: self) else { return self }
        return all[(index + 1) % all.count]
    }
}
