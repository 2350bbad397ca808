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

    @Argument(help: "How much tail, budget and random cut: a number of units, or a percentage of the parameters.")
    var amount: String?

    @Option(
        name: .long,
        help: """
            criterion: units past the peak of M, in decline or on a plateau; lu: the same on Lu et al.'s Q; tail: the last \
            ones; budget: those across which M gains the least; random; explorer: what was taken out there; none: a control \
            to compare with. Default: criterion.
            """)
    var policy: PolicyName?

    @Option(name: .long, help: "Cuts these units, between commas, as layer4.1,layer3.2.")
    var cut: String?

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
        case criterion, lu, tail, budget, random, explorer, none
    }

    func validate() throws {
        guard cut == nil || policy == nil, cut == nil || amount == nil else {
            throw ValidationError("Give --cut or --policy, not both.")
        }
        if let imageSize, !(1...4096).contains(imageSize) {
            throw ValidationError("--image-size \(imageSize): expected 1 to 4096.")
        }
    }

    func run() throws {
        try reporting {
            let (file, policy) = try arranged
            let asked = PrunedFiles(output: output, script: finetune)
            try asked.check(keeping: [file, checkpoint, data, reconstruction.calibrate])
            let places = dryRun ? PrunedFiles() : asked
            let line = ProgressLine()
            defer { line.finish() }
            let subject = try PruningSubject(
                file: file, checkpoint: checkpoint, data: data, calibrate: reconstruction.calibrate,
                imageSize: imageSize, needsCurves: policy.needsCurves,
                arguments: analysis, line)
            let plan = try subject.plan(policy)
            var report = PruningReport(
                checkpoint: subject.checkpoint, architecture: subject.architecture, policy: policy.description,
                plan: plan, readings: subject.readings)
            try asked.check(keeping: subject.sources)
            if let loaded = try subject.loaded(ifNeeded: !places.isEmpty) {
                try asked.check(keeping: loaded.companions)
                let pruned = try loaded.pruned(by: plan)
                for stage in pruned.emptied {
                    line.note(
                        "\(stage) is left without blocks: a class that makes at least one of them won't load the network "
                            + "(--finetune's does)")
                }
                let (result, images) = try subject.reconstructed(
                    pruned, plan, loaded, asked: reconstruction, isWritten: !places.isEmpty)
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
            func wanted() throws -> PruningPolicy.Amount {
                guard let amount else {
                    throw UsageError(
                        "--policy \(policy?.rawValue ?? "") needs an amount, as 3 (units) or 30% (parameters)")
                }
                guard let found = PruningPolicy.Amount(amount) else {
                    throw UsageError(
                        "\(amount): expected a number of units, as 3, or a percentage above 0 and to 100, as 30%")
                }
                // A budget is a share: a bare number is one as well.
                if policy == .budget, case .units(let percent) = found {
                    guard percent <= 100 else { throw UsageError("--policy budget \(amount): expected at most 100%") }
                    return .share(Double(percent) / 100)
                }
                return found
            }
            switch policy {
            case .tail: return (file, .tail(try wanted()))
            case .budget: return (file, .budget(try wanted()))
            case .random: return (file, .random(try wanted(), seed: analysis.network.seed ?? 0))
            case .criterion, .lu, .explorer, .none?, nil:
                if let amount { throw UsageError("\(amount): goes with --policy tail, budget or random") }
            }
            switch policy {
            case .lu: return (file, .lu)
            case .explorer: return (file, .explorer)
            case PolicyName.none?: return (file, .none)
            default: return (file, .criterion)
            }
        }
    }
}
