package proa.chaos.bench.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a program keeps in memory (proc_pid_smaps(5)). */
public final class Memory {

    private static final Pattern PROPORTIONAL = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB$");

    private Memory() {}

    /**
     * Of a program with its children, pages that several share counted once, in KiB.
     *
     * @throws IOException when it has ended
     */
    public static long kibibytes(Program program) throws IOException {
        long sum = ofOne(program.process().pid());
        for (ProcessHandle child : program.process().descendants().toList()) {
            sum += ofChild(child.pid());
        }
        return sum;
    }

    private static long ofOne(long pid) throws IOException {
        return parse(Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")));
    }

    /** Nothing, when it has ended, as the launcher's helpers do. */
    private static long ofChild(long pid) {
        try {
            return ofOne(pid);
        } catch (IOException _) {
            return 0;
        }
    }

    static long parse(String rollup) {
        Matcher found = PROPORTIONAL.matcher(rollup);
        if (!found.find()) {
            throw new IllegalArgumentException("no Pss in: " + rollup);
        }
        return Long.parseLong(found.group(1));
    }
}
