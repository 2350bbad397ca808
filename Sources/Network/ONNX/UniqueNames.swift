/// Names of nodes, each given once: one that comes again gets a number.
struct UniqueNames {
    /// The names given, each with the number that the next of that name gets.
    private var names: [String: Int]

    init(taken name: String) { names = [name: 2] }

    /// The name if it has not been given yet and is not empty, else one made from it.
    mutating func unique(_ name: String) -> String {
        let base = name.isEmpty ? "node" : name
        guard var number = names[base] else {
            names[base] = 2
            return base
        }
        while names["\(base)_\(number)"] != nil { number += 1 }
        names[base] = number + 1
        names["\(base)_\(number)"] = 2
        return "\(base)_\(number)"
    }
}
