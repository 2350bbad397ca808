/// Writes the few values that a pickled state dict consists of, in Python's pickle protocol 2.
struct PickleWriter {
    private(set) var bytes: [UInt8] = [0x80, 2]
    /// What was written under which number, and is recalled where it comes again.
    private var memo: [String: UInt32] = [:]

    /// Ends the pickle; its value is the last one that was written.
    mutating func stop() { bytes.append(UInt8(ascii: ".")) }

    mutating func text(_ text: String) {
        recallable("X\(text)") { writer in
            writer.bytes.append(UInt8(ascii: "X"))
            writer.append(UInt32(clamping: text.utf8.count))
            writer.bytes.append(contentsOf: text.utf8)
        }
    }

    /// A class or function.
    mutating func global(_ module: String, _ name: String) {
        recallable("c\(module).\(name)") { writer in
            writer.bytes.append(contentsOf: "c\(module)\n\(name)\n".utf8)
        }
    }

    mutating func integer(_ value: Int) {
        if let value = UInt8(exactly: value) {
            bytes.append(contentsOf: [UInt8(ascii: "K"), value])
        } else if let value = Int32(exactly: value) {
            bytes.append(UInt8(ascii: "J"))
            append(value)
        } else {
            bytes.append(contentsOf: [0x8A, 8])
            append(Int64(value))
        }
    }

    mutating func no() { bytes.append(0x89) }

    mutating func tuple(_ items: (inout Self) -> Void) {
        bytes.append(UInt8(ascii: "("))
        items(&self)
        bytes.append(UInt8(ascii: "t"))
    }

    mutating func tuple(_ items: [Int]) {
        tuple { writer in items.forEach { writer.integer($0) } }
    }

    /// What a call of the function or class gives.
    mutating func call(_ module: String, _ name: String, _ arguments: (inout Self) -> Void = { _ in }) {
        global(module, name)
        tuple(arguments)
        bytes.append(UInt8(ascii: "R"))
    }

    /// What lies outside of the pickle, named by a tuple.
    mutating func persistent(_ identifier: (inout Self) -> Void) {
        tuple(identifier)
        bytes.append(UInt8(ascii: "Q"))
    }

    /// An entry of the dictionary that was written last.
    mutating func entry(_ key: String, _ value: (inout Self) -> Void) {
        text(key)
        value(&self)
        bytes.append(UInt8(ascii: "s"))
    }

    private mutating func recallable(_ key: String, _ write: (inout Self) -> Void) {
        if let number = memo[key] {
            bytes.append(UInt8(ascii: "j"))
            append(number)
            return
        }
        write(&self)
        let number = UInt32(clamping: memo.count)
        bytes.append(UInt8(ascii: "r"))
        append(number)
        memo[key] = number
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
