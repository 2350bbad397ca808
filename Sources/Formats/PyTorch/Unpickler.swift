/// Runs a pickle's instructions without ever importing, constructing or calling anything: an allow-list of PyTorch's
/// own names is interpreted, everything else becomes an inert placeholder.
///
/// No instruction recurses, and each adds at most a constant number of values beyond what the stack holds already, so
/// time and memory are O(length of the pickle).
struct Unpickler {
    var heap = PickleHeap()
    let context: ReadContext
    private var stack: [PickleValue] = []
    /// Heights of the stack at the open marks.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    /// Values that containers hold.
    var retained = 0
    /// Where the current instruction starts.
    private var position = 0

    /// Reads one pickle; the reader stands behind its STOP afterwards.
    static func load(from reader: inout ByteReader, _ context: ReadContext) throws -> (PickleValue, PickleHeap) {
        var machine = Unpickler(context)
        while true {
            machine.position = reader.offset
            let opcode = try reader.integer(UInt8.self)
            if opcode == UInt8(ascii: ".") { return (try machine.pop(), machine.heap) }
            try machine.run(opcode, &reader)
        }
    }

    private init(_ context: ReadContext) { self.context = context }

    /// Tries the groups of instructions in turn.
    private mutating func run(_ opcode: UInt8, _ reader: inout ByteReader) throws {
        if try runContainer(opcode) { return }
        if try runMemo(opcode, &reader) { return }
        if try runCall(opcode, &reader) { return }
        if let value = try literal(opcode, &reader) { return try push(value) }
        guard try !skips(opcode, &reader) else { return }
        throw malformed("0x\(String(opcode, radix: 16)) is no instruction of a pickle")
    }

    /// Instructions that have no effect here, or cannot be followed.
    private mutating func skips(_ opcode: UInt8, _ reader: inout ByteReader) throws -> Bool {
        switch opcode {
        case 0x80:  // PROTO
            let version = try reader.integer(UInt8.self)
            guard version <= 5 else {
                throw context.unsupported(.byte(position), "pickle protocol \(version)", "save with protocol 2")
            }
        case 0x95: _ = try reader.integer(UInt64.self)  // FRAME
        case 0x82, 0x83, 0x84, 0x97, 0x98:  // EXT1, EXT2, EXT4, NEXT_BUFFER, READONLY_BUFFER
            throw context.unsupported(
                .byte(position), "a pickle with extension codes or outside buffers", "save the state dict alone")
        default: return false
        }
        return true
    }

    private mutating func runContainer(_ opcode: UInt8) throws -> Bool {
        switch opcode {
        case UInt8(ascii: "("):
            guard marks.count < context.limits.nesting else {
                throw context.tooLarge("nesting of the pickle", marks.count + 1, context.limits.nesting)
            }
            marks.append(stack.count)
        case UInt8(ascii: "0"):  // POP takes a mark where that is on top.
            if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): try push(try top())
        case UInt8(ascii: ")"): try push(try tuple([]))
        case UInt8(ascii: "t"): try push(try tuple(try popToMark()))
        case 0x85, 0x86, 0x87: try push(try tuple(try pop(Int(opcode) - 0x84)))
        case UInt8(ascii: "]"): try push(try list([]))
        case UInt8(ascii: "l"): try push(try list(try popToMark()))
        case UInt8(ascii: "}"): try push(try dictionary([]))
        case UInt8(ascii: "d"): try push(try dictionary(try popToMark()))
        case UInt8(ascii: "a"): try append(try pop(1))
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "s"): try set(try pop(2))
        case UInt8(ascii: "u"): try set(try popToMark())
        case 0x8F: try push(.inert)  // EMPTY_SET
        case 0x90:  // ADDITEMS
            _ = try popToMark()
            _ = try top()
        case 0x91:  // FROZENSET
            _ = try popToMark()
            try push(.inert)
        default: return false
        }
        return true
    }

    private mutating func runMemo(_ opcode: UInt8, _ reader: inout ByteReader) throws -> Bool {
        switch opcode {
        case UInt8(ascii: "p"): try memorize(try decimal(&reader))
        case UInt8(ascii: "q"): try memorize(Int(try reader.integer(UInt8.self)))
        case UInt8(ascii: "r"): try memorize(Int(try reader.integer(UInt32.self)))
        case 0x94: try memorize(memo.count)  // MEMOIZE
        case UInt8(ascii: "g"): try recall(try decimal(&reader))
        case UInt8(ascii: "h"): try recall(Int(try reader.integer(UInt8.self)))
        case UInt8(ascii: "j"): try recall(Int(try reader.integer(UInt32.self)))
        default: return false
        }
        return true
    }

    private mutating func runCall(_ opcode: UInt8, _ reader: inout ByteReader) throws -> Bool {
        switch opcode {
        case UInt8(ascii: "c"): try push(try global(&reader))
        case 0x93:  // STACK_GLOBAL
            let names = try pop(2)
            guard case .string(let module) = names[0], case .string(let name) = names[1] else {
                throw malformed("a class is named by something other than text")
            }
            try push(Self.global(module, name))
        case UInt8(ascii: "i"):  // INST
            let target = try global(&reader)
            let arguments = try popToMark()
            try push(try call(target, arguments))
        case UInt8(ascii: "o"):  // OBJ
            let items = try popToMark()
            guard let target = items.first else { throw malformed("an object has no class") }
            try push(try call(target, Array(items.dropFirst())))
        case UInt8(ascii: "R"), 0x81:  // REDUCE, NEWOBJ
            let operands = try pop(2)
            guard let arguments = heap.items(operands[1]) else { throw malformed("a call has no argument tuple") }
            try push(try call(operands[0], arguments))
        case 0x92:  // NEWOBJ_EX
            let operands = try pop(3)
            try push(try call(operands[0], heap.items(operands[1]) ?? []))
        case UInt8(ascii: "b"): build(try pop(1)[0], of: try top())
        case UInt8(ascii: "P"):
            _ = try reader.line()
            try push(.inert)
        case UInt8(ascii: "Q"): try push(try persistent(try pop()))
        default: return false
        }
        return true
    }

    // MARK: Stack

    private mutating func push(_ value: PickleValue) throws {
        guard stack.count < context.limits.objects else {
            throw context.tooLarge("values on the pickle's stack", stack.count + 1, context.limits.objects)
        }
        stack.append(value)
    }

    func top() throws -> PickleValue {
        guard let value = stack.last, stack.count > marks.last ?? 0 else { throw underflow }
        return value
    }

    private mutating func pop() throws -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    /// The topmost values, the deepest first.
    private mutating func pop(_ count: Int) throws -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw underflow }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("an instruction of the pickle lacks its mark") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private var underflow: FormatError { malformed("an instruction of the pickle lacks its operands") }

    func malformed(_ problem: String) -> FormatError { context.malformed(.byte(position), problem) }

    // MARK: Memo

    private mutating func memorize(_ index: Int) throws {
        guard memo.count < context.limits.objects else {
            throw context.tooLarge("values in the pickle's memo", memo.count + 1, context.limits.objects)
        }
        memo[index] = try top()
    }

    private mutating func recall(_ index: Int) throws {
        guard let value = memo[index] else { throw malformed("the pickle recalls memo \(index), which is not set") }
        try push(value)
    }

    private func decimal(_ reader: inout ByteReader) throws -> Int {
        guard let number = Int(String(decoding: try reader.line(), as: UTF8.self)) else {
            throw malformed("a number of the pickle is no number")
        }
        return number
    }
}
