import Testing

@testable import Kernels

@Suite struct MappedMemoryTests {
    private static let largePage = 2 << 20

    private func filled(_ pages: Int, with mark: UInt8) throws -> MappedMemory {
        let memory = try MappedMemory(bytes: pages * Self.largePage)
        memory.base.initializeMemory(as: UInt8.self, repeating: mark, count: memory.byteCount)
        return memory
    }

    @Test func whatIsOfTheSameSizeIsTakenAsItIs() throws {
        var spare = [try filled(1, with: 1), try filled(2, with: 2), try filled(3, with: 3)]
        let same = spare[1]
        #expect(try MappedMemory.made(of: &spare, bytes: 2 * Self.largePage) === same)
        #expect(spare.map(\.byteCount) == [1, 3].map { $0 * Self.largePage })
    }

    /// Where the system can move pages, they come from the last ones first; where it can't, memory is new.
    @Test(arguments: [1, 4, 5, 6, 9], [0, 4096]) func pagesAreMoved(pages: Int, more: Int) throws {
        var spare = [try filled(2, with: 1), try filled(4, with: 2)]
        let bytes = pages * Self.largePage + more
        let memory = try MappedMemory.made(of: &spare, bytes: bytes)
        #expect(memory.byteCount == bytes)
        let marks = UnsafeRawBufferPointer(start: memory.base, count: bytes).count { $0 != 0 }
        #expect(marks.isMultiple(of: Self.largePage))
        #expect(spare.reduce(0) { $0 + $1.byteCount } + marks == 6 * Self.largePage)
        #expect(!spare.contains { $0.byteCount == 0 })
        // All of it can be written to, and what is left as well.
        for part in spare + [memory] {
            part.base.initializeMemory(as: UInt8.self, repeating: 9, count: part.byteCount)
        }
        #expect(UnsafeRawBufferPointer(start: memory.base, count: bytes).allSatisfy { $0 == 9 })
    }
}
