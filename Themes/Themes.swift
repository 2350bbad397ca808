/// The theme files as they were when the program was built.
public enum ThemeResources {
    /// The bytes of each file by its name.
    public static let files: [String: [UInt8]] = [
        "dusk.toml": PackageResources.dusk_toml,
        "paper.toml": PackageResources.paper_toml,
        "stage.toml": PackageResources.stage_toml,
        "mono.toml": PackageResources.mono_toml,
    ]
}
