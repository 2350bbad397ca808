import Foundation
import Testing

@testable import Explorer

@Suite struct ReadmeTests {
    /// The README's key table is the action table.
    @Test func theReadmeListsTheKeys() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains(ActionTable.markdown()), "put this into README.md:\n\(ActionTable.markdown())")
    }
}
