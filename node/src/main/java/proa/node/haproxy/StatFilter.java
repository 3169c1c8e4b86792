package proa.node.haproxy;

import java.util.List;
import java.util.Map;

/**
 * Which lines of {@code show stat} are wanted, by HAProxy's management guide, §9.3.
 *
 * @param proxy the name of one, or its number as {@code iid} has it; -1: each
 * @param types 1 frontends, 2 backends, 4 servers, or a sum; -1: all
 * @param service of servers, a number as {@code sid} has it; -1: each
 * @param down whether servers that are down are wanted
 * @param maintenance whether those in maintenance are
 */
record StatFilter(String proxy, int types, int service, boolean down, boolean maintenance) {

    private static final String EACH = "-1";
    private static final int SERVERS = 4;

    private static final String USAGE =
            "usage: show stat [domain proxy] [<iid>|<proxy> <type> <sid>] [up|no-maint]\n";

    /**
     * @param words of the command, from the third one
     * @throws IllegalArgumentException with what to answer to words it does not know
     */
    static StatFilter of(List<String> words) {
        List<String> left = words;
        if (Commands.word(left, 0).equals("domain")) {
            if (!Commands.word(left, 1).equals("proxy")) {
                throw new IllegalArgumentException("the only domain here is proxy\n");
            }
            left = left.subList(2, left.size());
        }
        String proxy = EACH;
        int types = -1;
        int service = -1;
        if (left.size() >= 3) {
            proxy = left.get(0);
            types = number(left.get(1));
            service = number(left.get(2));
            left = left.subList(3, left.size());
        }
        boolean down = true;
        boolean maintenance = true;
        for (String word : left) {
            switch (word) {
                case "up" -> {
                    down = false;
                    maintenance = false;
                }
                case "no-maint" -> maintenance = false;
                case "typed", "json", "desc" -> throw new IllegalArgumentException(unknown(word));
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        return new StatFilter(proxy, types, service, down, maintenance);
    }

    /** The answer to a form that there is not. */
    static String unknown(String form) {
        return "there is no form "
                + form
                + " here: leave it out, or read JSON from /api/v1/status and /api/v1/backends\n";
    }

    private static int number(String word) {
        if (!word.matches("-1|\\d{1,6}")) {
            throw new IllegalArgumentException(USAGE);
        }
        return Integer.parseInt(word);
    }

    /** Whether a line with these values is wanted. */
    boolean takes(Map<String, Object> line) {
        boolean ofProxy =
                proxy.equals(EACH)
                        || proxy.equals(line.get("pxname"))
                        || proxy.equals(String.valueOf(line.get("iid")));
        return ofProxy
                && line.get("type") instanceof Integer type
                && (types & 1 << type) != 0
                && (1 << type != SERVERS || takesServer(line));
    }

    private boolean takesServer(Map<String, Object> line) {
        String status = String.valueOf(line.get("status"));
        return (service < 0 || String.valueOf(service).equals(String.valueOf(line.get("sid"))))
                && (down || !status.startsWith("DOWN"))
                && (maintenance || !status.startsWith("MAINT"));
    }

    /** The name of the one proxy that is wanted; empty: it is each, or one by its number. */
    String name() {
        return proxy.matches("-1|\\d+") ? "" : proxy;
    }
}
