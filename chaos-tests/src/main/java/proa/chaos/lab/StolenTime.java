package proa.chaos.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of this machine's processors its hypervisor gave to others ({@code proc_stat(5)}): what
 * was timed meanwhile says nothing about who was timed. Immutable; measures from its making.
 */
public final class StolenTime {

    private static final Path STAT = Path.of("/proc/stat");

    /** Of the line that sums up all processors, its name included. */
    private static final int STEAL_FIELD = 8;

    private final long[] begun = ticks();

    /** The share stolen since then, 0 to 1; 0 where nobody tells. */
    public double share() {
        long[] now = ticks();
        long passed = now[0] - begun[0];
        return passed <= 0 ? 0 : (double) (now[1] - begun[1]) / passed;
    }

    /** All ticks of all processors, and those stolen. */
    private static long[] ticks() {
        try {
            String[] fields = Files.readAllLines(STAT).getFirst().split(" +");
            long all = 0;
            for (int at = 1; at <= STEAL_FIELD; at++) {
                all += Long.parseLong(fields[at]);
            }
            return new long[] {all, Long.parseLong(fields[STEAL_FIELD])};
        } catch (IOException notLinux) {
            return new long[] {0, 0};
        }
    }
}
