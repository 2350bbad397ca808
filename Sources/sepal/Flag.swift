import ArgumentParser

/// On the command line a flag is an option without a value; the analysis has flags of its own.
typealias Flag = ArgumentParser.Flag
