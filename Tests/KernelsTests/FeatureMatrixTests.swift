import Foundation
import Synchronization
import Testing

@testable import Kernels

@Suite struct FeatureMatrixTests {
    @Test func capacityIsRoundedUpAndZeroed() throws {
        let matrix = try FeatureMatrix(rows: 3, columns: 5, values: (0..<15).map(Float.init))
        #expect(matrix.capacity == 256)
        #expect(matrix.byteCount == 256 * 5 * 4)
        #expect(matrix.row(2)[4] == 14)
        #expect(matrix.row(255)[4] == 0)
    }

    @Test func aScratchFileHoldsValuesAndLeavesNothingBehind() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sepal-scratch-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let released = Mutex(0)
        do {
            let matrix = try FeatureMatrix(rows: 300, columns: 7, backing: .scratchFile(folder: folder)) { memory in
                released.withLock { $0 += memory.byteCount }
            }
            matrix.row(299)[6] = 42
            #expect(matrix.row(299)[6] == 42)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
        #expect(released.withLock { $0 } == 512 * 7 * 4)
    }

    @Test func whatCannotBeHadIsAnError() {
        #expect(FeatureMatrix.byteCount(rows: .max / 2, columns: 4) == nil)
        #expect(throws: KernelError.self) { try FeatureMatrix(rows: .max / 2, columns: 4) }
        #expect(throws: KernelError.self) {
            try FeatureMatrix(rows: 1, columns: 1, backing: .scratchFile(folder: "/nonexistent/folder"))
        }
    }
}
