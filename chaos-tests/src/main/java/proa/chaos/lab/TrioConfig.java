package proa.chaos.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The configuration file of a {@link TrioPlan}. */
final class TrioConfig {

    private final TrioPlan plan;

    TrioConfig(TrioPlan plan) {
        this.plan = plan;
    }

    /**
     * The file's text.
     *
     * @param node whose; in a network the same for every node
     */
    String text(String node) {
        // On loopback all nodes share one address space, so each binds its own address.
        String own = plan.loopback() ? plan.nodeAddress(node) : "0.0.0.0";
        StringBuilder text = new StringBuilder("schema = 1\n");
        text.append(cluster());
        text.append("groups {\n");
        for (int group = 0; group < plan.groups(); group++) {
            text.append(group(group));
        }
        if (plan.dualStack()) {
            text.append(numbersGroup());
        }
        text.append("}\n").append(tables()).append("frontends {\n");
        for (int group = 0; group < plan.groups(); group++) {
            text.append(floating(group == 0 ? "" : "-" + (group + 1), groupName(group)));
        }
        if (plan.dualStack()) {
            text.append(sixAndNumbers());
        }
        return text.append(fixed(own)).append("}\n").append(backends()).toString();
    }

    private static String groupName(int group) {
        return group == 0 ? "web" : "web" + (group + 1);
    }

    private String cluster() {
        String nodes =
                plan.nodeNames().stream()
                        .map(
                                name ->
                                        String.format(
                                                Locale.ROOT,
                                                "    %s { id = %s, addresses = [\"%s\"] }%n",
                                                name,
                                                name.substring(2),
                                                plan.nodeAddress(name)))
                        .collect(Collectors.joining());
        return """
        cluster {
          name = demo
          timing = lab
          ownership = %s
          nodes {
        %s  }
          tls {
            certificate = "certs/%%{node}.pem"
            key = "certs/%%{node}.key"
            authorities = ["certs/ca.pem"]
          }
        }
        """
                .formatted(plan.loopback() ? "bind" : "kernel", nodes);
    }

    private String group(int number) {
        List<String> prefer = new ArrayList<>(plan.nodeNames());
        Collections.rotate(prefer, -number);
        String track = plan.loopback() ? "" : ", track { gateway = \"" + plan.client() + "\" }";
        long advertMillis = plan.advertInterval().toMillis();
        return String.format(
                Locale.ROOT,
                "  %s { vrid = %d, prefer = [%s], failback = %s, vips { main = \"%s\"%s }%s,"
                        + " vrrp { advert-interval = %dms } }%n",
                groupName(number),
                51 + number,
                String.join(", ", prefer),
                plan.vips().size() > 1 ? "at-once" : "never",
                plan.vips().get(number),
                plan.six().map(six -> ", six = \"" + six + "\"").orElse(""),
                track,
                advertMillis);
    }

    /** It goes where the first group goes when a balancer fails. */
    private String numbersGroup() {
        return String.format(
                Locale.ROOT,
                "  %s { vrid = %d, prefer = [%s], failback = never,"
                        + " vips { main = \"%s\", six = \"%s\" }, gateway-vip = [%s],"
                        + " track { gateway = \"%s\" }, vrrp { advert-interval = %dms } }%n",
                TrioPlan.NUMBERS,
                TrioPlan.NUMBERS_VRID,
                String.join(", ", plan.nodeNames()),
                plan.numbers().getFirst(),
                plan.numbers().getLast(),
                TrioPlan.numbersGateways().stream()
                        .map(address -> "\"" + address + "\"")
                        .collect(Collectors.joining(", ")),
                plan.client(),
                plan.advertInterval().toMillis());
    }

    /** HTTP over IPv6 for one client that asks often, so without the limit; and {@code numbers}. */
    private String sixAndNumbers() {
        return """
          http-six {
            bind { group = web, vip = six, port = %1$d }, mode = http, backend = shop
          }
          numbers {
            bind { group = numbers, vip = main, port = %2$d }, mode = tcp
            forwarding = nat, backend = numbers
          }
          numbers-six {
            bind { group = numbers, vip = six, port = %2$d }, mode = tcp
            forwarding = nat, backend = numbers-six
          }
        """
                .formatted(plan.httpPort(), TrioPlan.NUMBERS_PORT);
    }

