package proa.chaos.bench.state;

import proa.chaos.bench.program.Programs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Redis' own load generator: sessions of 512 bytes under 20,000 keys. */
final class RedisBenchmark {

    /** Sessions that are read and written. */
    static final int KEYS = 20_000;

    /** Of one session. */
    static final int VALUE_BYTES = 512;

    private static final int EXPIRY_SECONDS = 3_600;
    private static final String KEY = "sess:__rand_int__";

    /** Of a line of its CSV, counted from the end: the name before them may hold commas. */
    private static final int FIGURES = 7;

    private static final int RATE = 0;
    private static final int P50 = 3;
    private static final int P99 = 5;

    private RedisBenchmark() {}

    /** What it measured. */
    record Figures(double perSecond, double p50Millis, double p99Millis) {}

    /**
     * Runs to its end.
     *
     * @param commands how many in all
     * @throws IOException when a command was refused, or it is not installed
     */
    static Figures run(int port, Load load, long commands) throws IOException {
        return parse(Programs.output(command(port, load, commands)));
    }

    private static List<String> command(int port, Load load, long commands) {
        List<String> command = new ArrayList<>(List.of("redis-benchmark", "--csv", "-e"));
        command.addAll(List.of("-p", String.valueOf(port), "-n", String.valueOf(commands)));
        command.addAll(List.of("-c", String.valueOf(load.connections())));
        command.addAll(List.of("-P", String.valueOf(load.pipeline())));
        command.addAll(List.of("-r", String.valueOf(KEYS)));
        switch (load.operation()) {
            case GET -> command.addAll(List.of("GET", KEY));
            case SET -> {
                command.addAll(List.of("SET", KEY, "x".repeat(VALUE_BYTES)));
                command.addAll(List.of("EX", String.valueOf(EXPIRY_SECONDS)));
            }
        }
        return command;
    }

    /** Reads its CSV: a line of names, then a line that begins with the command. */
    static Figures parse(String said) throws IOException {
        List<String> lines = said.lines().filter(each -> each.startsWith("\"")).toList();
        boolean named = lines.size() == 2 && lines.getFirst().contains("\"p99_latency_ms\"");
        String[] fields = named ? lines.getLast().replace("\"", "").split(",") : new String[0];
        if (fields.length <= FIGURES) {
            throw new IOException("redis-benchmark said: " + said.strip());
        }
        int first = fields.length - FIGURES;
        try {
            return new Figures(
                    Double.parseDouble(fields[first + RATE]),
                    Double.parseDouble(fields[first + P50]),
                    Double.parseDouble(fields[first + P99]));
        } catch (NumberFormatException e) {
            throw new IOException("redis-benchmark said: " + said.strip(), e);
        }
    }
}
