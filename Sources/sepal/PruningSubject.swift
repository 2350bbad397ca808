import Analysis
import Datasets
import Execution
import Formats
import Foundation
import Jobs
import Kernels
import Network
import Pruning
import RunStore
import Separation

/// What is to be cut: a saved run with its network, or a network, analysed where the policy needs that.
struct PruningSubject {
    /// The network's file name.
    let checkpoint: String
    let architecture: String
    private let parameters: Int
    private let description: NetworkDescription
    private let header: RunHeader?
    private let results: [LayerResult?]
    /// Units that were taken out in the explorer.
    private let taken: [String]
    private let files: RunFiles?
    private let asked: (checkpoint: String?, data: String?)
    private let known: LoadedNetwork?
    private let pool: WorkerPool
    private let activations: ActivationStore
    private let cancellation = Cancellation.bySignal()
    private let line: ProgressLine
    private let network: NetworkArguments

    init(
        file: String, checkpoint: String?, data: String?, calibrate: String?, imageSize: Int?, needsCurves: Bool,
        arguments: AnalysisArguments, _ line: ProgressLine
    ) throws {
        pool = WorkerPool(threads: arguments.network.threads ?? WorkerPool.availableProcessors, priority: .normal)
        activations = arguments.network.activationStore
        asked = (checkpoint, data)
        self.line = line
        network = arguments.network
        if try RunStore.isRunFile(path: file) {
            let store = try RunStore.open(path: file)
            defer { store.close() }
            var header = try store.header()
            header.tolerance = arguments.tolerance ?? header.tolerance
            header.minLength = arguments.minLength ?? header.minLength
            guard header.architecture != "features" else {
                throw UsageError("\(file) is a run of features, which have no network; take a network's")
            }
            let files = RunFiles(header: header, path: file)
            // Runs of older versions don't know their units; their network does.
            let description = try header.network ?? (try files.network(asked: checkpoint).1.description)
            (self.checkpoint, architecture, parameters) = (header.checkpoint, header.architecture, header.parameters)
            (self.header, results, self.files, self.description) = (header, try store.figures(), files, description)
            taken = try store.plans().first { $0.name == StoredPlan.explorer }?.units ?? []
            known = nil
            return
        }
        guard checkpoint == nil else {
            throw UsageError("--checkpoint goes with a run file, which \(file) is not")
        }
        (files, taken) = (nil, [])
        let loaded: LoadedNetwork
        if let data {
            let job = Job(source: .files(checkpoint: file, data: data), arguments: arguments)
            // Without curves all images are looked at, as `evaluate` does.
            let (input, network, options) =
                needsCurves
                ? try job.network(pool, activations, cancellation)
                : try job.source.network(
                    arguments.network.imageRequest(limit: arguments.limit), purpose: .predictions, pool, activations,
                    cancellation
                ) { try arguments.options(channels: $0) }
            input.notes.forEach(line.note)
            loaded = LoadedNetwork(
                network: input.network, parameters: try network.parameters(), normalization: input.normalization,
                images: input.images, companions: input.companions)
            if needsCurves {
                let analysis = try AnalysisJob(
                    source: input, options: options, pool: pool, store: activations, version: programVersion)
                (header, results) = try Self.run(analysis, line)
            } else {
                (header, results) = (nil, [])
            }
        } else {
            loaded = try Self.network(
                file, imageSize: imageSize ?? Self.size(ofImagesIn: calibrate, arguments, pool, cancellation),
                arguments, line)
            (header, results) = (nil, [])
        }
        self.checkpoint = URL(filePath: file).lastPathComponent
        (architecture, parameters) = (loaded.network.architecture, loaded.network.parameters)
        (description, known) = (loaded.network.description, loaded)
    }

    /// Side of the images that layers are fitted on, where nothing else says how large a network's images are.
    private static func size(
        ofImagesIn path: String?, _ arguments: AnalysisArguments, _ pool: WorkerPool, _ cancellation: Cancellation
    ) throws -> Int? {
        guard let path else { return nil }
        var request = arguments.network.imageRequest(limit: ReconstructionArguments.images)
        (request.pool, request.cancellation) = (pool, cancellation)
        return try ImageSet.load(path: path, request).height
    }

    private static func run(_ job: AnalysisJob, _ line: ProgressLine) throws -> (RunHeader, [LayerResult?]) {
        let found = FoundLayers()
        let header = try endingInOrder {
            // Not left behind half drawn.
            defer { line.finish() }
            return try job.run(preview: false, cancellation: .bySignal()) { event in
                found.take(event)
                line.show(event)
            }
        }
        return (header, header.layers.indices.map { found[$0] })
    }

