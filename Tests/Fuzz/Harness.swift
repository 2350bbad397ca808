import Cells
import Explorer
import Settings

@testable import Formats

/// What all harnesses share: limits small enough that no input takes long, and what counts as a find.

let fuzzLimits: Limits = {
    var limits = Limits()
    limits.decodedBytes = 16 << 20
    limits.headerBytes = 1 << 20
    limits.objects = 100_000
    limits.entries = 1000
    limits.constantUses = 1 << 22
    limits.computedNumbers = 1 << 20
    limits.formulaValues = 1 << 22
    limits.searchedNodes = 1 << 20
    return limits
}()

/// Runs a reader on an input. A trap, a hang, a leak and memory touched beyond its bounds end the process; so does an error
/// of another kind than a reader may throw, or one that takes more than a line.
func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int, _ read: (UnsafeRawBufferPointer, ReadContext) throws -> Void) {
    do {
        try read(UnsafeRawBufferPointer(start: start, count: count), ReadContext(file: "x", limits: fuzzLimits))
    } catch let error as FormatError {
        precondition(!error.description.contains(where: \.isNewline), "more than a line: \(error)")
    } catch {
        preconditionFailure("no FormatError: \(error)")
    }
}

/// Runs a reader of what users write.
func fuzzText(_ start: UnsafePointer<UInt8>, _ count: Int, _ read: (String) throws(SettingsError) -> Void) {
    do {
        try read(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    } catch {
        precondition(!error.description.contains(where: \.isNewline), "more than a line: \(error)")
    }
}

extension ExplorerModel {
    private static let run: [Message] = {
        let header = TestRun.header(layers: 3, samples: 20)
        let layers = header.layers.indices.map { layer in
            Message.layer(
                index: layer, TestRun.result(header, layer: layer, edgeCount: 20), isPreview: false)
        }
        return [.header(header)] + layers + [.jobFinished]
    }()

    /// An explorer that has a small run open.
    static func ofRun(options: ExplorerOptions = ExplorerOptions()) -> ExplorerModel {
        var model = ExplorerModel(size: Size(columns: 80, rows: 24), options: options)
        for message in run { _ = update(&model, message) }
        return model
    }

    /// Takes a message, computes what it asks for, and draws.
    mutating func show(_ message: Message) {
        for case .computeRing(let job) in update(&self, message) { _ = update(&self, job.message()) }
        _ = view(self)
    }
}
