package io.ovation.cli;

import java.io.PrintWriter;

import io.ovation.client.ConnectionLost;
import io.ovation.client.RequestRejected;
import io.ovation.demo.DemoFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line's entrance: exit code 0 when it went well, 1 for a failure and 2 for a command line that can't be
 * understood, each told in one line.
 */
@Command(
        name = "ovation",
        description = "What can be done with a running Ovation server.",
        subcommands = {DemoCommand.class, ReplayCommand.class})
public final class OvationCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before run()
    private CommandSpec spec;

    public static void main(String[] args) {
        int status = commandLine().execute(args);
        System.exit(status);
    }

    static CommandLine commandLine() {
        return new CommandLine(new OvationCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(OvationCommand::misunderstood)
                .setExecutionExceptionHandler((error, command, parsed) -> failed(error, command));
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: demo or replay");
    }

    private static int misunderstood(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(name + ": " + oneLine(error) + " (see " + name + " --help)");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception error, CommandLine command) throws Exception {
        if (!(error instanceof DemoFailure || error instanceof RequestRejected || error instanceof ConnectionLost)) {
            // a fault of this program, where a stack trace is what helps
            throw error;
        }
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + oneLine(error));
        command.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String oneLine(Exception error) {
        return Printable.text(String.valueOf(error.getMessage()));
    }
}