    /// A network without images: of those that its file may hold, the likeliest.
    private static func network(
        _ path: String, imageSize: Int?, _ arguments: AnalysisArguments, _ line: ProgressLine
    ) throws -> LoadedNetwork {
        let file = try NetworkFile(path: path, architecture: arguments.network.arch)
        let (networks, notes) = try file.candidates(imageSize: imageSize)
        notes.forEach(line.note)
        let network = networks[0]
        if networks.count > 1 { line.note("taken for \(network.architecture), the likeliest; --arch or --data decide") }
        let channels = network.graph.inputShape[0]
        let (normalization, note) = try file.normalization(
            of: network, asked: arguments.options(channels: channels).imageNormalization)
        if let note { line.note(note) }
        return LoadedNetwork(
            network: network, parameters: try file.parameters(), normalization: normalization, images: nil,
            companions: file.companions)
    }

    /// Files that the network comes from, as far as a run says.
    var sources: [String?] { [header?.origin?.checkpoint, header?.origin?.data] }

    // MARK: The plan

    /// Of a run: what its curves say of each unit.
    var readings: [UnitReading]? {
        guard let header else { return nil }
        let flags = RunFlags(
            layers: header.layers, results: results,
            options: CriterionOptions(tolerance: header.tolerance, minLength: header.minLength))
        return UnitReading.all(description.units, layers: header.layers, results: results, flags: flags)
    }

    /// - Throws: `PruningError`.
    /// - Parameter measured: units in the order in which `measured` found that they may go.
    func plan(_ policy: PruningPolicy, measured: [Int]) throws(PruningError) -> PruningPlan {
        if let header, policy.needsCurves, header.layers.indices.contains(where: { results[$0] == nil }) {
            throw .unknownFlags(policy: policy.description, advice: "this run isn't finished: go on with it first")
        }
        let cut = try policy.choose(
            description.units, parameters: parameters, multiplyAdds: description.multiplyAdds, readings: readings,
            taken: taken, measured: measured,
            advice: "give a run file, or the images to analyse with --data PATH")
        return PruningPlan(
            units: description.units, cut: cut, parameters: parameters, multiplyAdds: description.multiplyAdds)
    }

    /// The network itself, and its images where they are found.
    /// - Parameter ifNeeded: whether there is anything to write, for which a network that isn't found is an error.
    func loaded(ifNeeded: Bool) throws -> LoadedNetwork? {
        if let known { return known }
        guard let files else { return nil }
        do {
            let (file, network) = try files.network(asked: asked.checkpoint)
            let images = try files.images(asked: asked.data, pool: pool, cancellation: cancellation)
            if images == nil, asked.data != nil {
                throw UsageError(
                    "\(asked.data ?? "") does not hold the images of the run, or not in its order")
            }
            return LoadedNetwork(
                network: network, parameters: try file.parameters(), normalization: files.normalization, images: images,
                companions: file.companions)
        } catch let error as UsageError where !ifNeeded && asked.checkpoint == nil && asked.data == nil {
            line.note("accuracy after the cut unknown: \(error)")
            return nil
        }
    }

    /// The images to fit on and to count on.
    func images(
        isCut: Bool, _ loaded: LoadedNetwork, _ asked: ReconstructionArguments
    ) throws -> CutImages {
        let others = try asked.calibrate.map { path in
            let most = asked.calibrateImages ?? ReconstructionArguments.images
            var request = network.imageRequest(limit: most)
            let channels = loaded.network.graph.inputShape[0]
            (request.pool, request.cancellation, request.channels) = (pool, cancellation, { _, _, _ in channels })
            return try ImageSet.load(path: path, request)
        }
        return try CutImages(isCut: isCut, loaded, others: others, asked, line)
    }

    /// What is left, fitted to the whole network; nil where nothing is.
    /// - Parameter isWanted: whether it is missed where there are no images for it.
    func reconstructed(
        _ pruned: PrunedNetwork, _ plan: PruningPlan, _ loaded: LoadedNetwork, _ images: CutImages, isWanted: Bool
    ) throws -> PrunedNetwork? {
        guard let calibration = images.calibration else {
            if isWanted, !plan.cut.isEmpty, loaded.images == nil {
                line.note("what is left is not fitted, as there are no images for it: give --calibrate PATH")
            }
            return nil
        }
        let result = try endingInOrder {
            defer { line.finish() }
            return try calibration.reconstruction(
                of: loaded.network, cutting: plan.cut.map { loaded.network.units[$0] }, pool: pool, store: activations,
                cancellation: .bySignal()
            ) { line.show("fitting", share: $0) }
        }
        for (layer, reason) in result.left { line.note("\(layer) is left as it was: \(reason)") }
        return try pruned.taking(result.graph)
    }

    // MARK: Measuring

