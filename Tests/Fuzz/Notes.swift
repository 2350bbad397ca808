import Settings

/// Notes, and those of each layer that they name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNotes(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzzText(start, count) { text throws(SettingsError) in
        let notes = try Notes(text, file: "x")
        for mention in notes.mentions.prefix(100) { precondition(!notes.lines(for: mention.layer).isEmpty) }
    }
    return 0
}
