package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Commands on all keys of a database. Replies and messages are those of Redis 7. */
final class KeyspaceCommands {

    private static final int ANY = Integer.MAX_VALUE;

    /** Keys that one KEYS returns; its reply is built whole, and SCAN has no limit. */
    static final int KEYS_MAX = 100_000;

    /** Bytes of them together. */
    static final int KEYS_BYTES_MAX = 16 << 20;

    /** Keys looked at in one page of a scan of our own. */
    private static final int PAGE = 5_000;

    private final Supplier<SessionStore> store;

    KeyspaceCommands(Supplier<SessionStore> store) {
        this.store = store;
    }

    void addTo(Commands commands) {
        commands.add("SCAN", 2, ANY, this::scan);
        commands.add("KEYS", 2, 2, this::keys);
        commands.add("DBSIZE", 1, 1, (client, _) -> size(client));
        commands.add("FLUSHDB", 1, 2, (client, _) -> flush(client));
    }

    private SessionStore store() {
        return store.get();
    }

    private Reply size(Client client) throws SessionException {
        return client.rights().prefixes().isEmpty()
                ? new Reply.Whole(store().size(client.prefix()))
                : Commands.noKey();
    }

    /** The words behind the cursor of a SCAN. */
    private static final class Options {
        private String glob = "*";
        private int count = 10;
        private @Nullable String type;

        /** What is wrong with them; null: nothing. */
        private @Nullable Reply read(List<byte[]> words) {
            for (int at = 2; at < words.size(); at += 2) {
                Reply wrong =
                        at + 1 == words.size()
                                ? Commands.syntax()
                                : option(Commands.upper(words.get(at)), words.get(at + 1));
                if (wrong != null) {
                    return wrong;
                }
            }
            return null;
        }

        private @Nullable Reply option(String name, byte[] argument) {
            switch (name) {
                case "MATCH" -> glob = Commands.text(argument);
                case "TYPE" -> type = Commands.text(argument).toLowerCase(Locale.ROOT);
                case "COUNT" -> {
                    Long asked = Numbers.parse(argument);
                    if (asked == null) {
                        return SetOptions.notANumber();
                    }
                    if (asked < 1) {
                        return Commands.syntax();
                    }
                    count = (int) Math.min(Integer.MAX_VALUE, asked);
                }
                default -> {
                    return Commands.syntax();
                }
            }
            return null;
        }
    }

    private Reply scan(Client client, List<byte[]> words) throws SessionException {
        Long cursor = Numbers.parse(words.get(1));
        if (cursor == null || cursor < 0) {
            return Reply.error("invalid cursor");
        }
        Options options = new Options();
        Reply wrong = options.read(words);
        if (wrong != null) {
            return wrong;
        }
        String prefix = client.prefix();
        SessionStore.Page page = store().scan(cursor, prefix + options.glob, options.count);
        List<Reply> keys = new ArrayList<>();
        for (String key : page.keys()) {
            String own = key.substring(prefix.length());
            if (client.rights().covers(own) && isOf(options.type, key)) {
                keys.add(Reply.text(own));
            }
        }
        return new Reply.Many(
                List.of(Reply.text(Long.toString(page.next())), new Reply.Many(keys)));
    }

    private boolean isOf(@Nullable String type, String key) throws SessionException {
        return type == null || type.equals(typeOf(store().find(key)));
    }

    /** As TYPE says it. */
    static String typeOf(@Nullable SessionValue found) {
        if (found == null) {
            return "none";
        }
        return switch (found.kind()) {
            case TEXT -> "string";
            case HASH -> "hash";
        };
    }

    private Reply keys(Client client, List<byte[]> words) throws SessionException {
        String glob = client.prefix() + Commands.text(words.get(1));
        List<Reply> found = new ArrayList<>();
        long bytes = 0;
        long cursor = 0;
        do {
            SessionStore.Page page = store().scan(cursor, glob, PAGE);
            for (String key : page.keys()) {
                String own = key.substring(client.prefix().length());
                if (client.rights().covers(own)) {
                    found.add(Reply.text(own));
                    bytes += own.length();
                }
            }
            if (found.size() > KEYS_MAX || bytes > KEYS_BYTES_MAX) {
                return Reply.error(
                        "more than "
                                + KEYS_MAX
                                + " keys match, or "
                                + (KEYS_BYTES_MAX >> 20)
                                + " MiB of them: use SCAN");
            }
            cursor = page.next();
        } while (cursor != 0);
        return new Reply.Many(found);
    }

    /** Removes one key after the other: what is written meanwhile may stay. */
    private Reply flush(Client client) throws SessionException {
        long cursor = 0;
        do {
            SessionStore.Page page = store().scan(cursor, client.prefix() + "*", PAGE);
            for (String key : page.keys()) {
                if (client.rights().covers(key.substring(client.prefix().length()))) {
                    store().delete(key);
                }
            }
            cursor = page.next();
        } while (cursor != 0);
        return Reply.OK;
    }
}
