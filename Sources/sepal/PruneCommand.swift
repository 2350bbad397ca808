import Analysis
import ArgumentParser
import Formats
import Foundation
import Jobs
import Kernels
import Network
import Pruning
import Separation

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Plans which units of a network can go, says what that saves, and writes the smaller network.",
        discussion: """
              sepal prune resnet56.sepal                                   what Criterion I would cut
              sepal prune resnet56.sepal --policy budget 30% -o small.pth --finetune small.py
              sepal prune resnet50.pth --cut layer4.1,layer3.2 --dry-run

            Units are residual blocks with an identity shortcut, plain convolutions that keep the shape, and, in ONNX \
            files, any part with one way in and one way out that keeps it. The file's ending says what it is: .pth, .pt, \
            .th for PyTorch, .safetensors, .onnx. Keys are numbered anew, so that the same class with fewer blocks loads \
            them. What is left is fitted to what the whole network puts out, by least squares on images without their \
            labels; the accuracy that is told is counted on others.
            """)

    @Argument(help: "A run file, or a trained network.")
    var file: String

    @Argument(
        help: """
            How much tail, budget, random and measured cut: a number of units, or a percentage of the parameters (--by).
            """)
    var amount: String?

    @Option(
        name: .long,
        help: """
            criterion: units past the peak of M, in decline or on a plateau; lu: the same on Lu et al.'s Q; tail: the last \
            ones; budget: those across which M gains the least; random; measured: those whose going, fitted and tried, \
            changes the scores the least; explorer: what was taken out there; none: a control to compare with. Default: \
            criterion.
            """)
    var policy: PolicyName?

    @Option(name: .long, help: "Cuts these units, between commas, as layer4.1,layer3.2.")
    var cut: String?

    @Option(
        name: .long,
        help: """
            Cuts as much as it can, as measured, with so many points of accuracy less at most, as 1%, counted on images \
            that nothing was fitted on.
            """)
    var lose: String?

    @Option(
        name: .long,
        help: """
            The same with the whole network's class for such a share of these images at least, as 98%; labels don't count.
            """)
    var agree: String?

    @Option(
        name: .long,
        help: """
            What a percentage is of: parameters or multiply-adds. Default: parameters. With --lose or --agree, what is to be \
            saved: units go by their loss for each of them.
            """)
    var by: PruningPolicy.Saving?

    @Flag(name: .long, help: "Writes nothing: the plan alone.")
    var dryRun = false

    @Option(name: .shortAndLong, help: "Where the smaller network goes.")
    var output: String?

    @Option(name: .long, help: "Writes a PyTorch script that trains it anew.")
    var finetune: String?

    @Option(name: .long, help: "The network that a run was made of, where it has been moved.")
    var checkpoint: String?

    @Option(name: .long, help: NetworkArguments.dataHelp)
    var data: String?

    @Option(
        name: .long, help: "Side of the images that a network takes, without --data. Default: 32, or 224 for ImageNet.")
    var imageSize: Int?

    @Flag(name: .long, help: "Print JSON instead of a table.")
    var json = false

    @OptionGroup(title: "Reconstruction") var reconstruction: ReconstructionArguments

    @OptionGroup(title: "Analysis") var analysis: AnalysisArguments

    enum PolicyName: String, ExpressibleByArgument, CaseIterable {
        case criterion, lu, tail, budget, random, measured, explorer, none
    }

    func validate() throws {
        guard cut == nil || policy == nil, cut == nil || amount == nil else {
            throw ValidationError("Give --cut or --policy, not both.")
        }
        let limits = [lose, agree].compactMap(\.self)
        guard limits.count < 2 else { throw ValidationError("Give --lose or --agree, not both.") }
        if !limits.isEmpty, cut != nil || amount != nil || (policy ?? .measured) != .measured {
            throw ValidationError("--lose and --agree choose the units themselves, as --policy measured does.")
        }
        if let imageSize, !(1...4096).contains(imageSize) {
            throw ValidationError("--image-size \(imageSize): expected 1 to 4096.")
        }
    }

    func run() throws {
        try reporting {
            let (file, policy) = try arranged
            let limit = lose ?? agree
            guard by == nil || limit != nil || policy.takesShare else {
                throw UsageError("--by goes with a percentage, as --policy measured 30%, or with --lose or --agree")
            }
            let asked = PrunedFiles(output: output, script: finetune)
            try asked.check(keeping: [file, checkpoint, data, reconstruction.calibrate])
            let places = dryRun ? PrunedFiles() : asked
            let line = ProgressLine()
            defer { line.finish() }
            let subject = try PruningSubject(
                file: file, checkpoint: checkpoint, data: data, calibrate: reconstruction.calibrate,
                imageSize: imageSize, needsCurves: policy.needsCurves,
                arguments: analysis, line)
            try asked.check(keeping: subject.sources)
            let prepared = try policy.isMeasured ? subject.prepared(reconstruction) : nil
            let measured = try prepared.flatMap {
                try subject.measured(policy, by: limit == nil ? nil : by, $0.loaded, $0.images)
            }
            let plan = try subject.plan(policy, measured: measured?.order ?? [])
            var report = PruningReport(
                checkpoint: subject.checkpoint, architecture: subject.architecture, policy: policy.description,
                plan: plan, readings: subject.readings)
            report.losses = measured?.losses
            if let loaded = try prepared?.loaded ?? subject.loaded(ifNeeded: !places.isEmpty) {
                try asked.check(keeping: loaded.companions)
                let pruned = try loaded.pruned(by: plan)
                for stage in pruned.emptied {
                    line.note(
                        "\(stage) is left without blocks: a class that makes at least one of them won't load the network "
                            + "(--finetune's does)")
                }
                let images =
                    try prepared?.images ?? subject.images(isCut: !plan.cut.isEmpty, loaded, reconstruction)
                let result = try subject.reconstructed(
                    pruned, plan, loaded, images, isWanted: !places.isEmpty && reconstruction.reconstruct != false)
                report.calibration = result == nil ? nil : images.report
                report.accuracy = try subject.accuracy(of: pruned, result, loaded, images)
                // Both files, and the plan along with them.
                try endingInOrder {
                    report.written = try places.write(result ?? pruned, loaded.normalization, plan)
                    if !places.isEmpty { subject.keep(plan, as: policy.planName) }
                }
            }
            line.finish()
            try json
                ? writeToStandardOutput(document: report.json() + "\n")
                : writeToStandardOutput(report.text(width: outputColumns, ascii: !outputIsUnicode))
        }
    }

    /// The file and the policy: an amount may come before the file where it follows `--policy`.
    private var arranged: (file: String, policy: PruningPolicy) {
        get throws {
            var (file, amount) = (file, self.amount)
            if let second = amount, PruningPolicy.Amount(second) == nil, PruningPolicy.Amount(file) != nil {
                (file, amount) = (second, file)
            }
            if let cut {
                let names = cut.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                    .filter { !$0.isEmpty }
                guard !names.isEmpty else { throw UsageError("--cut: name units, as layer4.1,layer3.2") }
                return (file, .units(names))
            }
            if let lose { return (file, .measured(.losing(try Self.share(lose, "--lose", from: 0)))) }
            if let agree { return (file, .measured(.agreeing(try Self.share(agree, "--agree", from: 1)))) }
            func wanted() throws -> PruningPolicy.Amount {
                guard let amount else {
                    throw UsageError(
                        "--policy \(policy?.rawValue ?? "") needs an amount, as 3 (units) or 30% (parameters)")
                }
                guard let found = PruningPolicy.Amount(amount) else {
                    throw UsageError(
                        "\(amount): expected a number of units, as 3, or a percentage above 0 and to 100, as 30%")
                }
                if case .share(let share, _) = found { return .share(share, of: by ?? .parameters) }
                // A budget is a share: a bare number is one as well.
                if policy == .budget, case .units(let percent) = found {
                    guard percent <= 100 else { throw UsageError("--policy budget \(amount): expected at most 100%") }
                    return .share(Double(percent) / 100, of: by ?? .parameters)
                }
                return found
            }
            switch policy {
            case .tail: return (file, .tail(try wanted()))
            case .budget: return (file, .budget(try wanted()))
            case .random: return (file, .random(try wanted(), seed: analysis.network.seed ?? 0))
            case .measured: return (file, .measured(try wanted()))
            case .criterion, .lu, .explorer, .none?, nil:
                if let amount { throw UsageError("\(amount): goes with --policy tail, budget, random or measured") }
            }
            switch policy {
            case .lu: return (file, .lu)
            case .explorer: return (file, .explorer)
            case PolicyName.none?: return (file, .none)
            default: return (file, .criterion)
            }
        }
    }

    /// A percentage, with its sign or without, as a share.
    private static func share(_ text: String, _ option: String, from least: Double) throws -> Double {
        guard let percent = Double(text.hasSuffix("%") ? String(text.dropLast()) : text), percent >= least,
            percent <= 100
        else { throw UsageError("\(option) \(text): expected a percentage from \(Int(least))% to 100%") }
        return percent / 100
    }
}

extension PruningPolicy.Saving: ExpressibleByArgument {}

extension PruningPolicy {
    /// Whether it goes on until a share is saved.
    fileprivate var takesShare: Bool {
        switch self {
        case .tail(.share), .budget(.share), .random(.share, _), .measured(.share): true
        default: false
        }
    }
}
