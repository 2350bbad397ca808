#if MPI
    import Analysis
    import ArgumentParser
    import Foundation
    import Jobs
    import Kernels
    import RunStore
    import Separation
    import Synchronization

    /// Ends the process.
    func end(_ status: Int32) -> Never { exit(status) }

    /// Carries out what a command line says, with the other processes.
    /// - Returns: the exit code, the same in all.
    func run(_ arguments: ArraySlice<String>, on processes: Processes) -> Int32 {
        do {
            // All come to the same here; one says it.
            guard let command = try SepalMPI.parseAsRoot(Array(arguments)) as? SharedAnalyzeCommand else {
                throw CleanExit.helpRequest(SepalMPI.self)
            }
            return SharedAnalysis(command.wanted, processes).run()
        } catch {
            let status = SepalMPI.exitCode(for: error).rawValue
            if processes.isFirst {
                let text = SepalMPI.fullMessage(for: error) + "\n"
                if status == 0 { try? writeToStandardOutput(text) } else { writeToStandardError(text) }
            }
            return status
        }
    }

    /// One analysis by several processes.
    ///
    /// Each takes all samples through the network and analyses layers of its own (`Shard`), whole, so that figures don't depend
    /// on how many processes there are. The first one writes the run file.
    private struct SharedAnalysis {
        let wanted: AnalyzeArguments
        let processes: Processes

        init(_ wanted: AnalyzeArguments, _ processes: Processes) {
            var wanted = wanted
            // Only the first writes.
            if !processes.isFirst { wanted.output = nil }
            wanted.analysis.network.share(among: processes.neighbors)
            (self.wanted, self.processes) = (wanted, processes)
        }

        func run() -> Int32 {
            let cancellation = Cancellation.bySignal()
            let line = ProgressLine()
            defer { line.finish() }
            do {
                let prepared = try together {
                    try wanted.job().prepare(cancellation: cancellation) {
                        if processes.isFirst { line.note($0) }
                    }
                }
                defer { prepared.store?.close() }
                let plan = try agree(prepared)
                do {
                    try analyze(prepared, plan, line)
                } catch {
                    // The others are at work, or wait; they learn of it no other way.
                    prepared.store?.close()
                    line.finish()
                    processes.abort(say(error))
                }
                return 0
            } catch let stop as Stop {
                return stop.status
            } catch {
                return say(error)
            }
        }

        // MARK: Before the work

        /// What the first process tells all.
        private struct Plan: Codable {
            var header: RunHeader
            /// Layers that its run file holds already.
            var finished: Set<Int>
            /// Whether maps and alignments go to a run file.
            var geometry: Bool
        }

        /// Ends all processes in good order, what is wrong having been said.
        private struct Stop: Error {
            var status: Int32
        }

        /// Does what all processes do, and goes on only where none of them failed.
        private func together<Result>(_ work: () throws -> Result) throws -> Result {
            let result = Swift.Result(catching: work)
            var isFine: Bool { if case .success = result { true } else { false } }
            let failed = processes.least(Int32(isFine ? processes.count : processes.rank))
            guard failed < processes.count else { return try result.get() }
            var status: Int32 = 0
            if case .failure(let error) = result {
                status = Int(failed) == processes.rank ? say(error) : describe(error).0.rawValue
            }
            let told = processes.broadcast([UInt8(truncatingIfNeeded: status)], from: Int(failed))
            throw Stop(status: Int32(told.first ?? 1))
        }

        /// What is to be done, once all processes have found the same network and images.
        private func agree(_ prepared: PreparedJob) throws -> Plan {
            let encoder = JSONEncoder()
            let text = try together {
                try encoder.encode(
                    Plan(
                        header: prepared.job.header, finished: Set(prepared.store?.finishedLayers() ?? []),
                        geometry: prepared.store != nil))
            }
            let told = processes.broadcast(Array(text))
            return try together {
                let plan = try JSONDecoder().decode(Plan.self, from: Data(told))
                let differences = prepared.job.header.differences(from: plan.header)
                guard differences.isEmpty else {
                    throw UsageError(
                        "not what process 0 has (\(differences.joined(separator: "; "))); give all the same files")
                }
                return plan
            }
        }

        // MARK: The work

        private func analyze(_ prepared: PreparedJob, _ plan: Plan, _ line: ProgressLine) throws {
            let job = prepared.job
            let all = Set(job.header.layers.indices)
            let mine = Shard(index: processes.rank + 1, count: processes.count)?.layers(
                of: job.header.layers, without: plan.finished)
            let skipped = all.subtracting(mine ?? all).subtracting(plan.finished)
            guard processes.isFirst else {
                var bytes: [UInt8] = []
                if mine != [] {
                    let header = try job.run(
                        preview: false, geometry: plan.geometry, skipping: skipped.union(plan.finished),
                        cancellation: prepared.cancellation,
                        handOn: { processes.send(.layer, try $0.bytes(of: job.header)) }, tell: { _ in })
                    bytes = Array(try JSONEncoder().encode(header))
                }
                return processes.send(.end, bytes)
            }
            let start = ContinuousClock.now
            let found = FoundLayers()
            let tell: @Sendable (AnalysisEvent) -> Void = { event in
                found.take(event)
                line.show(event)
            }
            let others = Collector(job.header, processes, cancellation: prepared.cancellation) { parcel in
                try prepared.store?.append(parcel.result, layer: parcel.layer, geometry: parcel.geometry)
                tell(.layer(parcel.layer, parcel.result, isPreview: false))
            }
            try others.start()
            var header = try Swift.Result {
                try job.run(
                    preview: false, geometry: plan.geometry, skipping: skipped, runStore: prepared.store,
                    cancellation: prepared.cancellation, tell: tell)
            }.mapError { others.failure ?? $0 }.get()
            for part in try others.headers() { header.complete(with: part) }
            // Work is added up, but time is what has passed.
            header.seconds?.total = start.duration(to: .now) / .seconds(1) + (job.source.seconds)
            try prepared.store?.update(header, isComplete: true)
            line.finish()
            if let warning = header.warning { line.note(warning) }
            try printReport(
                header, header.layers.indices.map { found[$0] }, format: wanted.json ? .json : .text)
        }

        /// Says what is wrong, and by which process.
        private func say(_ error: any Error) -> Int32 {
            let (status, text) = describe(error)
            // All are interrupted at once.
            if status != .interrupted || processes.isFirst {
                printError(processes.isFirst ? text : "process \(processes.rank): \(text)")
            }
            return status.rawValue
        }
    }

    /// Receives what the other processes send to the first, on a thread of its own: the only one that calls MPI meanwhile.
    private final class Collector: Sendable {
        private struct State {
            var headers: [RunHeader] = []
            var open: Int
            var failure: (any Error)?
        }

        private let state: Mutex<State>
        private let ended = DispatchSemaphore(value: 0)
        private let run: RunHeader
        private let processes: Processes
        private let cancellation: Cancellation
        private let keep: @Sendable (LayerParcel) throws -> Void

        /// - Parameter cancellation: ends the work of this process too where a layer can't be kept.
        init(
            _ run: RunHeader, _ processes: Processes, cancellation: Cancellation,
            keep: @escaping @Sendable (LayerParcel) throws -> Void
        ) {
            (self.run, self.processes, self.cancellation, self.keep) = (run, processes, cancellation, keep)
            state = Mutex(State(open: processes.count - 1))
        }

        func start() throws {
            try startThread(named: "sepal-collector") { [self] in
                defer { ended.signal() }
                do {
                    while state.withLock({ $0.open > 0 }) {
                        guard let message = processes.receive() else {
                            if cancellation.isCancelled { throw KernelError.cancelled }
                            // MPI itself would wait at full load.
                            Thread.sleep(forTimeInterval: 0.005)
                            continue
                        }
                        try take(message)
                    }
                } catch {
                    state.withLock { $0.failure = error }
                    cancellation.cancel()
                }
            }
        }

        private func take(_ message: Processes.Message) throws {
            switch message.kind {
            case .layer: try keep(LayerParcel(message.bytes, of: run))
            case .end:
                let header =
                    message.bytes.isEmpty
                    ? nil : try JSONDecoder().decode(RunHeader.self, from: Data(message.bytes))
                state.withLock { state in
                    state.open -= 1
                    if let header { state.headers.append(header) }
                }
            }
        }

        /// What has gone wrong here.
        var failure: (any Error)? { state.withLock { $0.failure } }

        /// Waits until all others have ended.
        /// - Returns: what they have found out of the whole run.
        func headers() throws -> [RunHeader] {
            ended.wait()
            return try state.withLock { state in
                if let failure = state.failure { throw failure }
                return state.headers
            }
        }
    }

    extension NetworkArguments {
        /// Divides a machine among its processes, where nothing is said.
        fileprivate mutating func share(among processes: Int) {
            // mpirun may have bound this process to some of the processors.
            let all = ProcessInfo.processInfo.processorCount
            threads = threads ?? max(1, min(WorkerPool.availableProcessors, all / processes))
            memory = memory ?? ByteCount(bytes: Machine.memory / 2 / processes)
        }
    }
#endif
