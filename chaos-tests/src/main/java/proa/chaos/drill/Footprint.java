package proa.chaos.drill;

import proa.chaos.lab.LabException;
import proa.chaos.lab.Shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process of this machine holds.
 *
 * @param pid 0: not known
 * @param descriptors open ones; negative: it lives, or may, and could not be looked at
 * @param megabytes resident; of its heap, if that could be looked into, only what is alive
 * @param exact whether it could: pages of a heap stay resident when what was on them is garbage
 */
record Footprint(long pid, int descriptors, double megabytes, boolean exact) {

    private static final double KIB = 1_024;

    /** A part of a heap, as a Java process tells of it: {@code used 5K [0xa, 0xb, 0xc)}. */
    private static final Pattern PART =
            Pattern.compile("used (\\d+)K \\[0x(\\p{XDigit}+),.* 0x(\\p{XDigit}+)\\)");

    /** A mapping: {@code e0000000-e0200000 rw-p …}. */
    private static final Pattern MAPPING =
            Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) [rwxsp-]{4} .*");

    private static final String RESIDENT_OF_MAPPING = "Rss:";
    private static final String RESIDENT = "VmRSS:";

    /** Of one that may live and could not be looked at; 0: which one it is is not known either. */
    static Footprint unmeasured(long pid) {
        return new Footprint(pid, -1, 0, false);
    }

    boolean isMeasured() {
        return descriptors >= 0;
    }

    /** Whether both may be of the same process. */
    boolean mayBe(Footprint other) {
        return pid == other.pid || pid == 0 || other.pid == 0;
    }

    /** As the kernel counts. */
    static Footprint of(long pid) throws IOException {
        return new Footprint(pid, descriptors(pid), resident(pid) / KIB, false);
    }

    /**
     * Without what a collection frees in a Java process, which it does now: some tenths of a second
     * in which that process does nothing else.
     */
    static Footprint withoutGarbage(long pid) throws IOException {
        String heap;
        try {
            heap = ask(pid, "GC.run", "GC.heap_info");
        } catch (LabException _) {
            return of(pid); // a Java that has no such tool, or will not be asked
        }
        List<String> mappings = Files.readAllLines(proc(pid).resolve("smaps"));
        return withoutGarbage(pid, descriptors(pid), resident(pid), heap, mappings);
    }

    private static Footprint withoutGarbage(
            long pid, int descriptors, double resident, String heap, List<String> mappings) {
        double kilobytes = resident - residentHeap(heap, mappings) + live(heap);
        return new Footprint(pid, descriptors, kilobytes / KIB, true);
    }

    /**
     * What another machine tells of a process: a line with its id, its descriptors and its resident
     * KiB, and, where its heap could be looked into, what is said of that and its mappings after
     * lines of their own.
     */
    static Optional<Footprint> told(String text) {
        String[] parts = text.split("(?m)^--.*\n");
        String[] words = parts[0].strip().split(" ");
        if (words.length != 3 || !Stream.of(words).allMatch(word -> word.matches("\\d{1,12}"))) {
            return Optional.empty();
        }
        long pid = Long.parseLong(words[0]);
        int descriptors = Integer.parseInt(words[1]);
        double resident = Double.parseDouble(words[2]);
        return Optional.of(
                parts.length == 3 && PART.matcher(parts[1]).find()
                        ? withoutGarbage(
                                pid, descriptors, resident, parts[1], parts[2].lines().toList())
                        : new Footprint(pid, descriptors, resident / KIB, false));
    }

    private static String ask(long pid, String... commands) throws IOException {
        Path file = Files.createTempFile("proa-jcmd", ".txt");
        try {
            Files.writeString(file, String.join("\n", commands) + "\n");
            Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            return Shell.run(List.of(tool.toString(), Long.toString(pid), "-f", file.toString()));
        } finally {
            Files.delete(file);
        }
    }

    /** What is in use of a heap, in KiB. */
    static double live(String heap) {
        return PART.matcher(heap)
                .results()
                .mapToDouble(part -> Double.parseDouble(part.group(1)))
                .sum();
    }

    /** How much of a heap has pages, in KiB. */
    static double residentHeap(String heap, List<String> mappings) {
        double kilobytes = 0;
        boolean inside = false;
        for (String line : mappings) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                inside = isOf(heap, hex(mapping.group(1)), hex(mapping.group(2)));
            } else if (inside && line.startsWith(RESIDENT_OF_MAPPING)) {
                kilobytes += number(line);
            }
        }
        return kilobytes;
    }

    private static boolean isOf(String heap, long from, long to) {
        return PART.matcher(heap)
                .results()
                .anyMatch(part -> from < hex(part.group(3)) && to > hex(part.group(2)));
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    private static int descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(proc(pid).resolve("fd"))) {
            return (int) open.count();
        }
    }

    private static double resident(long pid) throws IOException {
        try (Stream<String> status = Files.lines(proc(pid).resolve("status"))) {
            return status.filter(line -> line.startsWith(RESIDENT))
                    .mapToDouble(Footprint::number)
                    .findFirst()
                    .orElse(0);
        }
    }

    private static double number(String line) {
        return Double.parseDouble(line.replaceAll("\\D", ""));
    }

    private static Path proc(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }
}
