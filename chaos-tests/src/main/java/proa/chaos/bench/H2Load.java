package proa.chaos.bench;

import proa.chaos.bench.generator.Failures;
import proa.chaos.bench.generator.Outcome;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The load generator h2load of nghttp2: its command line, its report, and its log of requests. At a
 * fixed rate it spaces the requests of each connection evenly, but times count from when it sent
 * them.
 */
final class H2Load {

    static final int CONNECTIONS = 16;
    private static final int STREAMS = 10;

    private static final Pattern SECONDS = Pattern.compile("finished in ([\\d.]+)(ms|s)");
    private static final Pattern REQUESTS =
            Pattern.compile("(\\d+) done, \\d+ succeeded, (\\d+) failed, (\\d+) errored, (\\d+)");

    private static final Pattern AGREED =
            Pattern.compile("(?m)^(?:TLS Protocol|Cipher|Application protocol): (\\S+)$");

    private H2Load() {}

    /** One request, for what is agreed on in its handshake. */
    static List<String> once(int core, String url) {
        return command(core, url, "-c1", "-n1");
    }

    /** As much as it gets. */
    static List<String> command(int core, String url, int seconds) {
        return command(core, url, "-c" + CONNECTIONS, "-m" + STREAMS, "-D" + seconds);
    }

    /** At a fixed rate, with a log of requests. */
    static List<String> command(int core, String url, int seconds, double perSecond, Path log) {
        return command(
                core,
                url,
                "-c" + CONNECTIONS,
                "-m" + STREAMS,
                "-D" + seconds,
                String.format(Locale.ROOT, "--rps=%.3f", perSecond / CONNECTIONS),
                "--log-file=" + log);
    }

    private static List<String> command(int core, String url, String... how) {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
        command.addAll(List.of("h2load", "-t1"));
        command.addAll(List.of(how));
        command.add(url);
        return command;
    }

    /**
     * Reads the report; throws if it is none.
     *
     * @param log lines of start, status and microseconds; without them there are no percentiles
     */
    static Outcome parse(String report, List<String> log) {
        Matcher requests = REQUESTS.matcher(report);
        Matcher seconds = SECONDS.matcher(report);
        if (!requests.find() || !seconds.find()) {
            throw new IllegalArgumentException("h2load said: " + report.strip());
        }
        long[] micros =
                log.stream()
                        .mapToLong(line -> Long.parseLong(line.split("\t")[2]))
                        .sorted()
                        .toArray();
        return new Outcome(
                Long.parseLong(requests.group(1)),
                Double.parseDouble(seconds.group(1)) / (seconds.group(2).equals("ms") ? 1e3 : 1),
                percentile(micros, 0.5),
                percentile(micros, 0.99),
                percentile(micros, 0.999),
                new Failures(
                        Long.parseLong(requests.group(2)),
                        0,
                        Long.parseLong(requests.group(3)),
                        0,
                        Long.parseLong(requests.group(4))),
                agreed(report));
    }

    /** Version and suite of TLS and the version of HTTP, or empty. */
    private static String agreed(String report) {
        return AGREED.matcher(report)
                .results()
                .map(line -> line.group(1))
                .collect(Collectors.joining(" "));
    }

    private static double percentile(long[] sortedMicros, double share) {
        int at = (int) Math.ceil(share * sortedMicros.length) - 1;
        return sortedMicros.length == 0 ? 0 : sortedMicros[Math.max(0, at)] / 1e3;
    }
}
