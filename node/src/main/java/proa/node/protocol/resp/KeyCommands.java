package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.Expiry;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionStore.Condition;
import proa.cluster.sessions.SessionValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The commands on keys and values. Replies and messages are those of Redis 7. */
final class KeyCommands {

    private static final int ANY = Integer.MAX_VALUE;

    /** Keys asked of the store at once: values of a mebibyte each may come before they count. */
    private static final int KEYS_AT_ONCE = 32;

    /** Largest reply to one MGET: it is built whole before it is sent. */
    private static final long REPLY_BYTES_MAX = 64L << 20;

    private static final long MILLIS = 1;
    private static final long SECONDS = 1_000;

    private final Supplier<SessionStore> store;

    KeyCommands(Supplier<SessionStore> store) {
        this.store = store;
    }

    void addTo(Commands commands) {
        commands.addKey("GET", 2, 2, (client, words) -> Reply.of(store().get(key(client, words))));
        commands.addKeys("MGET", this::getMany);
        commands.addKey("SET", 3, ANY, this::set);
        commands.addKey("SETEX", 4, 4, (client, words) -> setEx(client, words, SECONDS));
        commands.addKey("PSETEX", 4, 4, (client, words) -> setEx(client, words, MILLIS));
        commands.addKey("SETNX", 3, 3, this::setNx);
        commands.addKey("GETSET", 3, 3, this::getSet);
        commands.addKey("GETEX", 2, ANY, this::getEx);
        commands.addKey("GETDEL", 2, 2, this::getDel);
        commands.addKeys("DEL", (client, words) -> count(client, words, store()::delete));
        commands.addKeys("UNLINK", (client, words) -> count(client, words, store()::delete));
        commands.addTwoKeys("RENAME", this::rename);
        commands.addKeys("EXISTS", (client, words) -> count(client, words, store()::exists));
        commands.addKeys("TOUCH", (client, words) -> count(client, words, store()::exists));
        commands.addKey("EXPIRE", 3, 4, (client, words) -> expire(client, words, SECONDS, false));
        commands.addKey("PEXPIRE", 3, 4, (client, words) -> expire(client, words, MILLIS, false));
        commands.addKey("EXPIREAT", 3, 4, (client, words) -> expire(client, words, SECONDS, true));
        commands.addKey("PEXPIREAT", 3, 4, (client, words) -> expire(client, words, MILLIS, true));
        commands.addKey("TTL", 2, 2, (client, words) -> ttl(client, words, SECONDS));
        commands.addKey("PTTL", 2, 2, (client, words) -> ttl(client, words, MILLIS));
        commands.addKey("PERSIST", 2, 2, this::persist);
        commands.addKey("TYPE", 2, 2, this::type);
        commands.addKey("EXPIRETIME", 2, 2, (client, words) -> endsAt(client, words, SECONDS));
        commands.addKey("PEXPIRETIME", 2, 2, (client, words) -> endsAt(client, words, MILLIS));
    }

    private SessionStore store() {
        return store.get();
    }

    static String key(Client client, List<byte[]> words) {
        return client.prefix() + Commands.text(words.get(1));
    }

    private static List<String> keys(Client client, List<byte[]> words) {
        List<String> keys = new ArrayList<>();
        for (int at = 1; at < words.size(); at++) {
            keys.add(client.prefix() + Commands.text(words.get(at)));
        }
        return keys;
    }

    /** Asks something about one key. */
    private interface Question {
        boolean ask(String key) throws SessionException;
    }

    private static Reply count(Client client, List<byte[]> words, Question question)
            throws SessionException {
        long yes = 0;
        for (String key : keys(client, words)) {
            yes += question.ask(key) ? 1 : 0;
        }
        return new Reply.Whole(yes);
    }

