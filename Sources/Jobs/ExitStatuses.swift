import Analysis
import Datasets
import Execution
import Formats
import Kernels
import Network
import Reconstruction
import RunStore
import Separation

extension FormatError: Failure {
    package var exitStatus: ExitStatus { isInputOutput ? .inputOutput : .badData }
}

extension DatasetError: Failure {
    package var exitStatus: ExitStatus { .badData }
}

extension NetworkError: Failure {
    package var exitStatus: ExitStatus { .badData }
}

extension RunStoreError: Failure {
    package var exitStatus: ExitStatus { isBadContent ? .badData : .inputOutput }
}

extension SeparationError: Failure {
    package var exitStatus: ExitStatus {
        switch self {
        case .badOption: .usage
        case .notFinite, .tooFewSamples, .oneClassOnly, .labelCount: .badData
        }
    }
}

extension AnalysisError: Failure {
    package var exitStatus: ExitStatus {
        switch self {
        case .unknownNormalization: .usage
        case .network, .classCount, .normalization, .features, .notComparable, .scores, .noRun, .calibration: .badData
        }
    }
}

extension ReconstructionError: Failure {
    package var exitStatus: ExitStatus { .badData }
}

extension ThresholdError: Failure {
    package var exitStatus: ExitStatus { .usage }
}

extension ExecutionError: Failure {
    package var exitStatus: ExitStatus { .failed }
}

extension KernelError: Failure {
    package var exitStatus: ExitStatus {
        switch self {
        case .cancelled: .interrupted
        case .scratch: .inputOutput
        case .allocation, .library, .thread: .failed
        }
    }
}
