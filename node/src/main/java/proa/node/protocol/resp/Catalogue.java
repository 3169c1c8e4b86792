package proa.node.protocol.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** COMMAND: what is served here, in the form that Redis has for it. */
final class Catalogue {

    private static final int ANY = Integer.MAX_VALUE;

    private final Map<String, Commands.Entry> entries;

    /**
     * @param entries by name in capitals; the same that are run
     */
    Catalogue(Map<String, Commands.Entry> entries) {
        this.entries = entries;
    }

    void addTo(Commands commands) {
        commands.add("COMMAND", 1, ANY, (_, words) -> command(words));
    }

    private Reply command(List<byte[]> words) {
        String what = words.size() == 1 ? "" : Commands.upper(words.get(1));
        return switch (what) {
            case "COUNT" -> new Reply.Whole(entries.size());
            case "LIST" -> new Reply.Many(names().stream().map(Catalogue::named).toList());
            case "" -> new Reply.Many(names().stream().map(this::described).toList());
            case "INFO" -> new Reply.Many(asked(words).stream().map(this::described).toList());
            case "DOCS" -> docs(asked(words));
            default -> Reply.error("unknown subcommand '" + what + "'. Try COMMAND HELP.");
        };
    }

    private List<String> names() {
        return entries.keySet().stream().sorted().toList();
    }

    /** Those that are named behind the subcommand; all, if none is. */
    private List<String> asked(List<byte[]> words) {
        return words.size() == 2 ? names() : words.stream().skip(2).map(Commands::upper).toList();
    }

    private static Reply named(String name) {
        return Reply.text(name.toLowerCase(Locale.ROOT));
    }

    /** Name, arity, flags, keys, categories; no tips, specifications of keys or subcommands. */
    private Reply described(String name) {
        Commands.Entry entry = entries.get(name);
        if (entry == null) {
            return Reply.NOTHING;
        }
        Reply nothing = new Reply.Many(List.of());
        return new Reply.Many(
                List.of(
                        named(name),
                        new Reply.Whole(arity(entry)),
                        new Reply.Many(flags(name, entry)),
                        new Reply.Whole(entry.keys().first()),
                        new Reply.Whole(entry.keys().last()),
                        new Reply.Whole(entry.keys().first()),
                        new Reply.Many(
                                category(entry.access(), access -> "@" + access).stream().toList()),
                        nothing,
                        nothing,
                        nothing));
    }

    /** The name counts; negative: so many at least. */
    private static int arity(Commands.Entry entry) {
        return entry.wordsMin() == entry.wordsMax() ? entry.wordsMin() : -entry.wordsMin();
    }

    private static List<Reply> flags(String name, Commands.Entry entry) {
        List<Reply> flags =
                new ArrayList<>(
                        category(
                                entry.access(),
                                access -> access.equals("read") ? "readonly" : access));
        if (entry.beforeAuth()) {
            flags.add(new Reply.Line("no_auth"));
        }
        if (name.startsWith("EVAL")) {
            flags.add(new Reply.Line("movablekeys"));
        }
        return flags;
    }

    private static List<Reply> category(Rights.Access access, Function<String, String> written) {
        return switch (access) {
            case NONE -> List.of();
            case READ -> List.of(new Reply.Line(written.apply("read")));
            case WRITE, ADMIN -> List.of(new Reply.Line(written.apply("write")));
        };
    }

    /** What is known here: where the behaviour is written down, and the group Redis puts it in. */
    private Reply docs(List<String> asked) {
        List<Reply> docs = new ArrayList<>();
        for (String name : asked) {
            Commands.Entry entry = entries.get(name);
            if (entry != null) {
                docs.add(named(name));
                docs.add(
                        new Reply.Pairs(
                                List.of(
                                        Reply.text("summary"),
                                        Reply.text(
                                                "As in Redis "
                                                        + Commands.REDIS_VERSION
                                                        + ", with what Proa's docs/operating.md"
                                                        + " says."),
                                        Reply.text("group"),
                                        Reply.text(group(name)))));
            }
        }
        return new Reply.Pairs(docs);
    }

    private static String group(String name) {
        return switch (name) {
            case "HELLO", "AUTH", "QUIT", "RESET", "PING", "ECHO", "SELECT", "CLIENT" ->
                    "connection";
            case "COMMAND", "INFO", "CONFIG", "ACL", "DBSIZE", "FLUSHDB" -> "server";
            case "MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH" -> "transactions";
            case "EVAL", "EVALSHA", "SCRIPT" -> "scripting";
            case "DEL", "UNLINK", "RENAME", "EXISTS", "TOUCH", "TYPE", "SCAN", "KEYS" -> "generic";
            case "EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT", "EXPIRETIME", "PEXPIRETIME" ->
                    "generic";
            case "TTL", "PTTL", "PERSIST" -> "generic";
            default -> name.startsWith("H") ? "hash" : "string";
        };
    }
}
