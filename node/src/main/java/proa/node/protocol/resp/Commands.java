package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Every command by name: what it needs, and what it does. Commands that concern the connection are
 * here, those that concern keys in {@link KeyCommands}. Blocks; called on a virtual thread.
 */
final class Commands {

    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    /** The Redis whose behaviour this follows; clients choose commands by it. */
    static final String REDIS_VERSION = "7.4.0";

    static final int DATABASES = 16;

    /** Words of a command that an error repeats. */
    private static final int REPEATED_CHARS_MAX = 64;

    /** Makes a letter a small one. */
    private static final int LOWER = 0x20;

    private static final int ANY = Integer.MAX_VALUE;

    /** What a command does. */
    interface Action {
        Reply run(Client client, List<byte[]> words) throws SessionException;
    }

    /**
     * Which words of a command are keys.
     *
     * @param first 0: none
     * @param last counted from the end if negative
     */
    record Keys(int first, int last) {
        private static final Keys NONE = new Keys(0, 0);
        private static final Keys FIRST = new Keys(1, 1);
        private static final Keys ALL = new Keys(1, -1);
    }

    /** A command with the number of words it takes, its name included. */
    record Entry(
            int wordsMin,
            int wordsMax,
            boolean beforeAuth,
            Keys keys,
            Rights.Access access,
            Action action,
            String lowerCase) {

        private List<byte[]> keysOf(List<byte[]> words) {
            int last = keys.last < 0 ? words.size() + keys.last : keys.last;
            return words.subList(1, last + 1);
        }

        boolean keysFit(List<byte[]> words) {
            return keysOf(words).stream().allMatch(key -> key.length <= SessionStore.KEY_CHARS_MAX);
        }

        boolean covered(Rights rights, List<byte[]> words) {
            return rights.prefixes().isEmpty()
                    || keysOf(words).stream().allMatch(key -> rights.covers(text(key)));
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final Supplier<SessionStore> store;
    private final Users users;
    private final ClientCommands clients = new ClientCommands();

    Commands(Supplier<SessionStore> store, Users users) {
        this.store = store;
        this.users = users;
        connection();
        new KeyCommands(store).addTo(this);
        new KeyspaceCommands(store).addTo(this);
        new CounterCommands(store).addTo(this);
        new HashCommands(store).addTo(this);
        new ScriptCommands(store).addTo(this);
        new ServerCommands(store).addTo(this);
        clients.addTo(this);
        new Catalogue(entries).addTo(this);
    }

    /** The connections; whoever makes one says so there, and when it ends. */
    ClientCommands clients() {
        return clients;
    }

    /** A command without keys. */
    void add(String name, int wordsMin, int wordsMax, Action action) {
        put(name, wordsMin, wordsMax, false, Keys.NONE, action);
    }

    /** A command on one key. */
    void addKey(String name, int wordsMin, int wordsMax, Action action) {
        put(name, wordsMin, wordsMax, false, Keys.FIRST, action);
    }

    /** A command on one or more keys, and nothing else. */
    void addKeys(String name, Action action) {
        put(name, 2, ANY, false, Keys.ALL, action);
    }

    /** A command on two keys, and nothing else. */
    void addTwoKeys(String name, Action action) {
        put(name, 3, 3, false, new Keys(1, 2), action);
    }

    private void addBeforeAuth(String name, int wordsMin, int wordsMax, Action action) {
        put(name, wordsMin, wordsMax, true, Keys.NONE, action);
    }

    private void put(
            String name, int wordsMin, int wordsMax, boolean beforeAuth, Keys keys, Action action) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        entries.put(
                name,
                new Entry(wordsMin, wordsMax, beforeAuth, keys, accessOf(name), action, lowerCase));
    }

    private void connection() {
        addBeforeAuth("HELLO", 1, ANY, this::hello);
        addBeforeAuth("AUTH", 2, 3, this::auth);
        addBeforeAuth("QUIT", 1, ANY, (client, _) -> quit(client));
        addBeforeAuth("RESET", 1, 1, (client, _) -> reset(client));
        add("PING", 1, 2, (_, words) -> words.size() == 1 ? new Reply.Line("PONG") : echo(words));
        add("ECHO", 2, 2, (_, words) -> echo(words));
        add("SELECT", 2, 2, Commands::select);
    }

    /** What a command needs; one that nobody has thought of changes something. */
    private static Rights.Access accessOf(String name) {
        return switch (name) {
            case "HELLO", "AUTH", "QUIT", "RESET", "PING", "ECHO", "SELECT", "CLIENT" ->
                    Rights.Access.NONE;
            case "COMMAND", "INFO", "CONFIG", "ACL", "SCRIPT", "MULTI", "EXEC", "DISCARD" ->
                    Rights.Access.NONE;
            case "WATCH", "UNWATCH" -> Rights.Access.NONE;
            case "GET", "MGET", "STRLEN", "EXISTS", "TOUCH", "TYPE", "TTL", "PTTL" ->
                    Rights.Access.READ;
            case "EXPIRETIME", "PEXPIRETIME", "SCAN", "KEYS", "DBSIZE" -> Rights.Access.READ;
            case "HGET", "HMGET", "HGETALL", "HKEYS", "HVALS", "HLEN", "HEXISTS", "HSTRLEN" ->
                    Rights.Access.READ;
            case "FLUSHDB" -> Rights.Access.ADMIN;
            default -> Rights.Access.WRITE;
        };
    }

    /** Runs one command; every failure is a reply. */
    Reply run(Client client, List<byte[]> words) {
        String name = upper(words.getFirst());
        Entry entry = entries.get(name);
        if (entry == null) {
            return client.mayAct() ? unknown(words) : noAuth();
        }
        if (!client.mayAct() && !entry.beforeAuth) {
            return noAuth();
        }
        if (words.size() < entry.wordsMin || words.size() > entry.wordsMax) {
            return wrongNumber(name);
        }
        if (!entry.keysFit(words)) {
            return longKey();
        }
        Rights rights = client.rights();
        if (client.mayAct() && !rights.allows(entry.access)) {
            return noCommand(client, name);
        }
        if (!entry.covered(rights, words)) {
            return noKey();
        }
        client.runs(entry.lowerCase);
        try {
            return entry.action.run(client, words);
        } catch (SessionException e) {
            return failure(e);
        } catch (RuntimeException e) {
            LOG.error("sessions: {} failed", name, e);
            return Reply.error("internal error, see the log of this node");
        }
    }

    /**
     * The reply to a GET of a value that lies on this node; null: {@link #run} it on a thread that
     * may wait. Does not block.
     */
    @Nullable Reply atOnce(Client client, List<byte[]> words) {
        boolean get = words.size() == 2 && isGet(words.getFirst()) && client.mayAct();
        if (!get || words.get(1).length > SessionStore.KEY_CHARS_MAX) {
            return null;
        }
        String key = text(words.get(1));
        Rights rights = client.rights();
        if (!rights.allows(Rights.Access.READ) || !rights.covers(key)) {
            return null;
        }
        try {
            client.runs("get");
            byte[] value = store.get().atHand(client.prefix() + key);
            return value == null ? null : new Reply.Bulk(value);
        } catch (RuntimeException e) {
            LOG.debug("sessions: not answered at once", e); // whoever runs it tells
            return null;
        }
    }

    private static boolean isGet(byte[] name) {
        return name.length == 3
                && (name[0] | LOWER) == 'g'
                && (name[1] | LOWER) == 'e'
                && (name[2] | LOWER) == 't';
    }

    private static Reply failure(SessionException cause) {
        return switch (cause) {
            case SessionException.WrongType wrong ->
                    new Reply.Failure("WRONGTYPE " + wrong.getMessage());
            case SessionException.Starting starting ->
                    new Reply.Failure("LOADING " + starting.getMessage());
            case SessionException.Minority minority ->
                    new Reply.Failure("CLUSTERDOWN " + minority.getMessage());
            case SessionException.Unavailable unavailable ->
                    new Reply.Failure("TRYAGAIN " + unavailable.getMessage());
            case SessionException.Unknown unknown ->
                    Reply.error("unknown outcome, do not repeat blindly: " + unknown.getMessage());
        };
    }

    static Reply noAuth() {
        return new Reply.Failure("NOAUTH Authentication required.");
    }

    static Reply longKey() {
        return Reply.error("key is longer than " + SessionStore.KEY_CHARS_MAX + " bytes");
    }

    private static Reply noCommand(Client client, String name) {
        return new Reply.Failure(
                "NOPERM User "
                        + client.user()
                        + " has no permissions to run the '"
                        + name.toLowerCase(Locale.ROOT)
                        + "' command");
    }

    static Reply noKey() {
        return new Reply.Failure("NOPERM No permissions to access a key");
    }

    static Reply wrongNumber(String name) {
        return Reply.error(
                "wrong number of arguments for '" + name.toLowerCase(Locale.ROOT) + "' command");
    }

    static Reply syntax() {
        return Reply.error("syntax error");
    }

    static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1);
    }

    static String upper(byte[] word) {
        return word.length > REPEATED_CHARS_MAX ? "" : text(word).toUpperCase(Locale.ROOT);
    }

    private static Reply unknown(List<byte[]> words) {
        String name = text(words.getFirst());
        return Reply.error(
                "unknown command '"
                        + name.substring(0, Math.min(name.length(), REPEATED_CHARS_MAX))
                        + "'");
    }

    private static Reply echo(List<byte[]> words) {
        return new Reply.Bulk(words.get(1));
    }

    private static Reply quit(Client client) {
        client.leave();
        return Reply.OK;
    }

    private static Reply reset(Client client) {
        client.reset();
        return new Reply.Line("RESET");
    }

    private static Reply select(Client client, List<byte[]> words) {
        Long index = Numbers.parse(words.get(1));
        if (index == null) {
            return Reply.error("value is not an integer or out of range");
        }
        if (index < 0 || index >= DATABASES) {
            return Reply.error("DB index is out of range");
        }
        client.select(index.intValue());
        return Reply.OK;
    }

    private Reply hello(Client client, List<byte[]> words) {
        int version = client.version();
        if (words.size() > 1) {
            Long asked = Numbers.parse(words.get(1));
            if (asked == null) {
                return Reply.error("Protocol version is not an integer or out of range");
            }
            if (asked != 2 && asked != 3) {
                return new Reply.Failure("NOPROTO unsupported protocol version");
            }
            version = asked.intValue();
        }
        Reply refused = helloOptions(client, words);
        if (!refused.equals(Reply.OK)) {
            return refused;
        }
        client.speak(version);
        return greeting(client);
    }

    private Reply helloOptions(Client client, List<byte[]> words) {
        String name = null;
        for (int at = 2; at < words.size(); at++) {
            String option = upper(words.get(at));
            int left = words.size() - at - 1;
            if (option.equals("AUTH") && left >= 2) {
                Reply refused = login(client, words.get(at + 1), words.get(at + 2));
                if (!refused.equals(Reply.OK)) {
                    return refused;
                }
                at += 2;
            } else if (option.equals("SETNAME") && left >= 1) {
                name = text(words.get(++at));
            } else {
                return Reply.error("Syntax error in HELLO option '" + option + "'");
            }
        }
        if (!client.mayAct()) {
            return new Reply.Failure(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise"
                            + " the HELLO <proto> AUTH <user> <pass> option can be used to"
                            + " authenticate the client and select the RESP protocol version at"
                            + " the same time");
        }
        return name == null ? Reply.OK : ClientCommands.setName(client, name);
    }

    private static Reply greeting(Client client) {
        return new Reply.Pairs(
                List.of(
                        Reply.text("server"),
                        Reply.text("redis"),
                        Reply.text("version"),
                        Reply.text(REDIS_VERSION),
                        Reply.text("proto"),
                        new Reply.Whole(client.version()),
                        Reply.text("id"),
                        new Reply.Whole(client.id()),
                        Reply.text("mode"),
                        Reply.text("standalone"),
                        Reply.text("role"),
                        Reply.text("master"),
                        Reply.text("modules"),
                        new Reply.Many(List.of())));
    }

    private Reply auth(Client client, List<byte[]> words) {
        if (words.size() == 2 && users.isEmpty()) {
            return Reply.error(
                    "AUTH <password> called without any password configured for the default user."
                            + " Are you sure your configuration is correct?");
        }
        return words.size() == 2
                ? login(client, Users.DEFAULT.getBytes(StandardCharsets.UTF_8), words.get(1))
                : login(client, words.get(1), words.get(2));
    }

    private Reply login(Client client, byte[] user, byte[] password) {
        String name = new String(user, StandardCharsets.UTF_8);
        if (!users.accept(name, password)) {
            return new Reply.Failure(
                    "WRONGPASS invalid username-password pair or user is disabled.");
        }
        client.authenticate(name, users.rights(name));
        return Reply.OK;
    }
}
