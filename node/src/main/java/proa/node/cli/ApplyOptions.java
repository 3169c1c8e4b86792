package proa.node.cli;

import picocli.CommandLine.Option;

import java.util.List;

/** How a configuration is to be applied, shared by {@code apply} and {@code rollback}. */
final class ApplyOptions {

    @Option(
            names = "--based-on",
            split = ",",
            paramLabel = "HASH",
            description = {
                "hash of the configuration it was made from: refused where another one is in use",
                "(default: the one this node uses); several: whichever a node has of them"
            })
    private List<String> bases = List.of();

    @Option(
            names = "--without",
            split = ",",
            paramLabel = "NODE",
            description = "go on without this node; it follows when it comes back")
    private List<String> without = List.of();

    @Option(names = "--dry-run", description = "have every node check it, and change nothing")
    private boolean dryRun;

    /** As parameters behind others. */
    String parameters() {
        return "&based-on="
                + Asking.encoded(String.join(",", bases))
                + "&without="
                + Asking.encoded(String.join(",", without))
                + "&dry-run="
                + dryRun;
    }

    /** Prints what became of it. */
    static void show(Asking asking, NodeClient.Reply.Said said) {
        Object number = said.document().get("version");
        boolean applied = Boolean.TRUE.equals(said.document().get("applied"));
        String hash = String.valueOf(said.document().get("hash"));
        asking.out()
                .println(
                        applied
                                ? "version " + number + " is in use: " + hash
                                : "every node can take it in, as version " + number + ": " + hash);
        if (said.document().get("exceptions") instanceof List<?> exceptions) {
            exceptions.forEach(exception -> asking.out().println("not yet on " + exception));
        }
    }
}
