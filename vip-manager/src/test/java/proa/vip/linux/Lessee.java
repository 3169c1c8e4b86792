package proa.vip.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds leases, and renews them when a line on standard input says how often, or three times,
 * {@code late}, each time when the one before is some time ago; or ends them at {@code withdraw}.
 * Its answer says how many generations of the host's rules that took, which of them last, and why
 * packets do not renew them.
 */
public final class Lessee {

    /** Length of the leases. */
    public static final int MILLIS = 20_000;

    private static final int LATE_TIMES = 3;
    private static final int LATE_MILLIS = 50;
    private static final int GET_GENERATION = 10 << 8 | 16;
    private static final int GENERATION = 1;
    private static final int HEADERS_BYTES = NetlinkSocket.HEADER_BYTES + Integer.BYTES;

    private Lessee() {}

    /**
     * Runs until its input ends.
     *
     * @param arguments addresses under lease
     */
    public static void main(String[] arguments) throws IOException {
        List<LeaseTables.Leased> leased = new ArrayList<>();
        for (String address : arguments) {
            leased.add(new LeaseTables.Leased(InetAddress.ofLiteral(address), 2));
        }
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (LeaseTables tables = LeaseTables.open("lab", leased, Set.of(MILLIS));
                NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.NETFILTER, 0)) {
            System.out.println("made" + tables.news());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long before = generation(socket);
                switch (line) {
                    case "withdraw" -> tables.withdraw(leased);
                    case "late" -> renewLate(tables, leased);
                    default -> renew(tables, leased, Integer.parseInt(line));
                }
                long generations = generation(socket) - before;
                System.out.println(
                        line
                                + ": generations="
                                + generations
                                + " "
                                + leased.stream()
                                        .map(each -> tables.lasting(List.of(each)) > MILLIS / 2)
                                        .toList()
                                + tables.news());
            }
        }
    }

    private static void renew(LeaseTables tables, List<LeaseTables.Leased> leased, int times)
            throws KernelException {
        for (int time = 0; time < times; time++) {
            tables.renew(leased, MILLIS);
        }
    }

    /** As advertisements come: each when the renewal before is some time ago. */
    private static void renewLate(LeaseTables tables, List<LeaseTables.Leased> leased)
            throws KernelException {
        for (int time = 0; time < LATE_TIMES; time++) {
            while (tables.lasting(leased) > MILLIS - LATE_MILLIS) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            tables.renew(leased, MILLIS);
        }
    }

    private static long generation(NetlinkSocket socket) throws KernelException {
        long[] found = {-1};
        NetlinkMessage request = new NetlinkMessage();
        request.begin(GET_GENERATION, NetlinkMessage.ACKNOWLEDGE, 1).fixed(0).end();
        socket.list("generation", request, message -> found[0] = generation(message));
        return found[0];
    }

    /** Big-endian, whatever the machine is. */
    private static long generation(ByteBuffer message) {
        int start = message.position();
        int end = start + message.getInt(start);
        int at = NetlinkAttributes.find(message, GENERATION, start + HEADERS_BYTES, end);
        return message.slice(at + NetlinkAttributes.HEADER_BYTES, Integer.BYTES).getInt();
    }
}
