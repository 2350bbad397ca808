// swift-tools-version: 6.2
import PackageDescription

// One line a module, lowest rank first. A module imports only what its line declares;
// `Tests/ArchitectureTests` holds every import to that.

/// A module of the project itself.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "sepal",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "sepal", targets: ["sepal"]),
        .executable(name: "sepal-bench", targets: ["sepal-bench"]),
        .executable(name: "sepal-mpi", targets: ["sepal-mpi"]),
    ],
    traits: [
        .trait(name: "MPI", description: "sepal-mpi, which shares an analysis among machines by Open MPI.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    ],
    targets: [
        // Rank 0: C libraries and built-in data.
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CZip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCairo", providers: [.apt(["libcairo2-dev"])]),
        .systemLibrary(name: "CJPEG", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CMPI", providers: [.apt(["libopenmpi-dev"])]),
        .systemLibrary(name: "CLAPACK", providers: [.apt(["libopenblas-serial-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
        .target(name: "CDemo", exclude: ["resnet32-signs.safetensors", "signs-test.npz"]),
        .target(name: "CVector"),

        // Rank 1
        module("Tensors"),
        module("Text"),
        module("Signals"),

        // Rank 2
        module("Cells", ["Text"]),
        module("Kernels", ["CLAPACK", "COneDNN", "CVector"]),
        // Generated code on its own, so that it is compiled once.
        .target(
            name: "ONNXModel",
            dependencies: [protobuf], exclude: ["onnx.proto"], swiftSettings: strict),
        .target(
            name: "Themes", path: "Themes",
            resources: [
                .embedInCode("dusk.toml"), .embedInCode("paper.toml"),
                .embedInCode("stage.toml"), .embedInCode("mono.toml"),
            ],
            swiftSettings: strict),

        // Rank 3
        module("Formats", ["ONNXModel", "Signals", "Tensors", "CZip", "CZlib", "CJPEG", "CPNG"]),
        module("Separation", ["Kernels", "Tensors"]),
        module("Settings", ["Cells", "Themes", toml]),
        module("NcursesTerminal", ["CNcurses", "Cells", "Signals"]),

        // Rank 4
        module("Network", ["Formats", "Tensors"]),
        module("Datasets", ["Formats", "Kernels", "Tensors"]),
        module("RunStore", ["CSQLite", "Formats", "Separation", "Signals", grdb]),
        module("Plots", ["Cells", "Separation"]),

        // Rank 5
        module("Execution", ["Kernels", "Network", "Tensors"]),
        module("Figures", ["CCairo", "Cells", "Formats", "Plots", "Separation", "Text"]),
        .target(
            name: "Pruning",
            dependencies: ["Formats", "Network", "Separation", "Tensors"],
            resources: [.embedInCode("finetune.py")], swiftSettings: strict),

        // Rank 6
        module("Reconstruction", ["Execution", "Kernels", "Network"]),
        module("Explorer", ["Plots", "Cells", "Pruning", "Separation", "Settings"]),
        // Rank 7
        module(
            "Analysis",
            [
                "Execution", "Datasets", "Formats", "Network", "Pruning", "Reconstruction", "RunStore", "Separation",
                "Kernels", "Tensors", "Text",
            ]),

        // Rank 8
        module(
            "Jobs",
            [
                "Analysis", "Execution", "RunStore", "Datasets", "Formats", "Kernels", "Network", "Reconstruction",
                "Separation", "Signals", "Text", "CDemo",
                arguments,
            ]),

        // Rank 9
        .executableTarget(
            name: "sepal",
            dependencies: [
                "Jobs", "Analysis", "Execution", "Explorer", "Figures", "NcursesTerminal", "RunStore", "Datasets",
                "Formats", "Network", "Pruning", "Reconstruction", "Kernels", "Separation", "Plots", "Settings",
                "Cells", "Signals",
                "Tensors", "Text",
                arguments,
            ],
            resources: [.embedInCode("sepal_capture.py")],
            swiftSettings: strict),
        .executableTarget(
            name: "sepal-bench",
            dependencies: [
                "Analysis", "Datasets", "Execution", "Explorer", "Formats", "Kernels", "Network", "Reconstruction",
                "Separation", "Plots", "Settings", "Cells", arguments,
            ],
            swiftSettings: strict),

        // Without the trait it only says how to build it.
        .executableTarget(
            name: "sepal-mpi",
            dependencies: [
                "Jobs", "Analysis", "RunStore", "Kernels", "Separation", "Signals", arguments,
                .target(name: "CMPI", condition: .when(traits: ["MPI"])),
            ],
            swiftSettings: strict),

        // Tests, and what several of them make their networks of.
        .target(
            name: "StateDictionaries", dependencies: ["Network", "Tensors"], path: "Tests/StateDictionaries",
            swiftSettings: strict),
        tests("TensorsTests", ["Tensors"]),
        tests("TextTests", ["Text"]),
        tests("CellsTests", ["Cells"]),
        tests("KernelsTests", ["Kernels", "Tensors"]),
        tests("FormatsTests", ["Formats", "ONNXModel", "Tensors"]),
        tests("SeparationTests", ["Separation", "Kernels", "Tensors"]),
        tests("SettingsTests", ["Settings", "Cells", "Tensors", "Themes"]),
        tests("TerminalTests", ["NcursesTerminal", "Cells", "Signals"]),
        tests(
            "NetworkTests", ["Network", "Formats", "ONNXModel", "StateDictionaries", "Tensors"],
            exclude: ["ONNX/Exports"]),
        tests("DatasetsTests", ["Datasets", "Formats", "Kernels", "Tensors"]),
        tests("RunStoreTests", ["RunStore", "CSQLite", "Separation"]),
        tests("PlotsTests", ["Plots", "Cells", "Separation"]),
        tests("ExecutionTests", ["Execution", "Kernels", "Network", "Tensors"]),
        tests(
            "PruningTests", ["Pruning", "Formats", "Network", "Separation", "StateDictionaries", "Tensors"],
            exclude: ["zoo.py"]),
        tests(
            "ReconstructionTests",
            ["Reconstruction", "Execution", "Kernels", "Network", "StateDictionaries"]),
        tests("FiguresTests", ["Figures", "Cells", "Plots", "Separation"]),
        tests(
            "ExplorerTests", ["Explorer", "Plots", "Pruning", "Cells", "Separation", "Settings"], exclude: ["Snapshots"]
        ),
        tests(
            "AnalysisTests",
            [
                "Analysis", "Execution", "Datasets", "Formats", "Network", "RunStore", "Separation", "Kernels",
                "Tensors",
            ]),
        tests("CommandTests", ["sepal", "Jobs", "Formats", "RunStore", "Separation", "StateDictionaries"]),
        tests("ArchitectureTests", []),
    ],
    swiftLanguageModes: [.v6]
)
