package proa.vip.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long ago this process began, by the kernel's count (proc_pid_stat(5)). Stateless. */
public final class ProcessAge {

    /** The kernel shows times to programs in hundredths of a second, whatever its own clock is. */
    private static final long TICK_MILLIS = 10;

    /** Fields between the command and the start, which is the twenty-second of all. */
    private static final int FIELDS_BEFORE = 19;

    private ProcessAge() {}

    /**
     * Milliseconds since the process began; the resolution is 10 ms.
     *
     * @throws IOException without {@code /proc}
     */
    public static long millis() throws IOException {
        return between(
                Files.readString(Path.of("/proc/self/stat")),
                Files.readString(Path.of("/proc/uptime")));
    }

    static long between(String stat, String uptime) {
        String afterCommand = stat.substring(stat.lastIndexOf(')') + 2);
        long startTicks = Long.parseLong(afterCommand.split(" ", -1)[FIELDS_BEFORE]);
        double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        return Math.round(seconds * 1_000) - startTicks * TICK_MILLIS;
    }
}
