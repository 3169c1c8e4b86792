package proa.chaos.bench.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time as the kernel counts it (proc(5)). */
public final class CpuTime {

    /** The kernel shows times in hundredths of a second on every architecture we run on. */
    private static final long MICROS_PER_TICK = 10_000;

    /** Of utime, counted from what follows the name, which may hold spaces and parentheses. */
    private static final int UTIME = 11;

    /** Of idle and iowait in a line of {@code /proc/stat}, counted from the name. */
    private static final int IDLE = 4;

    /** Of steal; what follows is counted in user and nice as well. */
    private static final int STEAL = 8;

    private CpuTime() {}

    /**
     * Of a program and its children, all of their threads, user and system: {@code /proc/PID/stat}.
     */
    public static long micros(Program program) throws IOException {
        long sum = 0;
        for (long pid : program.pids()) {
            sum += micros(Files.readString(Path.of("/proc/" + pid + "/stat")));
        }
        return sum;
    }

    static long micros(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]))
                * MICROS_PER_TICK;
    }

    /** For which a core was not idle, whoever used it: {@code /proc/stat}. */
    public static long busyMicros(int core) throws IOException {
        return busyMicros(Files.readString(Path.of("/proc/stat")), core);
    }

    static long busyMicros(String stat, int core) {
        String name = "cpu" + core + " ";
        String line = stat.lines().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
        String[] fields = line.split(" ");
        long ticks = 0;
        for (int at = 1; at <= STEAL; at++) {
            boolean idle = at == IDLE || at == IDLE + 1;
            ticks += idle ? 0 : Long.parseLong(fields[at]);
        }
        return ticks * MICROS_PER_TICK;
    }
}
