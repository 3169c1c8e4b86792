package proa.chaos.drill;

import proa.config.drill.DrillPlan;
import proa.config.text.DrillReader;
import proa.config.text.Suggest;
import proa.config.text.Violation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds drills: those that come with the program, by name, and an operator's own, by file. */
final class DrillFiles {

    /** In the order in which {@code all} runs them; a soak is asked for by name. */
    static final List<String> ALL =
            List.of(
                    "kill-node",
                    "kill-vipd",
                    "kill-host",
                    "hang",
                    "cable",
                    "vlan-pruned",
                    "one-way",
                    "partition",
                    "lossy-sync",
                    "slow-sync",
                    "arp-thief",
                    "ruleset-flushed",
                    "disk-full",
                    "stuck-loop",
                    "expired-certificate",
                    "server-storm",
                    "exhaustion",
                    "reconnect-storm",
                    "config-during-failover",
                    "planned-move",
                    "rolling-restart",
                    "rolling-upgrade",
                    "double-fault",
                    "clock");

    static final String SOAK = "soak";

    private static final String ENDING = ".conf";

    /** A drill is a page. */
    private static final int FILE_BYTES_MAX = 64 << 10;

    private DrillFiles() {}

    /** Names that {@code proa drill} knows. */
    static List<String> names() {
        List<String> names = new ArrayList<>(ALL);
        names.add(SOAK);
        return names;
    }

    /** Everything that was asked for is wrong in some way, one line each. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(List<String> lines) {
            super(String.join("\n", lines));
        }
    }

    /**
     * The drills of those names and files.
     *
     * @throws RefusedException when one is not there or not sound; the message names every
     *     violation
     */
    static List<DrillPlan> read(List<String> asked) throws RefusedException {
        List<DrillPlan> plans = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (String each : asked) {
            List<String> names = each.equals("all") ? ALL : List.of(each);
            names.forEach(name -> read(name, plans, wrong));
        }
        if (!wrong.isEmpty()) {
            throw new RefusedException(wrong);
        }
        return plans;
    }

    private static void read(String asked, List<DrillPlan> plans, List<String> wrong) {
        try {
            if (names().contains(asked)) {
                parse(packaged(asked), asked + ENDING, asked, plans, wrong);
            } else if (asked.endsWith(ENDING) || asked.contains("/")) {
                Path file = Path.of(asked);
                String name = String.valueOf(file.getFileName()).replaceFirst("\\.conf$", "");
                parse(own(file), asked, name, plans, wrong);
            } else {
                List<String> known = new ArrayList<>(names());
                known.addAll(List.of("all", "clean", "list"));
                Optional<String> nearest = Suggest.nearest(asked, known);
                wrong.add(
                        "no drill \"%s\" (%s)"
                                .formatted(
                                        asked,
                                        nearest.orElse("known: " + String.join(", ", known))));
            }
        } catch (IOException e) {
            wrong.add(asked + ": cannot be read: " + e.getMessage());
        }
    }

    private static String packaged(String name) throws IOException {
        try (InputStream in = DrillFiles.class.getResourceAsStream(name + ENDING)) {
            if (in == null) {
                throw new IOException("it is not in this program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String own(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no such file");
        }
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException("larger than " + FILE_BYTES_MAX + " bytes");
        }
        return Files.readString(file);
    }

    private static void parse(
            String text, String file, String name, List<DrillPlan> plans, List<String> wrong) {
        switch (DrillReader.parse(text, file, name)) {
            case DrillReader.Outcome.Ok(DrillPlan plan) -> plans.add(plan);
            case DrillReader.Outcome.Refused(List<Violation> violations) ->
                    violations.forEach(violation -> wrong.add(violation.toString()));
        }
    }
}
