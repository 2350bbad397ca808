import RunStore
import Separation
import Synchronization

/// The pictures of a saved run, whose file is opened when the first one is asked for.
final class SavedPictures: Sendable {
    private let path: String
    private let store = Mutex<RunStore?>(nil)

    init(path: String) { self.path = path }

    /// A sample's picture. What can't be read is left out: all else is there without it.
    subscript(sample: Int) -> Thumbnail? {
        store.withLock { store in
            if store == nil { store = try? RunStore.open(path: path) }
            return try? store?.thumbnail(sample)
        }
    }

    func close() { store.withLock { $0?.close() } }
}
