import Foundation
import GRDB

/// Units of a run's network that are to go, as they were kept with the run.
public struct StoredPlan: Equatable, Sendable {
    /// What chose them: `explorer`, or a policy of `sepal prune`.
    public var name: String
    public var units: [String]

    public init(name: String, units: [String]) {
        self.name = name
        self.units = units
    }

    /// The name of what was chosen in the explorer.
    public static let explorer = "explorer"
}

/// A plan's row; its units are JSON text.
private struct PlanRecord: Decodable, FetchableRecord {
    var name: String
    var units: [String]
}

extension RunStore {
    /// The plans that were kept with the run, by name; none in an older file.
    ///
    /// - Throws: `busy`, `failed`, `damaged`.
    public func plans() throws(RunStoreError) -> [StoredPlan] {
        try read("plan", longest: Self.longestNote) { database in
            guard try database.tableExists("plan") else { return [] }
            return try PlanRecord.fetchAll(database, sql: "SELECT name, units FROM plan ORDER BY name LIMIT 100")
                .map { StoredPlan(name: $0.name, units: $0.units) }
        }
    }

    /// Keeps a plan with a run, in the place of the one of that name, whether or not the run is still being written. One
    /// without units is taken away.
    ///
    /// - Throws: What `open` throws; `notWritable`, `busy`, `failed`.
    public static func save(plan: StoredPlan, path: String) throws(RunStoreError) {
        let store = try open(path: path, isWriter: true)
        defer { store.close() }
        do {
            let units = String(decoding: try JSONEncoder().encode(plan.units), as: UTF8.self)
            try store.queue.write { database in
                if plan.units.isEmpty {
                    try database.execute(sql: "DELETE FROM plan WHERE name = ?", arguments: [plan.name])
                } else {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO plan (name, units) VALUES (?, ?)", arguments: [plan.name, units])
                }
            }
        } catch {
            throw RunStoreError(error, path: path, part: "plan")
        }
    }
}
