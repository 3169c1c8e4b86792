package proa.node.explain;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.Method;

import java.util.Locale;

/**
 * What an algorithm is like, in the words of the table in {@code docs/guide/choosing.md}: n is the
 * number of usable servers.
 *
 * @param keeps a client on its server
 * @param work for a choice
 */
record AlgorithmWords(String keeps, String work) {

    private static final AlgorithmWords IN_TURNS =
            new AlgorithmWords("no", "one atomic step in an order computed before");
    private static final AlgorithmWords COMPARING = new AlgorithmWords("no", "n comparisons");

    /** A backend's, with its name, on one line. */
    static String of(BackendConfig backend) {
        Balance balance = backend.balance();
        Method method = backend.spreading().hash().map(Hash::method).orElse(Method.MAGLEV);
        AlgorithmWords words = of(balance, method);
        return name(balance)
                + (balance == Balance.HASH ? " (" + name(method) + ")" : "")
                + ": keeps a client on its server: "
                + words.keeps
                + "; a choice is "
                + words.work;
    }

    static AlgorithmWords of(Balance balance, Method method) {
        return switch (balance) {
            case ROUND_ROBIN, STATIC_ROUND_ROBIN -> IN_TURNS;
            case LEAST_CONNECTIONS, LEAST_TIME, PEAK_EWMA -> COMPARING;
            case RANDOM -> new AlgorithmWords("no", "one number by chance");
            case TWO_CHOICES -> new AlgorithmWords("no", "two numbers by chance, one comparison");
            case FIRST -> new AlgorithmWords("no", "up to n looks");
            case HASH -> new AlgorithmWords("yes, by the key", hashed(method));
        };
    }

    private static String hashed(Method method) {
        return switch (method) {
            case MAGLEV -> "one look into a table of 65,537 places, n looks whether one is left";
            case RING -> "a search in 128 sorted points for each server and unit of weight";
            case MODULO -> "one division";
        };
    }

    /** As the configuration has it. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
