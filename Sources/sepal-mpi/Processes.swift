#if MPI
    import CMPI

    /// The processes that mpirun has started, which all carry out the same program. Numbers ("ranks") begin with 0.
    ///
    /// Of a process only one thread at a time may call any of this. Errors end all processes with a message of MPI's own.
    struct Processes: Sendable {
        /// The number of this process.
        let rank: Int
        let count: Int
        /// How many of them are on this machine.
        let neighbors: Int

        /// Starts MPI.
        init() {
            guard sepal_mpi_start() != 0 else {
                sepal_mpi_abort(1)
                (rank, count, neighbors) = (0, 1, 1)
                return
            }
            (rank, count) = (Int(sepal_mpi_rank()), Int(sepal_mpi_size()))
            neighbors = Int(sepal_mpi_neighbors())
        }

        var isFirst: Bool { rank == 0 }

        /// The least of what all processes give here.
        func least(_ value: Int32) -> Int32 { sepal_mpi_least(value) }

        /// What one of the processes gives here.
        func broadcast(_ bytes: [UInt8], from rank: Int = 0) -> [UInt8] {
            var count = Int32(clamping: bytes.count)
            withUnsafeMutableBytes(of: &count) { sepal_mpi_broadcast($0.baseAddress, Int32($0.count), Int32(rank)) }
            var bytes = rank == self.rank ? bytes : Array(repeating: 0, count: Int(count))
            bytes.withUnsafeMutableBytes { sepal_mpi_broadcast($0.baseAddress, count, Int32(rank)) }
            return bytes
        }

        /// What is sent to the first process.
        enum Kind: Int32 {
            /// A finished layer.
            case layer
            /// There will be no more of them.
            case end
        }

        struct Message {
            var kind: Kind
            var from: Int
            var bytes: [UInt8]
        }

        /// Waits until the first process takes it. `bytes` are less than 2 GB.
        func send(_ kind: Kind, _ bytes: [UInt8]) {
            bytes.withUnsafeBytes { sepal_mpi_send($0.baseAddress, Int32(clamping: $0.count), 0, kind.rawValue) }
        }

        /// A message that waits to be received by this process.
        func receive() -> Message? {
            var (from, tag, count): (Int32, Int32, Int32) = (0, 0, 0)
            guard sepal_mpi_waiting(&from, &tag, &count) != 0, let kind = Kind(rawValue: tag) else { return nil }
            var bytes = [UInt8](repeating: 0, count: Int(max(0, count)))
            bytes.withUnsafeMutableBytes { sepal_mpi_receive($0.baseAddress, count, from, tag) }
            return Message(kind: kind, from: Int(from), bytes: bytes)
        }

        /// Ends all processes at once.
        func abort(_ code: Int32) { sepal_mpi_abort(code) }

        func end() { sepal_mpi_end() }
    }
#endif
