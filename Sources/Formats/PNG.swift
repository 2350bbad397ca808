import CPNG

/// PNG through libpng.
enum PNG {
    static func size(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws -> (width: Int, height: Int) {
        var (width, height): (UInt32, UInt32) = (0, 0)
        try call(context) { message in
            guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return 0 }
            return sepal_png_size(base, bytes.count, &width, &height, message)
        }
        _ = try context.pixelBytes(Int(width), Int(height), channels: 1)
        return (Int(width), Int(height))
    }

    static func decode(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws -> RasterImage {
        let (width, height) = try size(bytes, context)
        let room = try context.pixelBytes(width, height, channels: 3)
        let pixels = try [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            try call(context) { message in
                guard let base = bytes.bindMemory(to: UInt8.self).baseAddress, let target = buffer.baseAddress else {
                    return 0
                }
                return sepal_png_read(base, bytes.count, UInt32(width), UInt32(height), target, message)
            }
            count = room
        }
        return RasterImage(width: width, height: height, pixels: pixels, warning: nil)
    }

    /// Turns a 0 and its message into an error.
    private static func call(_ context: ReadContext, _ body: (UnsafeMutablePointer<CChar>) -> Int32) throws {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(SEPAL_PNG_MESSAGE)) { message in
            guard let text = message.baseAddress else { return }
            text.initialize(repeating: 0, count: message.count)
            guard body(text) == 1 else {
                throw context.malformed(.file, "the PNG cannot be decoded (\(String(cString: text)))")
            }
        }
    }
}
