import Separation

/// New names for the parameters that are left when units go: blocks and convolutions are numbered within what holds them
/// (`layer3.4`, `features.17`), and those behind a gap move up, so that a class with fewer blocks has these very names.
struct Renumbering {
    /// For each holder, the numbers that are free, ascending.
    private var gaps: [String: Set<Int>] = [:]

    /// - Parameters:
    ///   - units: the names of what goes.
    ///   - names: all parameters. A convolution takes up numbers for its BatchNorm and activation too.
    init(units: [String], among names: [String]) {
        let known = Set(names)
        for unit in units {
            guard let (holder, number) = Self.parts(unit) else { continue }
            var width = 1
            // A convolution of its own, not a block of several.
            if known.contains("\(unit).weight") {
                width = known.contains("\(holder).\(number + 1).running_mean") ? 3 : 2
            }
            gaps[holder, default: []].formUnion(number..<number + width)
        }
    }

    /// What is left without any of these parameters.
    func emptied(among names: [String]) -> [String] {
        gaps.keys.filter { holder in !names.contains { $0.hasPrefix("\(holder).") } }.sorted()
    }

    /// The name a parameter has from now on; nil where it goes.
    func callAsFunction(_ name: String) -> String? {
        var path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for place in path.indices.dropFirst() {
            let holder = path[..<place].joined(separator: ".")
            guard let gaps = gaps[holder], let number = Int(path[place]) else { continue }
            if gaps.contains(number) { return nil }
            path[place] = String(number - gaps.count { $0 < number })
            break
        }
        return path.joined(separator: ".")
    }

    /// `layer3.4` is number 4 of `layer3`.
    private static func parts(_ unit: String) -> (holder: String, number: Int)? {
        guard let dot = unit.lastIndex(of: "."), let number = Int(unit[unit.index(after: dot)...]) else { return nil }
        return (String(unit[..<dot]), number)
    }
}
