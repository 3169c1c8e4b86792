package proa.chaos.bench;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code wrk --latency} prints at its end. */
record Wrk(long requests, double seconds, double p50Millis, double p99Millis, Failures failures) {

    /** An answer later than this has failed. Others may use the machine, so it is not short. */
    private static final int LATE_SECONDS = 10;

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m)");
    private static final Pattern PERCENTILE = Pattern.compile("(50|99)%\\s+([\\d.]+)(us|ms|s)");

    static List<String> command(int core, int port, int connections, int seconds) {
        return List.of(
                "taskset",
                "-c",
                String.valueOf(core),
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                LATE_SECONDS + "s",
                "--latency",
                "http://127.0.0.1:" + port + "/");
    }

    /** Reads the report; throws if it is none. */
    static Wrk parse(String report) {
        Matcher requests = REQUESTS.matcher(report);
        if (!requests.find()) {
            throw new IllegalArgumentException("wrk said: " + report.strip());
        }
        double p50 = 0;
        double p99 = 0;
        for (Matcher each = PERCENTILE.matcher(report); each.find(); ) {
            double millis = Double.parseDouble(each.group(2)) * inMillis(each.group(3));
            if (each.group(1).equals("50")) {
                p50 = millis;
            } else {
                p99 = millis;
            }
        }
        double seconds = Double.parseDouble(requests.group(2)) * inMillis(requests.group(3)) / 1e3;
        return new Wrk(
                Long.parseLong(requests.group(1)), seconds, p50, p99, Failures.parse(report));
    }

    private static double inMillis(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "us" -> 1e-3;
            case "ms" -> 1;
            case "s" -> 1e3;
            default -> 60e3;
        };
    }
}
