package proa.chaos.load;

import proa.chaos.load.HttpConnection.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Clients of a service that must carry out each request at most once: a POST with a token of its
 * own, never sent again. The servers' own receipts, asked for past the balancers, say how often
 * each was carried out.
 */
final class OnceClients {

    private static final double REQUESTS_PER_SECOND = 40;
    private static final int CLIENTS = 8;

    /** Servers may keep receipts of earlier clients, whose tokens are none of ours. */
    private final String prefix = Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "-";

    private final LoadPlan plan;
    private final Pace pace;
    private final RequestLog log = new RequestLog();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    // of what has been judged; one thread asks
    private final Set<String> doubled = new HashSet<>();
    private final List<String> examples = new ArrayList<>();
    private int unreceived;

    OnceClients(LoadPlan plan, Pace pace) {
        this.plan = plan;
        this.pace = pace;
    }

    /** An address each: the rate limit is another client's subject. */
    void start() {
        if (!plan.knowsServers()) {
            return; // nobody would keep a receipt
        }
        Sources sources = new Sources(plan.sources().http(), plan.httpClients() + CLIENTS);
        for (int number = 0; number < CLIENTS; number++) {
            InetAddress source = sources.at(plan.httpClients() + number);
            String client = "once-" + number;
            pace.run(
                    client,
                    REQUESTS_PER_SECOND / CLIENTS,
                    number / REQUESTS_PER_SECOND,
                    () -> ask(client, source));
        }
    }

    private void ask(String client, InetAddress source) {
        RequestLog.Entry entry = log.begin(client, false);
        String token = prefix + entry.id();
        InetSocketAddress target = plan.vip(plan.ports().http());
        try (HttpConnection connection =
                HttpConnection.open(source, target).named(plan.asked().host())) {
            Response response = connection.ask("POST", "/once/" + token, "", true);
            if (response.status() == 200) {
                answered.add(token);
                entry.answered();
            } else {
                entry.failed("status " + response.status());
            }
        } catch (IOException e) {
            entry.failed(Pace.why(e)); // whether it was carried out is what the receipts say
        }
    }

    /** Requests under way at any moment of a period. */
    long underWay(long fromNanos, long toNanos) {
        return log.underWay(fromNanos, toNanos).requests();
    }

    LoadReport.Counts counts() {
        return log.counts();
    }

    LoadReport.Once report() throws IOException {
        judge();
        LoadReport.Counts counts = counts();
        return new LoadReport.Once(
                counts.sent(),
                counts.answered(),
                counts.failed(),
                doubled.size(),
                unreceived,
                List.copyOf(examples));
    }

    /**
     * Compares what was answered since the last time with the receipts, of which servers keep the
     * latest only.
     */
    void judge() throws IOException {
        if (!plan.knowsServers()) {
            return;
        }
        Set<String> promised = Set.copyOf(answered);
        Map<String, List<String>> carriedOut = new HashMap<>();
        for (String server : plan.servers().keySet()) {
            for (String token : receipts(server)) {
                carriedOut.computeIfAbsent(token, _ -> new ArrayList<>()).add(server);
            }
        }
        for (Map.Entry<String, List<String>> each : carriedOut.entrySet()) {
            if (each.getValue().size() > 1 && doubled.add(each.getKey())) {
                SessionClients.note(examples, each.getKey() + " by " + each.getValue());
            }
        }
        for (String token : promised) {
            if (!carriedOut.containsKey(token)) {
                unreceived++;
                SessionClients.note(examples, token + " by nobody");
            }
        }
        answered.removeAll(promised);
    }

    private List<String> receipts(String server) throws IOException {
        try (HttpConnection connection = HttpConnection.open(plan.server(server))) {
            return connection
                    .get("/receipts", "", true)
                    .body()
                    .lines()
                    .filter(token -> token.startsWith(prefix))
                    .toList();
        }
    }
}