    private static String numbersBackends() {
        return """
          numbers {
            check { tcp = true, every = 1s, timeout = 500ms, fall = 3, rise = 2 }
            servers = [ { name = numbers, address = "%1$s:%3$d" } ]
          }
          numbers-six {
            check { tcp = true, every = 1s, timeout = 500ms, fall = 3, rise = 2 }
            servers = [ { name = numbers, address = "[%2$s]:%3$d" } ]
          }
        """
                .formatted(
                        TrioPlan.numbersServer().getFirst(),
                        TrioPlan.numbersServer().getLast(),
                        TrioPlan.NUMBERS_PORT);
    }

    private static String tables() {
        return """
        tables {
          clients  { key = src, expire = 30m, entries = 100k }
          requests {
            key = src, expire = 30s, entries = 100k
            count { requests { rate-over = %ds } }
          }
        }
        """
                .formatted(TrioPlan.LIMIT_SECONDS);
    }

    private String floating(String suffix, String group) {
        return """
          http%1$s {
            bind { group = %2$s, vip = main, port = %3$d }, mode = http
        %4$s
            backend = shop
          }
          echo%1$s {
            bind { group = %2$s, vip = main, port = %5$d }, mode = tcp, backend = echo
          }
          sessions%1$s {
            bind { group = %2$s, vip = main, port = %6$d }, mode = sessions
            allow = [%7$s]
          }
        """
                .formatted(
                        suffix,
                        group,
                        plan.httpPort(),
                        limit(),
                        plan.echoPort(),
                        plan.sessionsPort(),
                        plan.allowed());
    }

    private static String limit() {
        return """
        rules = [
          { track = requests }
          { when { table = requests, counter = requests, above = %d }, deny = 429 }
        ]\
        """
                .indent(2)
                .stripTrailing()
                .formatted(TrioPlan.LIMIT);
    }

    private String fixed(String own) {
        return """
          node-http {
            bind { address = "%1$s", port = %2$d }, mode = http, backend = shop
          }
          node-limited {
            bind { address = "%1$s", port = %3$d }, mode = http
        %4$s
            backend = shop
          }
          node-echo {
            bind { address = "%1$s", port = %5$d }, mode = tcp, backend = echo
          }
          node-sessions {
            bind { address = "%1$s", port = %6$d }, mode = sessions
            allow = [%7$s]
          }
        """
                .formatted(
                        own,
                        plan.nodeHttpPort(),
                        plan.nodeLimitedPort(),
                        limit(),
                        plan.nodeEchoPort(),
                        plan.nodeSessionsPort(),
                        plan.allowed());
    }

    /**
     * The echo's first choice is the algorithm's, so that only the table can know the server. Few
     * idle connections are kept, and briefly, so that what is still there seconds after a burst is
     * a leak.
     */
    private String backends() {
        return """
        backends {
          shop {
            balance = round-robin
            sticky { cookie { name = SERVERID, insert = true } }
            check {
              http { get = "/health", expect-status = 200 }
              every = 1s, timeout = 500ms, fall = 3, rise = 2
            }
            timeouts { connect = 1s, server = 50s%s }
            retries = 2, idle-connections = 16
            servers = [%s]
          }
          echo {
            balance = least-connections
            sticky { table = clients, first-choice = algorithm }
            check { tcp = true, every = 1s, timeout = 500ms, fall = 3, rise = 2 }
            servers = [%s]
          }
        %s}
        """
                .formatted(
                        plan.earlier() ? "" : ", idle = 10s", // a key of this version
                        servers(TrioPlan.SERVER_HTTP_PORT),
                        servers(TrioPlan.SERVER_ECHO_PORT),
                        plan.dualStack() ? numbersBackends() : "");
    }

    private String servers(int port) {
        return plan.servers().entrySet().stream()
                .map(
                        server ->
                                String.format(
                                        Locale.ROOT,
                                        "{ name = %s, address = \"%s:%d\" }",
                                        server.getKey(),
                                        server.getValue(),
                                        port))
                .collect(Collectors.joining(", "));
    }
}
