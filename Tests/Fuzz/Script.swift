import Explorer
import Settings

/// A key script, and what its first keys do to the explorer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScript(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzzText(start, count) { text throws(SettingsError) in
        let script = try KeyScript(text, file: "x")
        var model = ExplorerModel.ofRun()
        for case .press(let key) in script.instructions.prefix(16) { model.show(.terminal(.key(key))) }
    }
    return 0
}
