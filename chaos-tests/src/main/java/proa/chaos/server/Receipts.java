package proa.chaos.server;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server has carried out that must not be carried out twice: one token a request, as often
 * as it came. Safe from any thread.
 */
final class Receipts {

    /** A request for {@code /once/TOKEN} is carried out. */
    static final String PATH = "/once/";

    /** Hours of a drill; what comes after has no receipt, and is then said to be unreceived. */
    private static final int RECEIPTS_MAX = 500_000;

    private final List<String> tokens = new ArrayList<>();

    synchronized void note(String path) {
        if (tokens.size() < RECEIPTS_MAX) {
            tokens.add(path.substring(PATH.length()));
        }
    }

    /** One token a line. */
    synchronized String list() {
        return String.join("\n", tokens) + "\n";
    }
}
