package proa.chaos.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Somewhere that processes run: a host of a {@link Lab}, or this machine itself. */
public interface Place {

    /** For messages. */
    String name();

    /**
     * The command as it has to be started from here.
     *
     * @param command must end up as one process (a script {@code exec}s), so that the pid is its
     *     own
     */
    List<String> inside(List<String> command);

    /**
     * Somebody ends these when the lab ends.
     *
     * @throws LabException when it has ended: this one has then been ended, too
     */
    void adopt(LabProcess process);

    /**
     * Starts a process that stays.
     *
     * @param label for messages
     * @param log gets what it prints, appended
     * @param environment added to this process's own
     */
    default LabProcess start(
            String label, List<String> command, Path log, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(inside(command))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return begin(label, builder, log);
    }

    /** Starts a process that is asked in lines and answers in lines; its errors go to the log. */
    default Conversation converse(
            String label, List<String> command, Path log, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(inside(command))
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new Conversation(begin(label, builder, log));
    }

    private LabProcess begin(String label, ProcessBuilder builder, Path log) {
        try {
            LabProcess process = new LabProcess(name() + "/" + label, builder.start(), log);
            adopt(process);
            return process;
        } catch (IOException e) {
            throw new LabException(
                    "cannot start " + label + " on " + name() + ": " + e.getMessage(), e);
        }
    }
}
