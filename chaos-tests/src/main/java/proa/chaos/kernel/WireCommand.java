package proa.chaos.kernel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import proa.chaos.lab.Conversation;
import proa.chaos.report.Json;
import proa.config.command.Subcommand;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * {@code proa lab-wire}: frames between hosts of a lab arrive late, twice or out of order. Runs in
 * the namespace of the lab's switch until its standard input ends, and then, or when it is killed,
 * everything is forwarded as before.
 */
@Command(
        name = "lab-wire",
        hidden = true,
        description = "Holds frames of a lab's switch back until standard input ends.")
public final class WireCommand implements Subcommand {

    /** The shell outlives a wire that is killed by just as long as this takes. */
    private static final String KEEPER =
            """
            trap '' HUP INT TERM
            nft -f /dev/fd/0 <<RULES || exit 1
            $1
            RULES
            echo ready
            cat >/dev/null
            nft delete table bridge wire
            """;

    @Parameters(paramLabel = "RULES", description = "What happens to which frames, as JSON.")
    private String rulesText = "";

    /** Its parameter. */
    public record Rules(long seed, List<WireRule> rules) {
        public Rules {
            rules = List.copyOf(rules);
        }
    }

    /** Its answer to any line. */
    public record Running(boolean running) {}

    @Override
    public Integer call() throws IOException {
        Rules rules = Json.read(rulesText, Rules.class);
        Wire wire = new Wire(rules.rules(), new Random(rules.seed()));
        Thread thread = Thread.ofPlatform().daemon().name("wire").start(() -> run(wire));
        Process keeper = keep(rules.rules());
        Conversation.answer(_ -> new Running(thread.isAlive()));
        release(keeper);
        wire.end();
        return 0;
    }

    private static void run(Wire wire) {
        try {
            wire.run();
        } catch (IOException e) {
            // The process ends, and with it the rules.
            System.err.println("the wire broke: " + e.getMessage());
            System.exit(1);
        }
    }

    /** From then on the switch leaves these frames to the wire. */
    private static Process keep(List<WireRule> rules) throws IOException {
        String table =
                rules.stream()
                        .map(WireRule::nft)
                        .collect(
                                Collectors.joining(
                                        "",
                                        "table bridge wire {\nchain forward {\n"
                                                + "type filter hook forward priority -1;"
                                                + " policy accept;\n",
                                        "}\n}\n"));
        Process keeper =
                new ProcessBuilder("setsid", "sh", "-c", KEEPER, "keeper", table)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader said = keeper.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        if (line == null) {
            throw new IOException("nft has refused the wire's rules");
        }
        return keeper;
    }

    private static void release(Process keeper) throws IOException {
        try (OutputStream end = keeper.getOutputStream()) {
            end.flush();
        }
        try {
            keeper.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
