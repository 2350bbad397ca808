import Separation
import Settings

/// One figure of a layer: its symbol, what it means, its value, and what a change of it means.
struct FigureRow {
    /// Whether more is better; nil where neither is.
    enum Sense { case moreIsBetter, lessIsBetter, neither }

    let symbol: String
    /// A caption with the equation, and one without.
    let captions: [String]
    /// What it means, in a sentence or two.
    let meaning: String
    let sense: Sense
    let value: (LayerResult) -> Double
    var error: ((LayerResult) -> Double)?

    /// The six figures in the order of the panel; k is Lu et al.'s number of neighbours.
    static func all(k: Int) -> [FigureRow] {
        [
            FigureRow(
                symbol: "M", captions: ["r · AQ · (1 − EQ), eq. 5", "r · AQ · (1 − EQ)", "modularity"],
                meaning: "Modularity, eq. 5: how far similar samples are of one class. The error is a delete-group "
                    + "jackknife over ten groups of samples.",
                sense: .moreIsBetter, value: \.figures.modularity, error: \.figures.standardError),
            FigureRow(
                symbol: "AQ", captions: ["correct edges, eq. 3", "correct edges", "correct"],
                meaning: "Correct-modularity, eq. 3: the weight of edges within classes, less what chance would give, "
                    + "as a share of all edges' weight counted twice.",
                sense: .moreIsBetter, value: \.figures.correctModularity),
            FigureRow(
                symbol: "EQ", captions: ["wrong edges, eq. 4", "wrong edges", "wrong"],
                meaning: "Wrong-modularity, eq. 4: the same of edges between classes. AQ + EQ stays below 1/4.",
                sense: .lessIsBetter, value: \.figures.wrongModularity),
            FigureRow(
                symbol: "r", captions: ["share of correct edges", "correct share"],
                meaning: "Share of correct edges, |AS| / |E|.", sense: .moreIsBetter, value: \.figures.r),
            FigureRow(
                symbol: "Q", captions: ["Lu et al., k = \(k)", "Lu et al."],
                meaning: "Modularity of Lu et al. (ECCV 2022): Newman's, of the graph in which every sample keeps its "
                    + "\(k) most similar others.",
                sense: .moreIsBetter, value: \.luModularity),
            FigureRow(
                symbol: "γ", captions: ["clustering, eq. 2", "clustering"],
                meaning: "Clustering coefficient of the edges, eq. 2 (Watts): the share of all pairs of neighbours "
                    + "that are joined themselves. Its mean over samples is eq. 1's.",
                sense: .neither, value: \.clustering.global),
        ]
    }

    /// The sign of a change and its role: an arrow says where it went, brightness whether that is good.
    func change(_ difference: Double) -> (sign: String, role: Role) {
        if Numbers.fixed(difference) == Numbers.fixed(0) { return (" ", .muted) }
        let isUp = difference > 0
        let sign = isUp ? "▲" : "▼"
        switch sense {
        case .moreIsBetter: return (sign, isUp ? .better : .worse)
        case .lessIsBetter: return (sign, isUp ? .worse : .better)
        case .neither: return (sign, .muted)
        }
    }
}
