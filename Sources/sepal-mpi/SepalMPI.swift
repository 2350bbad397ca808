import ArgumentParser
import Jobs
import Signals

struct SepalMPI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sepal-mpi",
        abstract: "sepal's analysis on several processes or machines, started by mpirun.",
        discussion: """
            The layers are divided so that each process has about as much to do; process 0 writes the run file, which is the \
            one that `sepal analyze` alone would have written, and prints the result.

              mpirun -n 4 sepal-mpi analyze net.pth --data images -o run.sepal

            Every process reads the checkpoint and the images, under the same names. Where a process dies, the others end \
            too; finished layers are kept, and the same command goes on.
            """,
        version: programVersion,
        subcommands: [SharedAnalyzeCommand.self])
}

struct SharedAnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyses every layer; the result goes to standard output, progress to standard error.",
        discussion: """
            A process has as many threads as there are processors to each of those on its machine, and its share of \
            --memory, unless --threads and --memory say what each has.
            """)

    @OptionGroup var wanted: AnalyzeArguments

    #if !MPI
        func run() throws {
            printError("built without MPI; with it: swift build -c release --traits MPI --product sepal-mpi")
            throw ExitCode(ExitStatus.failed.rawValue)
        }
    #endif
}

@main
enum Main {
    static func main() {
        #if MPI
            let processes = Processes()
            OrderlyEnd.begin(status: ExitStatus.interrupted.rawValue)
            endingInOrder {
                let status = run(CommandLine.arguments.dropFirst(), on: processes)
                processes.end()
                end(status)
            }
        #else
            SepalMPI.main()
        #endif
    }
}
