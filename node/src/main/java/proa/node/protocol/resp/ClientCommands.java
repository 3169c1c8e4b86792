package proa.node.protocol.resp;

import io.netty.util.concurrent.Ticker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The connections of one frontend on this node, and CLIENT, which tells of them. A user sees its
 * own connection, one with the right {@code admin} all of them. Safe from any thread.
 */
final class ClientCommands {

    private static final int ANY = Integer.MAX_VALUE;

    /** Longest name of a client, or of its library, that is kept. */
    private static final int NAME_CHARS_MAX = 256;

    private final Map<Long, Client> connected = new ConcurrentSkipListMap<>();

    void addTo(Commands commands) {
        commands.add("CLIENT", 2, ANY, this::client);
    }

    /** A connection has begun. */
    void add(Client client) {
        connected.put(client.id(), client);
    }

    /** It has ended. */
    void remove(Client client) {
        connected.remove(client.id());
    }

    private Reply client(Client client, List<byte[]> words) {
        String what = Commands.upper(words.get(1));
        int arguments = words.size() - 2;
        return switch (what) {
            case "SETINFO" -> arguments == 2 ? setInfo(client, words) : wrongNumber("setinfo");
            case "SETNAME" ->
                    arguments == 1
                            ? setName(client, Commands.text(words.get(2)))
                            : wrongNumber("setname");
            case "GETNAME" -> client.name().isEmpty() ? Reply.NOTHING : Reply.text(client.name());
            case "ID" -> new Reply.Whole(client.id());
            case "INFO" -> Reply.text(client.description(Ticker.systemTicker().nanoTime()) + "\n");
            case "LIST" -> list(client, words.subList(2, words.size()));
            case "NO-EVICT", "NO-TOUCH" -> Reply.OK;
            default -> Reply.error("unknown subcommand '" + what + "'. Try CLIENT HELP.");
        };
    }

    private static Reply wrongNumber(String what) {
        return Commands.wrongNumber("client|" + what);
    }

    private static boolean isPlain(String name) {
        return name.length() <= NAME_CHARS_MAX && name.chars().allMatch(c -> c > ' ' && c < 127);
    }

    static Reply setName(Client client, String name) {
        if (!isPlain(name)) {
            return Reply.error(
                    "Client names cannot contain spaces, newlines or special characters.");
        }
        client.callItself(name);
        return Reply.OK;
    }

    private static Reply setInfo(Client client, List<byte[]> words) {
        String value = Commands.text(words.get(3));
        String what = Commands.upper(words.get(2));
        if (!what.equals("LIB-NAME") && !what.equals("LIB-VER")) {
            return Reply.error("Unrecognized option '" + what + "'");
        }
        if (!isPlain(value)) {
            return Reply.error(
                    what.toLowerCase(Locale.ROOT)
                            + " cannot contain spaces, newlines or special characters.");
        }
        if (what.equals("LIB-NAME")) {
            client.isOfLibrary(value);
        } else {
            client.isOfLibraryVersion(value);
        }
        return Reply.OK;
    }

    private Reply list(Client client, List<byte[]> options) {
        Collection<Client> visible =
                client.rights().allows(Rights.Access.ADMIN) ? connected.values() : List.of(client);
        if (options.isEmpty()) {
            return described(visible);
        }
        return switch (Commands.upper(options.getFirst())) {
            case "TYPE" ->
                    options.size() == 2 ? ofType(options.get(1), visible) : Commands.syntax();
            case "ID" -> options.size() > 1 ? ofIds(options, visible) : Commands.syntax();
            default -> Commands.syntax();
        };
    }

    /** Here are neither replicas nor subscribers. */
    private static Reply ofType(byte[] type, Collection<Client> visible) {
        return switch (Commands.upper(type)) {
            case "NORMAL" -> described(visible);
            case "MASTER", "REPLICA", "SLAVE", "PUBSUB" -> Reply.text("");
            default -> Reply.error("Unknown client type '" + Commands.text(type) + "'");
        };
    }

    private static Reply ofIds(List<byte[]> options, Collection<Client> visible) {
        Set<Long> wanted = new HashSet<>();
        for (byte[] word : options.subList(1, options.size())) {
            Long id = Numbers.parse(word);
            if (id == null || id < 1) {
                return Reply.error("Invalid client ID");
            }
            wanted.add(id);
        }
        List<Client> found = new ArrayList<>(visible);
        found.removeIf(each -> !wanted.contains(each.id()));
        return described(found);
    }

    private static Reply described(Collection<Client> clients) {
        long now = Ticker.systemTicker().nanoTime();
        StringBuilder lines = new StringBuilder();
        clients.forEach(each -> lines.append(each.description(now)).append('\n'));
        return Reply.text(lines.toString());
    }
}
