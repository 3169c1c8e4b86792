package proa.node.protocol.resp;

import proa.cluster.sessions.Glob;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What tools ask of the server itself. */
final class ServerCommands {

    private static final int ANY = Integer.MAX_VALUE;

    /** What CONFIG GET tells: what tools look at before they begin. */
    private static final Map<String, String> SETTINGS =
            new TreeMap<>(
                    Map.of(
                            "appendonly", "no",
                            "databases", Integer.toString(Commands.DATABASES),
                            "maxmemory", "0",
                            "maxmemory-policy", "noeviction",
                            "proto-max-bulk-len", Integer.toString(SessionStore.VALUE_BYTES_MAX),
                            "save", "",
                            "timeout", "0"));

    private final Supplier<SessionStore> store;

    ServerCommands(Supplier<SessionStore> store) {
        this.store = store;
    }

    void addTo(Commands commands) {
        commands.add("INFO", 1, ANY, (_, words) -> info(words));
        commands.add("CONFIG", 2, ANY, (_, words) -> config(words));
        commands.add("ACL", 2, 2, ServerCommands::acl);
        for (String name : List.of("MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH")) {
            commands.add(name, 1, ANY, (_, _) -> noTransactions());
        }
    }

    private static Reply noTransactions() {
        return Reply.error(
                "there are no transactions: keys live on different members; pipelines are served");
    }

    private static Reply acl(Client client, List<byte[]> words) {
        return Commands.upper(words.get(1)).equals("WHOAMI")
                ? Reply.text(client.user())
                : Reply.error("unknown subcommand. WHOAMI is known; users are in a file.");
    }

    private static Reply config(List<byte[]> words) {
        if (!Commands.upper(words.get(1)).equals("GET") || words.size() < 3) {
            return Reply.error("unknown subcommand. CONFIG GET is known.");
        }
        List<Reply> found = new ArrayList<>();
        SETTINGS.forEach(
                (name, value) -> {
                    boolean asked =
                            words.stream()
                                    .skip(2)
                                    .map(word -> Commands.text(word).toLowerCase(Locale.ROOT))
                                    .anyMatch(glob -> new Glob(glob).matches(name));
                    if (asked) {
                        found.add(Reply.text(name));
                        found.add(Reply.text(value));
                    }
                });
        return new Reply.Pairs(found);
    }

    private Reply info(List<byte[]> words) {
        List<String> asked =
                words.stream()
                        .skip(1)
                        .map(word -> Commands.text(word).toLowerCase(Locale.ROOT))
                        .toList();
        boolean all =
                asked.isEmpty()
                        || asked.stream()
                                .anyMatch(List.of("all", "default", "everything")::contains);
        StringBuilder text = new StringBuilder();
        sections()
                .forEach(
                        (name, lines) -> {
                            if (all || asked.contains(name.toLowerCase(Locale.ROOT))) {
                                text.append("# ").append(name).append("\r\n");
                                lines.forEach(line -> text.append(line).append("\r\n"));
                                text.append("\r\n");
                            }
                        });
        return Reply.text(text.toString());
    }

    private Map<String, List<String>> sections() {
        Map<String, List<String>> sections = new TreeMap<>();
        sections.put(
                "Server",
                List.of("redis_version:" + Commands.REDIS_VERSION, "redis_mode:standalone"));
        sections.put("Persistence", List.of("loading:" + (loading() ? 1 : 0), "aof_enabled:0"));
        sections.put("Replication", List.of("role:master", "connected_slaves:0"));
        sections.put("Stats", List.of("proa_session_conflicts:" + store.get().conflicts()));
        sections.put("Cluster", List.of("cluster_enabled:0"));
        return sections;
    }

    /** Whether a client that waits for readiness should go on waiting. */
    private boolean loading() {
        try {
            store.get().exists("");
            return false;
        } catch (SessionException.Starting e) {
            return true;
        } catch (SessionException e) {
            return false;
        }
    }
}
