package proa.node.haproxy;

import org.jspecify.annotations.Nullable;

import proa.node.admin.Answer;
import proa.node.admin.Control;
import proa.node.admin.Control.Weight;
import proa.node.admin.Control.Wish;
import proa.node.admin.Level;
import proa.node.admin.Together;
import proa.node.balance.Order;
import proa.node.haproxy.Figures.Backend;
import proa.node.haproxy.Figures.Server;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * One command → its answer, in HAProxy's form: an empty line for what was done, else a text. What
 * Proa cannot do is said, not pretended.
 */
final class Commands {

    private static final String HELP =
            """
            The following commands are valid at this level:
              show info                               : report information about the running process
              show stat [<px> <type> <sid>] [up|no-maint] : report counters for each proxy and server
              show servers state [<backend>]          : dump the states of servers
              show backend                            : list the backends
              show table [<table> [<filter>]*]        : list the tables, or the entries of one (filter: data/key)
              clear table <table> [<filter>]*         : forget entries on all nodes (filter: data/key)
              show errors [<px>] [request|response]   : the last malformed messages of each proxy
              get weight <backend>/<server>           : report a server's weight
              set weight <backend>/<server> <w>[%]    : change a server's weight
              set server <backend>/<server> [opts]    : change a server's state or weight
              enable server <backend>/<server>        : a server is ready
              disable server <backend>/<server>       : a server goes to maintenance
              set timeout cli <delay>                 : change the timeout of this connection
              prompt                                  : toggle interactive mode with prompt
              quit                                    : disconnect
              help                                    : this text
            """;

    static final String DENIED = "Permission denied\n";

    private final Figures figures;
    private final Control control;
    private final TableCommands tables;
    private final ErrorsCommand errors;

    Commands(Figures figures, Control control, Together together, InstantSource time) {
        this.figures = figures;
        this.control = control;
        tables = new TableCommands(figures, together);
        errors = new ErrorsCommand(figures, time);
    }

    /**
     * Carries one out.
     *
     * @param command words with blanks between
     * @param level what may be done
     * @param by who asks
     * @return its answer, every line of it ended; empty: done
     */
    String answer(String command, Level level, String by) {
        List<String> words = List.of(command.strip().split("\\s+"));
        String two = String.join(" ", words.subList(0, Math.min(2, words.size())));
        return switch (two) {
            case "help" -> HELP;
            case "show info" -> info(words);
            case "show stat" -> statistics(words);
            case "show servers" -> servers(words);
            case "show backend" -> backends();
            case "show table" -> tables.show(words);
            case "clear table" -> tables.clear(words, level, by);
            case "show errors" -> errors.show(words);
            case "get weight" -> weight(words);
            case "set weight" -> changing(words, 4, level, by, "weight", word(words, 3));
            case "set server" -> setServer(words, level, by);
            case "enable server" -> changing(words, 3, level, by, "state", "ready");
            case "disable server" -> changing(words, 3, level, by, "state", "maint");
            default -> "Unknown command: '" + command.strip() + "'. Enter 'help' for a list.\n";
        };
    }

    private String info(List<String> words) {
        String form = word(words, 2);
        return form.isEmpty() || form.equals("float")
                ? InfoCommand.of(figures.process())
                : StatFilter.unknown(form);
    }

    private String statistics(List<String> words) {
        try {
            StatFilter filter = StatFilter.of(words.subList(2, words.size()));
            String name = filter.name();
            if (!name.isEmpty()
                    && backend(name) == null
                    && figures.frontends().stream().noneMatch(each -> each.name().equals(name))) {
                return "No such proxy.\n";
            }
            return Statistics.of(figures, System.nanoTime(), filter);
        } catch (IllegalArgumentException wrong) {
            return String.valueOf(wrong.getMessage());
        }
    }

    static String word(List<String> words, int at) {
        return at < words.size() ? words.get(at) : "";
    }

