import ArgumentParser
import Cells
import Jobs

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "A built-in ResNet-32 and 1,000 photographs of signed digits, straight into the explorer.",
        discussion: """
            Needs no file. Where there is no terminal, it prints the report as text.

            The photographs are from the Sign Language Digits Dataset by Zeynep Dikle and Arda Mavi, prepared by students \
            of Turkey Ankara Ayranci Anadolu High School (arXiv:2011.08927; Apache License 2.0).
            """)

    @OptionGroup(title: "Screen") var screen: ScreenArguments
    @OptionGroup(title: "Analysis") var analysis: AnalysisArguments

    func run() throws {
        try reporting {
            let job = Job(source: .demo, arguments: analysis)
            if isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 {
                try explore(job, screen)
            } else {
                let (header, results) = try analyzeWithoutScreen(job)
                try printReport(header, results, format: .text)
            }
        }
    }
}
