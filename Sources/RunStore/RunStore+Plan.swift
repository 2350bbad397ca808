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

extension RunStore {
    /// The plans that were kept with the run, by name; none in an older file.
    ///
    /// - Throws: `busy`, `failed`, `damaged`.
    public func plans() throws(RunStoreError) -> [StoredPlan] {
        do {
            return try queue.read { database in
                guard try database.tableExists("plan") else { return [] }
                return try Row.fetchAll(database, sql: "SELECT name, units FROM plan ORDER BY name").map { row in
                    guard
                        let units = try? JSONDecoder().decode([String].self, from: Data((row["units"] as String).utf8))
                    else { throw RunStoreError.damaged(path: path, part: "plan", reason: "its units can't be read") }
                    return StoredPlan(name: row["name"], units: units)
                }
            }
        } catch {
            throw RunStoreError(error, path: path, part: "plan")
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