    private String servers(List<String> words) {
        if (!word(words, 2).equals("state")) {
            return "'show servers' expects 'state'.\n";
        }
        String only = word(words, 3);
        if (!only.isEmpty() && backend(only) == null) {
            return "Can't find backend.\n";
        }
        return StatesCommand.of(figures, only, System.nanoTime());
    }

    private String backends() {
        StringBuilder out = new StringBuilder("# name\n");
        figures.backends().forEach(backend -> out.append(backend.name()).append('\n'));
        return out.toString();
    }

    private String weight(List<String> words) {
        String[] names = names(word(words, 2));
        String missing = missing(names);
        if (missing != null) {
            return missing;
        }
        Server server = server(names);
        return server == null
                ? "No such server.\n"
                : server.weight() + " (initial " + server.configuredWeight() + ")\n";
    }

    private String setServer(List<String> words, Level level, String by) {
        String what = word(words, 3);
        return switch (what) {
            case "state", "weight" -> changing(words, 5, level, by, what, word(words, 4));
            case "addr", "fqdn", "ssl", "check-addr", "check-port", "agent-addr", "agent-port" ->
                    "The "
                            + what
                            + " of a server is in the configuration file; change it there, then:"
                            + " proa reload\n";
            default -> "usage: set server <backend>/<server> state | weight\n";
        };
    }

    /** Changes a server; {@code words} are as many as the command has. */
    private String changing(
            List<String> words, int count, Level level, String by, String what, String value) {
        if (!level.includes(Level.OPERATE)) {
            return DENIED;
        }
        if (words.size() != count) {
            return "Wrong number of words. Enter 'help' for a list.\n";
        }
        String[] names = names(words.get(2));
        String missing = missing(names);
        if (missing != null) {
            return missing;
        }
        return what.equals("state") ? order(names, value, by) : weigh(names, value, by);
    }

    private String order(String[] names, String state, String by) {
        return switch (state) {
            case "ready" -> carryOut(names, Optional.of(Order.READY), Optional.empty(), by);
            case "drain" -> carryOut(names, Optional.of(Order.DRAIN), Optional.empty(), by);
            case "maint" -> carryOut(names, Optional.of(Order.MAINTENANCE), Optional.empty(), by);
            default -> "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n";
        };
    }

    private String weigh(String[] names, String text, String by) {
        boolean share = text.endsWith("%");
        String digits = share ? text.substring(0, text.length() - 1) : text;
        if (!digits.matches("\\d{1,6}")) {
            return "Empty weight string empty or preceded by garbage\n";
        }
        int number = Integer.parseInt(digits);
        if (!share && number > Weight.MAX) {
            return "Absolute weight can only be between 0 and 256 inclusive.\n";
        }
        Weight weight = share ? new Weight.Share(number) : new Weight.Absolute(number);
        return carryOut(names, Optional.empty(), Optional.of(weight), by);
    }

    private String carryOut(
            String[] names, Optional<Order> order, Optional<Weight> weight, String by) {
        Answer answer =
                control.server(names[0], names[1], new Wish(order, weight, Optional.empty()), by);
        return answer.status() == Answer.OK ? "" : answer.document().get("error") + "\n";
    }

    private static String[] names(String server) {
        String[] names = server.split("/", 2);
        return names.length == 2 ? names : new String[] {server, ""};
    }

    private @Nullable String missing(String[] names) {
        if (names[1].isEmpty()) {
            return "Require 'backend/server'.\n";
        }
        if (backend(names[0]) == null) {
            return "No such backend.\n";
        }
        return server(names) == null ? "No such server.\n" : null;
    }

    private @Nullable Backend backend(String name) {
        return figures.backends().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Server server(String[] names) {
        Backend backend = backend(names[0]);
        return backend == null
                ? null
                : backend.servers().stream()
                        .filter(server -> server.name().equals(names[1]))
                        .findFirst()
                        .orElse(null);
    }
}
