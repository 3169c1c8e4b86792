package proa.vip.command;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What ends a capture; none can be left out. */
final class CaptureLimits {

    private static final long SECONDS_MAX = 3_600;
    private static final long PACKETS_MAX = 10_000_000;
    private static final long MIB_MAX = 4_096;

    /** An IPv6 header with TCP and its options. */
    private static final int SNAP_MIN = 128;

    private static final int SNAP_MAX = 262_144;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Ends after this time, 1 to 3600. Default: ${DEFAULT-VALUE}.")
    private long seconds;

    @Option(
            names = "--packets",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Ends after so many, 1 to 10000000. Default: ${DEFAULT-VALUE}.")
    private long packets;

    @Option(
            names = "--size",
            paramLabel = "MIB",
            defaultValue = "64",
            description =
                    "Ends when the file has so many MiB, 1 to 4096. Default: ${DEFAULT-VALUE}.")
    private long mib;

    @Option(
            names = "--snap",
            paramLabel = "BYTES",
            defaultValue = "262144",
            description =
                    "Keeps so much of each packet, 128 to 262144: less, and what clients say is not"
                            + " in the file. Default: all.")
    private int snap;

    /** Whether the numbers are within their ranges. */
    void check(CommandLine command) {
        check(command, "--seconds", seconds, 1, SECONDS_MAX);
        check(command, "--packets", packets, 1, PACKETS_MAX);
        check(command, "--size", mib, 1, MIB_MAX);
        check(command, "--snap", snap, SNAP_MIN, SNAP_MAX);
    }

    private static void check(CommandLine command, String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new ParameterException(
                    command, name + " is " + min + " to " + max + ", not " + value);
        }
    }

    long seconds() {
        return seconds;
    }

    long packets() {
        return packets;
    }

    long bytes() {
        return mib << 20;
    }

    int snapBytes() {
        return snap;
    }

    /** For the operator. */
    String words() {
        return "at most " + seconds + " s, " + packets + " packets, " + mib + " MiB";
    }
}
