import Formats
import Foundation
import Network
import Testing

/// Networks written as ONNX, checked by the onnx package and run by onnxruntime: one process for all of them.
@Suite(.enabled(if: ONNXRuntime.isThere, "needs python3 with the packages onnx and onnxruntime"))
struct ONNXRuntimeTests {
    @Test func runtimesComputeTheSame() throws {
        var graphs = try WrittenNetwork.all.map { (name: $0.testDescription, graph: try $0.graph()) }
        for family in ONNXWritingTests.families {
            graphs.append((family.testDescription, try family.dictionary().candidates(extent: family.extent)[0].graph))
        }
        for file in ONNXExportTests.files {
            graphs.append((file, try ONNXExportTests.network(file).network.graph))
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Two samples at a time: the batch must stay apart from all else.
        let samples: [[[Float]]] = graphs.map { _, graph in
            [7, 8].map { WrittenNetwork.numbers(graph.inputShape.reduce(1, *), seed: $0) }
        }
        for (index, (name, graph)) in graphs.enumerated() {
            let bytes = try writeONNX(graph.onnx(name: name, metadata: ["mean": "0.5"]))
            try Data(bytes).write(to: folder.appending(path: "\(index).onnx"))
            let input = samples[index].flatMap { $0 }
            try Data(input.withUnsafeBytes(Array.init)).write(to: folder.appending(path: "\(index).input"))
        }
        let log = try ONNXRuntime.run(script, folder.path, "\(graphs.count)")
        for (index, (name, graph)) in graphs.enumerated() {
            guard let data = try? Data(contentsOf: folder.appending(path: "\(index).logits")) else {
                Issue.record("\(name): \(log.split(separator: "\n").first { $0.hasPrefix("\(index): ") } ?? "\(log)")")
                continue
            }
            let logits = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
            let expected = try samples[index].flatMap { try ReferenceExecutor.run(graph, input: $0).last ?? [] }
            #expect(isClose(logits, expected), "\(name): \(logits) where \(expected) are expected")
        }
    }

    private let script = """
        import sys
        import numpy, onnx, onnxruntime
        folder, count = sys.argv[1], int(sys.argv[2])
        for index in range(count):
            path = f"{folder}/{index}"
            try:
                onnx.checker.check_model(onnx.load(path + ".onnx"), full_check=True)
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = 1
                session = onnxruntime.InferenceSession(path + ".onnx", options, providers=["CPUExecutionProvider"])
                assert session.get_modelmeta().custom_metadata_map == {"mean": "0.5"}
                shape = session.get_inputs()[0].shape
                assert shape[0] == "N", shape
                image = numpy.fromfile(path + ".input", "<f4").reshape([-1] + shape[1:])
                logits, = session.run(["logits"], {"input": image})
                assert list(logits.shape) == [len(image)] + session.get_outputs()[0].shape[1:], logits.shape
                logits.astype("<f4").tofile(path + ".logits")
            except Exception as error:
                print(f"{index}:", " ".join(str(error).split()), flush=True)
        """
}

/// Python with onnxruntime, where this machine has it.
enum ONNXRuntime {
    static let isThere = (try? run("import onnx, onnxruntime; print('there')"))?.hasSuffix("there\n") ?? false

    /// What a script prints.
    static func run(_ script: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
