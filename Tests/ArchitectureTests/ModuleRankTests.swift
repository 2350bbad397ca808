import Foundation
import Testing

/// Holds the sources to the module map: an import goes to a lower rank, is declared in the manifest, and each C library has
/// one importer.
@Suite struct ModuleRankTests {
    /// Lowest rank first; a module may import those of earlier lines only.
    static let ranks: [[String]] = [
        [
            "CNcurses", "COneDNN", "CLAPACK", "CZip", "CZlib", "CJPEG", "CPNG", "CCairo", "CDemo", "CMPI", "CSQLite",
            "CVector",
        ],
        ["Tensors", "Text", "Signals"],
        ["Cells", "Kernels", "ONNXModel", "Themes"],
        ["Formats", "Separation", "Settings", "NcursesTerminal"],
        ["Network", "Datasets", "RunStore", "Plots"],
        ["Execution", "Figures", "Pruning"],
        ["Explorer", "Reconstruction"],
        ["Analysis"],
        ["Jobs"],
        ["sepal", "sepal-bench", "sepal-mpi"],
    ]
    /// The only importer of each library that is wrapped.
    static let soleImporters = [
        "CNcurses": "NcursesTerminal", "COneDNN": "Kernels", "CLAPACK": "Kernels", "CVector": "Kernels",
        "CZip": "Formats",
        "CZlib": "Formats", "CJPEG": "Formats",
        "CPNG": "Formats", "CCairo": "Figures", "CDemo": "Jobs", "CMPI": "sepal-mpi", "CSQLite": "RunStore",
        "GRDB": "RunStore",
        "TOMLKit": "Settings",
        "SwiftProtobuf": "ONNXModel",
    ]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func rank(_ module: String) -> Int? { Self.ranks.firstIndex { $0.contains(module) } }

    /// A module's files.
    private static func sources(of module: String) -> [URL] {
        let folder = root.appending(path: module == "Themes" ? "Themes" : "Sources/\(module)")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap {
            $0 as? URL
        }
        return (files ?? []).filter { $0.pathExtension == "swift" }
    }

    /// Folder of a module's sources → the modules its files import.
    private func imports(of module: String) throws -> Set<String> {
        var found: Set<String> = []
        for file in Self.sources(of: module) {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                var words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0 == "public" || $0 == "private" }
                guard words.popFirst() == "import" else { continue }
                // `import struct Module.Name` as well.
                let name = words.count > 1 ? words.last : words.first
                if let name { found.insert(String(name.split(separator: ".")[0])) }
            }
        }
        return found
    }

    @Test func everySourceFolderHasARank() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        for folder in folders where !folder.hasPrefix(".") {
            #expect(rank(folder) != nil, "\(folder) is missing from the table of ranks")
        }
    }

    /// An error without an exit status of its own would end a command with 1, whatever it means.
    @Test func everyErrorHasAnExitStatus() throws {
        // Caught where they are thrown.
        let inner: Set<Substring> = ["TOMLFailure", "Stop", "BeyondFloat", "NoFiles", "UnreadableText", "Failure"]
        var (errors, statuses): (Set<Substring>, Set<Substring>) = ([], [])
        for file in Self.ranks.joined().filter({ $0 != "sepal-bench" }).flatMap(Self.sources) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?:enum|struct|class) (\w+)(?:<[^>]*>)?: (?:\w+, )*(Error|Failure)\b/) {
                if match.2 == "Error" { errors.insert(match.1) }
            }
            for match in text.matches(of: /extension (\w+): Failure/) { statuses.insert(match.1) }
        }
        #expect(errors.count > 10)
        #expect(errors.subtracting(statuses) == inner)
    }

    @Test func importsGoDownwardsAndAreDeclared() throws {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        for (rank, modules) in Self.ranks.enumerated() where rank > 0 {
            for module in modules {
                let declared = declaration(of: module, in: manifest)
                for imported in try imports(of: module) {
                    guard let other = self.rank(imported) else { continue }
                    #expect(other < rank, "\(module) must not import \(imported)")
                    #expect(declared.contains("\"\(imported)\""), "\(module) does not declare \(imported)")
                }
            }
        }
    }

    /// The manifest's text from a module's name to the next target.
    private func declaration(of module: String, in manifest: String) -> Substring {
        let starts = [
            "module(\"\(module)\"", "module(\n            \"\(module)\"",
            "name: \"\(module)\",\n            dependencies",
        ]
        for start in starts {
            guard let range = manifest.range(of: start) else { continue }
            let rest = manifest[range.upperBound...]
            let end = rest.range(of: "]")?.upperBound ?? rest.endIndex
            return rest[..<end]
        }
        return ""
    }

    @Test func eachLibraryHasOneImporter() throws {
        for module in Self.ranks.joined() {
            for imported in try imports(of: module) {
                guard let owner = Self.soleImporters[imported] else { continue }
                #expect(module == owner, "\(imported) is \(owner)'s alone, not \(module)'s")
            }
        }
        for (library, owner) in Self.soleImporters {
            #expect(try imports(of: owner).contains(library), "\(owner) no longer imports \(library)")
        }
    }

    @Test func theTopLevelHoldsWhatItShould() throws {
        let allowed: Set = [
            "Package.swift", "Package.resolved", "Sources", "Tests", "Themes", "README.md", "LICENSE", "NOTICE",
        ]
        for entry in try FileManager.default.contentsOfDirectory(atPath: Self.root.path) where !entry.hasPrefix(".") {
            #expect(allowed.contains(entry), "\(entry) does not belong at the top level")
        }
    }

    /// A library reports errors; only the commands may end the process.
    @Test func librariesNeverTrapOnPurpose() throws {
        let forbidden = ["fatalError(", "preconditionFailure(", "try!", " exit("]
        for module in Self.ranks.joined() where !module.hasPrefix("sepal") {
            for file in Self.sources(of: module) {
                let text = try String(contentsOf: file, encoding: .utf8)
                for word in forbidden { #expect(!text.contains(word), "\(file.lastPathComponent) uses \(word)") }
            }
        }
    }
}
