package proa.chaos.lab;

import proa.chaos.kernel.WireCommand;
import proa.chaos.kernel.WireRule;
import proa.chaos.report.Json;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process in the namespace of the lab's switch that holds frames back. However it ends, nothing
 * is held back any more. Used by one thread at a time.
 */
final class LabWire implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(30);

    private final Conversation process;

    private LabWire(Conversation process) {
        this.process = process;
    }

    /** Returns when frames are held back. */
    static LabWire start(Lab lab, List<WireRule> rules, long seed, Path log) {
        String text = Json.line(new WireCommand.Rules(seed, rules));
        LabWire wire =
                new LabWire(
                        new SwitchPlace(lab)
                                .converse(
                                        "wire",
                                        Launcher.command(List.of("lab-wire", text)),
                                        log,
                                        Launcher.ENVIRONMENT));
        try {
            wire.process.ask("running", WireCommand.Running.class, START);
            return wire;
        } catch (LabException e) {
            wire.close();
            throw e;
        }
    }

    @Override
    public void close() {
        process.close();
    }

    /** The switch as a place; what runs there ends with the lab. */
    private record SwitchPlace(Lab lab) implements Place {
        @Override
        public String name() {
            return "switch";
        }

        @Override
        public List<String> inside(List<String> command) {
            List<String> all =
                    new ArrayList<>(
                            List.of("nsenter", "--net=/run/netns/" + lab.switchNamespace(), "--"));
            all.addAll(command);
            return all;
        }

        @Override
        public void adopt(LabProcess process) {
            // The lab's janitor ends whatever is in its namespaces.
        }
    }
}
