package proa.chaos.bench.state;

import java.util.List;

/**
 * What two nodes say of requests that came to both from one client, Proa's members and HAProxy's
 * peers.
 *
 * @param expected as many as there were
 * @param proa what each member says, {@code lb1} first
 * @param peerFigures the same of HAProxy
 * @param error by how much the member that is further off is off, in requests
 * @param kept whether both of Proa's are right
 */
record CounterSum(
        String name,
        String peer,
        long expected,
        List<Long> proa,
        List<Long> peerFigures,
        long error,
        long peerError,
        boolean kept) {

    static final String NAME = "counter-sum";

    static CounterSum of(long expected, List<Long> proa, List<Long> haproxy) {
        long error = error(expected, proa);
        return new CounterSum(
                NAME,
                "haproxy",
                expected,
                List.copyOf(proa),
                List.copyOf(haproxy),
                error,
                error(expected, haproxy),
                error == 0);
    }

    private static long error(long expected, List<Long> said) {
        return said.stream().mapToLong(each -> Math.abs(each - expected)).max().orElseThrow();
    }
}
