package proa.chaos.bench;

import proa.chaos.bench.generator.Failures;
import proa.chaos.bench.generator.Outcome;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator wrk: its command line, and what {@code wrk --latency} prints at its end. */
final class Wrk {

    /** An answer later than this has failed. Others may use the machine, so it is not short. */
    private static final int LATE_SECONDS = 10;

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([\\d.]+)(ms|s|m)");
    private static final Pattern PERCENTILE = Pattern.compile("(50|99)%\\s+([\\d.]+)(us|ms|s)");

    private static final Pattern STATUSES = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern SOCKETS =
            Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    private Wrk() {}

    static List<String> command(int core, String url, int connections, int seconds) {
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
                url);
    }

    /** Reads the report; throws if it is none. */
    static Outcome parse(String report) {
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
        long answers = Long.parseLong(requests.group(1));
        return new Outcome(answers, seconds, p50, p99, 0, failures(report), "");
    }

    private static Failures failures(String report) {
        Matcher statuses = STATUSES.matcher(report);
        Matcher sockets = SOCKETS.matcher(report);
        boolean some = sockets.find();
        return new Failures(
                statuses.find() ? Long.parseLong(statuses.group(1)) : 0,
                some ? Long.parseLong(sockets.group(1)) : 0,
                some ? Long.parseLong(sockets.group(2)) : 0,
                some ? Long.parseLong(sockets.group(3)) : 0,
                some ? Long.parseLong(sockets.group(4)) : 0);
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
