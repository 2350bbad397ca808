import Foundation
import Testing

@testable import RunStore

/// Plans kept with a run.
@Suite struct PlanTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString).sepal").path

    @Test func eachReplacesTheOneOfItsName() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try RunStore.create(path: path, header: TestRun.header())
        #expect(try writer.plans() == [])
        // While the run is still being written.
        for plan in [
            StoredPlan(name: "lu", units: ["a"]), StoredPlan(name: "explorer", units: ["b", "c \"d\""]),
            StoredPlan(name: "lu", units: ["e"]),
        ] { try RunStore.save(plan: plan, path: path) }
        writer.close()
        let reader = try RunStore.open(path: path)
        #expect(
            try reader.plans() == [
                StoredPlan(name: "explorer", units: ["b", "c \"d\""]), StoredPlan(name: "lu", units: ["e"]),
            ])
        reader.close()
        try RunStore.save(plan: StoredPlan(name: "lu", units: []), path: path)
        let again = try RunStore.open(path: path)
        defer { again.close() }
        #expect(try again.plans().map(\.name) == ["explorer"])
    }

    /// A file of an older program has no place for plans until one is kept.
    @Test(arguments: 1...3) func olderFilesTakeOne(version: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try RunStore.create(path: path, header: TestRun.header(), version: version).close()
        let older = try RunStore.open(path: path)
        #expect(try older.plans() == [])
        older.close()
        let plan = StoredPlan(name: "explorer", units: ["layer1.0"])
        try RunStore.save(plan: plan, path: path)
        let newer = try RunStore.open(path: path)
        defer { newer.close() }
        #expect(try newer.plans() == [plan] && newer.header() == TestRun.header())
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        #expect(throws: RunStoreError.self) {
            try RunStore.save(plan: StoredPlan(name: "explorer", units: ["a"]), path: path)
        }
    }
}
