/// A piece of a Python expression, in which values of the graph stand by their nodes.
struct TorchExpression {
    /// Python's text, or a node whose variable stands there.
    enum Piece {
        case text(String)
        case node(Int)
    }

    var pieces: [Piece]
    /// Whether a call or subscript may follow without parentheses.
    var isAtom: Bool

    static func node(_ node: Int) -> TorchExpression { TorchExpression(pieces: [.node(node)], isAtom: true) }

    /// Nodes whose variables it reads.
    var nodes: Set<Int> {
        Set(pieces.compactMap { if case .node(let node) = $0 { node } else { nil } })
    }

    /// Characters, with one for each variable.
    var length: Int {
        pieces.reduce(0) { sum, piece in
            if case .text(let text) = piece { sum + text.count } else { sum + 1 }
        }
    }

    /// The text with the variables' names.
    func text(_ names: [Int: String]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .node(let node): names[node] ?? "_"
            }
        }.joined()
    }

    /// In parentheses where something could bind tighter.
    var guarded: TorchExpression { isAtom ? self : TorchExpression(["(", self, ")"]) }

    /// Strings and expressions one behind the other.
    init(_ parts: [any TorchPart], isAtom: Bool = true) {
        pieces = parts.flatMap(\.torchPieces)
        self.isAtom = isAtom
    }

    init(pieces: [Piece], isAtom: Bool) {
        self.pieces = pieces
        self.isAtom = isAtom
    }

    /// `function(self, arguments)`.
    func called(by function: String, _ arguments: [String] = []) -> TorchExpression {
        TorchExpression([function, "(", self] + arguments.map { ", \($0)" } + [")"])
    }

    /// `self.method(arguments)`.
    func method(_ name: String, _ arguments: [String] = []) -> TorchExpression {
        TorchExpression([guarded, ".\(name)(\(arguments.joined(separator: ", ")))"])
    }

    /// `self[subscript]`.
    func at(_ indices: [String]) -> TorchExpression {
        TorchExpression([guarded, "[\(indices.joined(separator: ", "))]"])
    }

    /// Two values with an operator between.
    static func binary(_ a: TorchExpression, _ sign: String, _ b: TorchExpression) -> TorchExpression {
        TorchExpression([a.guarded, " \(sign) ", b.guarded], isAtom: false)
    }
}

/// What expressions are made of.
protocol TorchPart {
    var torchPieces: [TorchExpression.Piece] { get }
}

extension String: TorchPart {
    var torchPieces: [TorchExpression.Piece] { [.text(self)] }
}

extension TorchExpression: TorchPart {
    var torchPieces: [Piece] { pieces }
}

/// Values as Python writes them.
enum Python {
    /// A string in quotes, whatever its characters.
    static func quoted(_ text: String) -> String {
        let characters = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\\", "\"": return "\\\(scalar)"
            case " "..."~": return String(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return "\"\(characters.joined())\""
    }

    static func number(_ value: Float) -> String {
        if value.isNaN { return "float(\"nan\")" }
        if value.isInfinite { return value < 0 ? "-float(\"inf\")" : "float(\"inf\")" }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    static func tuple(_ values: [Int]) -> String {
        "(\(values.map(String.init).joined(separator: ", "))\(values.count == 1 ? "," : ""))"
    }

    /// One number where two are the same.
    static func pair(_ pair: (height: Int, width: Int)) -> String {
        pair.height == pair.width ? "\(pair.height)" : tuple([pair.height, pair.width])
    }
}
