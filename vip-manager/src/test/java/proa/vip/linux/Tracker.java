package proa.vip.linux;

import proa.vip.message.Endpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts connections into the tracking of the namespace it runs in, lists and removes them, as lines
 * on standard input ask: {@code put COUNT VIP:PORT SERVER:PORT tcp|udp}, {@code add …} for those
 * that are not there, {@code remove …} and {@code answered …}, which removes it by what a server
 * answers, with the same words, {@code list 4|6}, {@code forget}. Each is answered by one line.
 */
public final class Tracker {

    /** Of all of them. */
    public static final int MARK = 0x50528000;

    private static final int FIRST_PORT = 1_024;
    private static final int PORTS = 60_000;

    private Tracker() {}

    /** Runs until its input ends. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ConnectionTracking tracking = ConnectionTracking.open()) {
            System.out.println("ready");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long start = System.nanoTime();
                String answer = answer(tracking, line.split(" "));
                long micros = (System.nanoTime() - start) / 1_000;
                System.out.println(
                        line
                                + ": "
                                + answer
                                + " refused="
                                + refused(tracking)
                                + " micros="
                                + micros);
            }
        }
    }

    private static String refused(ConnectionTracking tracking) {
        return tracking.refused() + (tracking.refused() == 0 ? "" : " " + tracking.refusal());
    }

    private static String answer(ConnectionTracking tracking, String... words) throws IOException {
        return switch (words[0]) {
            case "put", "add", "remove", "answered" -> change(tracking, words);
            case "list" -> {
                AtomicInteger count = new AtomicInteger();
                StringBuilder first = new StringBuilder();
                tracking.list(
                        words[1].equals("6"),
                        MARK,
                        each -> {
                            if (count.getAndIncrement() == 0) {
                                first.append(each);
                            }
                        });
                yield count + " " + first;
            }
            default -> {
                tracking.forget(MARK);
                yield "done";
            }
        };
    }

    private static String change(ConnectionTracking tracking, String... words) throws IOException {
        Endpoint address = endpoint(words[2]);
        Endpoint server = endpoint(words[3]);
        boolean udp = words[4].equals("udp");
        byte[] client =
                InetAddress.getByName(address.six() ? "fd00:99::" : "198.18.0.0").getAddress();
        int count = Integer.parseInt(words[1]);
        for (int number = 0; number < count; number++) {
            client[client.length - 1] = (byte) (1 + number / PORTS);
            Endpoint from = Endpoint.of(client, FIRST_PORT + number % PORTS);
            if (words[0].equals("put")) {
                tracking.put(udp, from, address, server, udp ? 0 : 3, MARK, 600);
            } else if (words[0].equals("add")) {
                tracking.add(udp, from, address, server, udp ? 0 : 3, MARK, 600);
            } else if (words[0].equals("answered")) {
                tracking.remove(udp, server, from);
            } else {
                tracking.remove(udp, from, address);
            }
        }
        tracking.flush();
        return "done";
    }

    private static Endpoint endpoint(String text) throws IOException {
        int colon = text.lastIndexOf(':');
        return Endpoint.of(
                new InetSocketAddress(
                        InetAddress.getByName(text.substring(0, colon)),
                        Integer.parseInt(text.substring(colon + 1))));
    }
}
