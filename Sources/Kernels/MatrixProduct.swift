import COneDNN

/// C = A · Bᵀ for row-major A (`rows` × `depth`), B (`columns` × `depth`) and C (`rows` × `columns`), on the calling thread.
/// The rows of C lie `stride` values apart, those of A `inputStride`; without one, they follow each other.
///
/// Call it from a `WorkerPool` only: elsewhere oneDNN starts threads of its own and rounds differently.
/// - Throws: `KernelError.library`, `.allocation`.
public func multiplyTransposed(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, rows: Int,
    columns: Int, depth: Int, stride: Int? = nil, inputStride: Int? = nil
) throws(KernelError) {
    let n = CChar(UInt8(ascii: "N"))
    let t = CChar(UInt8(ascii: "T"))
    try Machine.checkRoomForCode()
    try check("a matrix product") {
        dnnl_sgemm(
            n, t, Int64(rows), Int64(columns), Int64(depth), 1, a, Int64(inputStride ?? depth), b, Int64(depth), 0, c,
            Int64(stride ?? columns))
    }
}

/// C = Aᵀ · B, or C += Aᵀ · B where it `adds`, for row-major A (`depth` × `rows`), B (`depth` × `columns`) and C
/// (`rows` × `columns`), on the calling thread, which is one of a `WorkerPool`. The rows of A and of B lie `stride` values apart;
/// without one, they follow each other.
/// - Throws: `KernelError.library`, `.allocation`.
public func multiplyFirstTransposed(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, rows: Int,
    columns: Int, depth: Int, adds: Bool, stride: Int? = nil
) throws(KernelError) {
    let n = CChar(UInt8(ascii: "N"))
    let t = CChar(UInt8(ascii: "T"))
    try Machine.checkRoomForCode()
    try check("a matrix product") {
        dnnl_sgemm(
            t, n, Int64(rows), Int64(columns), Int64(depth), 1, a, Int64(stride ?? rows), b, Int64(stride ?? columns),
            adds ? 1 : 0, c,
            Int64(columns))
    }
}

/// Turns a oneDNN status into a thrown error, at the one place where that is done.
func check(_ operation: String, _ call: () -> dnnl_status_t) throws(KernelError) {
    let status = call()
    guard status == dnnl_success else {
        throw .library(operation: operation, status: UInt32(truncatingIfNeeded: status.rawValue))
    }
}