    /// The network and the images that its units are tried on.
    func prepared(_ asked: ReconstructionArguments) throws -> (loaded: LoadedNetwork, images: CutImages)? {
        guard asked.reconstruct != false else {
            throw UsageError("--policy measured fits what is left: leave --no-reconstruct out")
        }
        return try loaded(ifNeeded: true).map { ($0, try images(isCut: true, $0, asked)) }
    }

    /// Units that may go by measurement, in the order in which they go, and each one's loss alone; nil for a policy that goes
    /// by something else.
    /// - Parameter saving: what the loss of units is set against; nil for the loss alone.
    func measured(
        _ policy: PruningPolicy, by saving: PruningPolicy.Saving?, _ loaded: LoadedNetwork, _ images: CutImages
    ) throws -> (order: [Int], losses: [Double?])? {
        guard case .measured(let amount) = policy else { return nil }
        guard let calibration = images.calibration else {
            throw UsageError("--policy measured needs images to try units on: give --calibrate PATH or --data PATH")
        }
        return try endingInOrder {
            defer { line.finish() }
            let units = description.units
            let cuttable = units.count(where: \.isCuttable)
            let search = try calibration.search(
                loaded.network, pool: pool, store: activations, cancellation: .bySignal(),
                saving: saving.map { saving in { Double(max(1, saving.count(units[$0]))) } },
                isEnough: { steps, fit in
                    amount.isReached(
                        steps.map(\.unit), of: units, parameters: parameters, multiplyAdds: description.multiplyAdds)
                        || amount.isFarBeyond(fit.agreement)
                },
                progress: { tried, out in
                    line.show("\(out) units out, \(tried) tried", share: Double(out) / Double(max(1, cuttable)))
                })
            let order = search.steps.map(\.unit)
            switch amount {
            case .units, .share: return (order, search.losses)
            case .losing, .agreeing:
                let most = try mostWithin(amount, order, loaded, calibration, images)
                guard most > 0 else { throw PruningError.nothingToCut("no unit can go \(amount)") }
                return (Array(order.prefix(most)), search.losses)
            }
        }
    }

    /// How many units of an order may go: by halves, as accuracy falls with them.
    private func mostWithin(
        _ amount: PruningPolicy.Amount, _ order: [Int], _ loaded: LoadedNetwork, _ calibration: Calibration,
        _ images: CutImages
    ) throws -> Int {
        guard let counted = images.counted else {
            throw UsageError("images to count on are missing: give --data PATH beside --calibrate")
        }
        func evaluation(_ network: Network) throws -> Evaluation {
            try Evaluation(
                network: network, images: counted, normalization: loaded.normalization, pool: pool, store: activations,
                cancellation: .bySignal())
        }
        let whole = try evaluation(loaded.network)
        var (enough, tooMany) = (0, order.count + 1)
        while tooMany - enough > 1 {
            let count = (enough + tooMany) / 2
            line.show("\(count) units out, fitted and counted", share: Double(count) / Double(order.count))
            let units = order.prefix(count).sorted().map { loaded.network.units[$0] }
            let fitted = try calibration.reconstruction(
                of: loaded.network, cutting: units, pool: pool, store: activations, cancellation: .bySignal())
            let found = try evaluation(loaded.network.cutting(units, graph: fitted.graph))
            let isWithin =
                switch amount {
                case .losing(let points):
                    whole.right - found.right <= Int((points * Double(counted.count)).rounded(.down))
                case .agreeing(let share):
                    Double(zip(whole.predictions, found.predictions).count { $0 == $1 })
                        >= share * Double(counted.count)
                case .units, .share: true
                }
            if isWithin { enough = count } else { tooMany = count }
        }
        return enough
    }

    /// What the networks get right; nil without images.
    func accuracy(
        of pruned: PrunedNetwork, _ result: PrunedNetwork?, _ loaded: LoadedNetwork, _ images: CutImages
    ) throws -> PruningReport.Accuracy? {
        guard let counted = images.counted else {
            if files != nil {
                line.note("accuracy after the cut unknown: the run's images are not where they were; give --data PATH")
            }
            return nil
        }
        func share(_ network: Network) throws -> Double {
            try Evaluation(
                network: network, images: counted, normalization: loaded.normalization, pool: pool, store: activations,
                cancellation: cancellation
            ).accuracy
        }
        return PruningReport.Accuracy(
            data: counted.source, images: counted.count,
            whole: try (images.isSplit ? nil : header?.accuracy) ?? share(loaded.network),
            cut: try share(pruned.network),
            reconstructed: try result.map { try share($0.network) })
    }

    /// Keeps a plan that was carried out with its run, so that the smaller network's layers can be compared with its own.
    func keep(_ plan: PruningPlan, as policy: String) {
        guard let files, !plan.cut.isEmpty else { return }
        do {
            try RunStore.save(plan: StoredPlan(name: policy, units: plan.names), path: files.path)
        } catch {
            line.note("the plan is not kept: \(error)")
        }
    }
}
