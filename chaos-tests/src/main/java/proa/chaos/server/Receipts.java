package proa.chaos.server;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a server has carried out that must not be carried out twice: one token a request, as often
 * as it came. Safe from any thread.
 */
final class Receipts {

    /** A request for {@code /once/TOKEN} is carried out. */
    static final String PATH = "/once/";

    /** Hours of a drill; older ones are forgotten, as clients ask for them before. */
    private static final int RECEIPTS_MAX = 500_000;

    private final int most;
    private final Deque<String> tokens = new ArrayDeque<>();

    Receipts() {
        this(RECEIPTS_MAX);
    }

    /**
     * @param most as many are kept
     */
    Receipts(int most) {
        this.most = most;
    }

    synchronized void note(String path) {
        if (tokens.size() >= most) {
            tokens.removeFirst();
        }
        tokens.addLast(path.substring(PATH.length()));
    }

    /** One token a line. */
    synchronized String list() {
        return String.join("\n", tokens) + "\n";
    }
}
