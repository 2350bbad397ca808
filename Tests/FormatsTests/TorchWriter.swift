/// Builds pickles and PyTorch files instruction by instruction, well-formed or not.
enum TorchWriter {
    static func text(_ text: String) -> [UInt8] {
        [UInt8(ascii: "X")] + little(UInt32(text.utf8.count)) + Array(text.utf8)
    }

    static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + little(Int64(value)) }

    static func tuple(_ items: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "(")] + items.flatMap { $0 } + [UInt8(ascii: "t")]
    }

    static func list(_ items: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "]"), UInt8(ascii: "(")] + items.flatMap { $0 } + [UInt8(ascii: "e")]
    }

    static func dictionary(_ members: [(String, [UInt8])]) -> [UInt8] {
        [UInt8(ascii: "}"), UInt8(ascii: "(")] + members.flatMap { text($0.0) + $0.1 } + [UInt8(ascii: "u")]
    }

    static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    static func call(_ module: String, _ name: String, _ arguments: [[UInt8]]) -> [UInt8] {
        global(module, name) + tuple(arguments) + [UInt8(ascii: "R")]
    }

    /// A storage named as PyTorch does; `view` is the legacy format's part of a storage.
    static func storage(
        _ key: String, _ type: String = "FloatStorage", count: Int, view: (offset: Int, count: Int)? = nil
    ) -> [UInt8] {
        var items = [text("storage"), global("torch", type), text(key), text("cuda:0"), integer(count)]
        if let view { items.append(tuple([text(key + "v"), integer(view.offset), integer(view.count)])) }
        return tuple(items) + [UInt8(ascii: "Q")]
    }

    static func tensor(
        _ storage: [UInt8], offset: Int = 0, _ size: [Int], _ stride: [Int], version: String = "_v2"
    ) -> [UInt8] {
        call(
            "torch._utils", "_rebuild_tensor\(version)",
            [storage, integer(offset), tuple(size.map(integer)), tuple(stride.map(integer))])
    }

    static func pickle(_ body: [UInt8]) -> [UInt8] { [0x80, 2] + body + [UInt8(ascii: ".")] }

    /// The zip format.
    static func zip(
        _ object: [UInt8], storages: [(String, [UInt8])], order: String = "little", extra: [(String, [UInt8])] = []
    ) -> ZipWriter {
        ZipWriter(
            [("archive/data.pkl", pickle(object)), ("archive/byteorder", Array(order.utf8))]
                + storages.map { ("archive/data/\($0.0)", $0.1) } + extra)
    }

    /// The legacy format.
    static func legacy(
        _ object: [UInt8], storages: [(key: String, count: Int, bytes: [UInt8])], protocolVersion: Int = 1001,
        isLittleEndian: Bool = true
    ) -> [UInt8] {
        let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        let system = dictionary([("little_endian", [isLittleEndian ? 0x88 : 0x89])])
        let pickles =
            pickle(magic) + pickle(integer(protocolVersion)) + pickle(system) + pickle(object)
            + pickle(list(storages.map { text($0.key) }))
        return pickles + storages.flatMap { little(Int64($0.count)) + $0.bytes }
    }

    static func floats(_ values: [Float]) -> [UInt8] { values.flatMap { little($0.bitPattern) } }
}
