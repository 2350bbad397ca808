import Foundation
import Tensors

/// Runs of `python3`, where it has what the scripts need.
enum PythonProcess {
    /// What a run has put out.
    struct Result {
        var output: String
        var errors: String
        var code: Int32
    }

    /// Whether `import torch` and the like can be expected to work; found without the seconds that doing it takes.
    static func hasTorch() async -> Bool {
        let names = ["torch", "numpy", "PIL"]
        let words = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, \(names))))"
        return (try? await run(["-c", words]))?.code == 0
    }

    /// Runs to the end, without holding up other tests. Output goes through files, which take any amount of it.
    static func run(_ arguments: [String]) async throws -> Result {
        try await inFolder { folder in
            let files = ["output", "errors"].map { folder.appending(path: $0) }
            for file in files { try Data().write(to: file) }
            let streams = try files.map { try FileHandle(forWritingTo: $0) }
            let code: Int32 = try await withCheckedThrowingContinuation { continuation in
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/env")
                process.arguments = ["python3"] + arguments
                process.standardInput = FileHandle.nullDevice
                (process.standardOutput, process.standardError) = (streams[0], streams[1])
                process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
                do { try process.run() } catch { continuation.resume(throwing: error) }
            }
            let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
            return Result(output: texts[0], errors: texts[1], code: code)
        }
    }

    /// A folder that is there as long as the work takes.
    static func inFolder<T>(_ work: (URL) async throws -> T) async throws -> T {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sepal-pruning-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await work(folder)
    }

    /// Tensors as a safetensors file; scalars are counters, in int64.
    static func safetensors(_ entries: [(name: String, tensor: Tensor)]) throws -> Data {
        var header: [String: [String: [Int]]] = [:]
        var body = Data()
        for (name, tensor) in entries {
            let start = body.count
            let isCounter = tensor.shape.dims.isEmpty
            if isCounter {
                withUnsafeBytes(of: Int64(3).littleEndian) { body.append(contentsOf: $0) }
            } else {
                for value in tensor.floats() {
                    withUnsafeBytes(of: value.bitPattern.littleEndian) { body.append(contentsOf: $0) }
                }
            }
            header[name] = ["shape": tensor.shape.dims, "data_offsets": [start, body.count]]
        }
        let described = header.mapValues { entry -> [String: Any] in
            var entry: [String: Any] = entry
            entry["dtype"] = (entry["shape"] as? [Int])?.isEmpty == true ? "I64" : "F32"
            return entry
        }
        let text = try JSONSerialization.data(withJSONObject: described)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + body
    }
}