    private Reply getMany(Client client, List<byte[]> words) throws SessionException {
        List<String> keys = keys(client, words);
        List<Reply> found = new ArrayList<>();
        long bytes = 0;
        for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
            int to = Math.min(keys.size(), from + KEYS_AT_ONCE);
            for (byte @Nullable [] value : store().getAll(keys.subList(from, to))) {
                bytes += value == null ? 0 : value.length;
                found.add(Reply.of(value));
            }
            if (bytes > REPLY_BYTES_MAX) {
                return Reply.error("the values are larger than " + REPLY_BYTES_MAX + " bytes");
            }
        }
        return new Reply.Many(found);
    }

    private Reply set(Client client, List<byte[]> words) throws SessionException {
        return switch (SetOptions.parse(words.subList(3, words.size()), store().nowMillis())) {
            case SetOptions.Parsed.Refused refused -> refused.why();
            case SetOptions.Parsed.Ok(SetOptions options) -> set(client, words, options);
        };
    }

    private Reply set(Client client, List<byte[]> words, SetOptions options)
            throws SessionException {
        String key = key(client, words);
        byte[] value = words.get(2);
        if (options.wantsBefore()) {
            return Reply.of(
                    store().exchange(key, value, options.ttlMillis(), options.condition())
                            .before());
        }
        boolean written = store().set(key, value, options.ttlMillis(), options.condition());
        return written ? Reply.OK : Reply.NOTHING;
    }

    private Reply setEx(Client client, List<byte[]> words, long unit) throws SessionException {
        Long amount = Numbers.parse(words.get(2));
        if (amount == null) {
            return SetOptions.notANumber();
        }
        if (amount <= 0 || amount > Expiry.AT_MAX / unit) {
            return invalidExpiry(words);
        }
        store().set(key(client, words), words.get(3), amount * unit, Condition.ALWAYS);
        return Reply.OK;
    }

    private static Reply invalidExpiry(List<byte[]> words) {
        String name = Commands.text(words.getFirst()).toLowerCase(Locale.ROOT);
        return Reply.error("invalid expire time in '" + name + "' command");
    }

    private Reply setNx(Client client, List<byte[]> words) throws SessionException {
        return Reply.flag(
                store().set(
                                key(client, words),
                                words.get(2),
                                SessionStore.NEVER,
                                Condition.IF_ABSENT));
    }

    private Reply getDel(Client client, List<byte[]> words) throws SessionException {
        return Reply.of(store().getAndDelete(key(client, words)));
    }

    private Reply getSet(Client client, List<byte[]> words) throws SessionException {
        return Reply.of(
                store().exchange(
                                key(client, words),
                                words.get(2),
                                SessionStore.NEVER,
                                Condition.ALWAYS)
                        .before());
    }

    private Reply getEx(Client client, List<byte[]> words) throws SessionException {
        String key = key(client, words);
        if (words.size() == 2) {
            return Reply.of(store().get(key));
        }
        if (words.size() == 3 && Commands.upper(words.get(2)).equals("PERSIST")) {
            return Reply.of(store().getAndExpire(key, SessionStore.NEVER));
        }
        return switch (SetOptions.parseExpiry(
                words.subList(2, words.size()), store().nowMillis())) {
            case SetOptions.Parsed.Refused refused -> refused.why();
            case SetOptions.Parsed.Ok(SetOptions options) ->
                    Reply.of(store().getAndExpire(key, options.ttlMillis()));
        };
    }

    private Reply expire(Client client, List<byte[]> words, long unit, boolean absolute)
            throws SessionException {
        if (words.size() > 3) {
            return Reply.error("Unsupported option " + Commands.upper(words.get(3)));
        }
        Long amount = Numbers.parse(words.get(2));
        if (amount == null) {
            return SetOptions.notANumber();
        }
        if (amount > Expiry.AT_MAX / unit || amount < -Expiry.AT_MAX / unit) {
            return invalidExpiry(words);
        }
        long millis = amount * unit;
        long left = absolute ? Expiry.ttl(store().nowMillis(), millis) : Math.max(0, millis);
        return Reply.flag(store().expire(key(client, words), left));
    }

    private Reply rename(Client client, List<byte[]> words) throws SessionException {
        List<String> keys = keys(client, words);
        return store().rename(keys.getFirst(), keys.getLast())
                ? Reply.OK
                : Reply.error("no such key");
    }

    private Reply ttl(Client client, List<byte[]> words, long unit) throws SessionException {
        long left = store().ttlMillis(key(client, words));
        if (left == SessionStore.ABSENT) {
            return new Reply.Whole(-2);
        }
        return new Reply.Whole(left == SessionStore.NEVER ? -1 : (left + unit / 2) / unit);
    }

    private Reply persist(Client client, List<byte[]> words) throws SessionException {
        String key = key(client, words);
        boolean expires = store().ttlMillis(key) >= 0;
        return Reply.flag(expires && store().expire(key, SessionStore.NEVER));
    }

    private Reply type(Client client, List<byte[]> words) throws SessionException {
        return new Reply.Line(KeyspaceCommands.typeOf(store().find(key(client, words))));
    }

    private Reply endsAt(Client client, List<byte[]> words, long unit) throws SessionException {
        SessionValue found = store().find(key(client, words));
        if (found == null) {
            return new Reply.Whole(-2);
        }
        long at = found.expiresAtMillis();
        return new Reply.Whole(at == SessionStore.NEVER ? -1 : (at + unit / 2) / unit);
    }
}
