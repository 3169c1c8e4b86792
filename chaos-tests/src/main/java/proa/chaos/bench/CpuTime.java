package proa.chaos.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time a process has used, all of its threads, user and system: {@code /proc/PID/stat}
 * (proc(5)).
 */
final class CpuTime {

    /** The kernel shows process times in hundredths of a second on every architecture we run on. */
    private static final long MICROS_PER_TICK = 10_000;

    /** Of utime, counted from what follows the name, which may hold spaces and parentheses. */
    private static final int UTIME = 11;

    private CpuTime() {}

    static long micros(long pid) throws IOException {
        return micros(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }

    static long micros(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]))
                * MICROS_PER_TICK;
    }
}
