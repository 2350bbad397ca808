import Explorer
import Settings

/// A theme, and a screen in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTheme(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzzText(start, count) { text throws(SettingsError) in
        let theme = try Theme(toml: text, file: "x")
        var model = ExplorerModel.ofRun(options: ExplorerOptions(themes: [theme], paintsBackground: true))
        model.show(.perform(.matrix))
    }
    return 0
}
