import Explorer
import Settings

/// A configuration file, and the help for the keys that it binds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzzText(start, count) { text throws(SettingsError) in
        let configuration = try Configuration(
            toml: text, file: "x", actions: Action.allCases.map(\.rawValue), fixedKeys: Keymap.fixedKeys)
        let keys = configuration.keys.compactMap { name, keys in Action(rawValue: name).map { ($0, keys) } }
        var model = ExplorerModel.ofRun(
            options: ExplorerOptions(keymap: Keymap(Dictionary(uniqueKeysWithValues: keys))))
        model.show(.perform(.help))
        model.show(.perform(.command))
    }
    return 0
}
