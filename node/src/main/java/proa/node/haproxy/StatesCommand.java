package proa.node.haproxy;

import proa.node.balance.Order;
import proa.node.haproxy.Figures.Backend;
import proa.node.haproxy.Figures.Server;
import proa.node.record.Availability;
import proa.node.record.Checked;

import java.util.Optional;

/**
 * {@code show servers state}: one line for each server, by HAProxy's management guide, §9.3. What
 * Proa does not have, such as forced ids, names that are resolved and SRV records, is as with a
 * server there that has none.
 */
final class StatesCommand {

    private static final String HEADER =
            "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight"
                    + " srv_iweight srv_time_since_last_change srv_check_status srv_check_result"
                    + " srv_check_health srv_check_state srv_agent_state bk_f_forced_id"
                    + " srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port"
                    + " srv_check_addr srv_agent_addr srv_agent_port\n";

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** {@code srv_check_status} of a check that has not ended yet, or is not there. */
    private static final int INITIALISING = 1;

    /** Values of {@code srv_check_result}. */
    private static final int RESULT_UNKNOWN = 0;

    private static final int FAILED = 2;
    private static final int PASSED = 3;

    /** Bits of {@code srv_check_state} and {@code srv_agent_state}. */
    private static final int CONFIGURED = 2;

    private static final int ENABLED = 4;
    private static final int PAUSED = 8;
    private static final int AGENT = 16;

    /** {@code srv_check_health} of a server without a check: it is up, and stays so. */
    private static final int HEALTH_UNCHECKED = 2;

    private StatesCommand() {}

    /**
     * The whole answer.
     *
     * @param only of this backend; empty: of all
     */
    static String of(Figures figures, String only, long nowNanos) {
        StringBuilder out = new StringBuilder("1\n").append(HEADER);
        long uptimeSeconds = figures.process().uptime().toSeconds();
        int id = figures.frontends().size();
        for (Backend backend : figures.backends()) {
            id++;
            if (only.isEmpty() || only.equals(backend.name())) {
                int server = 0;
                for (Server each : backend.servers()) {
                    out.append(line(backend, id, each, ++server, uptimeSeconds, nowNanos));
                }
            }
        }
        return out.toString();
    }

    private static String line(
            Backend backend,
            int backendId,
            Server server,
            int id,
            long uptimeSeconds,
            long nowNanos) {
        return String.join(
                        " ",
                        String.valueOf(backendId),
                        backend.name(),
                        String.valueOf(id),
                        server.name(),
                        server.address().getAddress().getHostAddress(),
                        String.valueOf(Words.operation(server)),
                        String.valueOf(Words.administration(server)),
                        String.valueOf(server.weight()),
                        String.valueOf(server.configuredWeight()),
                        String.valueOf(sinceSeconds(server, uptimeSeconds, nowNanos)),
                        check(server),
                        agent(server.contact()),
                        "0 0 -",
                        String.valueOf(server.address().getPort()),
                        "-",
                        server.contact().secured() ? "1" : "0",
                        server.contact().checkPort().map(String::valueOf).orElse("0"),
                        "- -",
                        server.contact().agentPort().map(String::valueOf).orElse("0"))
                + "\n";
    }

    private static String agent(Figures.Contact contact) {
        return contact.agentPort().isPresent() ? String.valueOf(AGENT | CONFIGURED | ENABLED) : "0";
    }

    private static long sinceSeconds(Server server, long uptimeSeconds, long nowNanos) {
        Availability.Seen seen = server.counters().availability().seen(nowNanos);
        return seen.sinceNanos().isPresent()
                ? seen.sinceNanos().getAsLong() / NANOS_PER_SECOND
                : uptimeSeconds;
    }

    /** Status, result, health and state of its check. */
    private static String check(Server server) {
        if (!server.checked()) {
            return words(INITIALISING, RESULT_UNKNOWN, HEALTH_UNCHECKED, 0);
        }
        int state = CONFIGURED | ENABLED;
        int paused = server.order() == Order.MAINTENANCE ? PAUSED : 0;
        Optional<Checked> last = server.counters().checked();
        if (last.isEmpty()) {
            return words(INITIALISING, RESULT_UNKNOWN, server.up() ? 1 : 0, state | paused);
        }
        Checked found = last.get();
        boolean passed = found.why().isEmpty();
        // In maintenance a server begins again from nothing there.
        int health = paused == 0 ? found.health() : 0;
        return words(number(found.result()), passed ? PASSED : FAILED, health, state | paused);
    }

    private static String words(int status, int result, int health, int state) {
        return status + " " + result + " " + health + " " + state;
    }

    /** HAProxy's {@code enum healthcheck_status}, include/haproxy/check-t.h. */
    private static int number(Checked.Result result) {
        return switch (result) {
            case L4OK -> 6;
            case L4TOUT -> 7;
            case L4CON -> 8;
            case L6OK -> 9;
            case L6TOUT -> 10;
            case L6RSP -> 11;
            case L7TOUT -> 12;
            case L7RSP -> 13;
            case L7OK -> 15;
            case L7STS -> 17;
        };
    }
}
