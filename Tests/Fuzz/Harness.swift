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
