package proa.vip.lab;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Many connections to a {@link CountingServer}, a third of each kind, every number checked. A line
 * on standard input asks for a count: each connection has to receive something more, correct and
 * from the same server, and one line says how many have. Prints {@code started} when all have
 * received something for the first time.
 */
public final class CountingClients {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Thousands of connections speak, each once a second. */
    private static final long ECHO_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int ANSWER_MILLIS = 300;

    /** How long a connection may be silent after the question before it counts as lost. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);

    private final InetSocketAddress address;
    private final AtomicLongArray received;
    private final AtomicLongArray lastNanos;
    private final AtomicLong stallNanos = new AtomicLong();
    private final Map<Long, Integer> servers = new ConcurrentHashMap<>();
    private final Map<Integer, String> broken = new ConcurrentHashMap<>();

    private CountingClients(InetSocketAddress address, int count) {
        this.address = address;
        this.received = new AtomicLongArray(count);
        this.lastNanos = new AtomicLongArray(count);
    }

    /**
     * Runs until killed.
     *
     * @param arguments {@code tcp} or {@code udp}, address, port, number of connections
     */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[3]);
        CountingClients clients =
                new CountingClients(
                        new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])), count);
        for (int number = 0; number < count; number++) {
            int own = number;
            boolean udp = arguments[0].equals("udp");
            Thread.ofVirtual().start(() -> clients.run(own, udp));
        }
        clients.awaitMore(new long[count]);
        System.out.println("started " + clients.summary(count));
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            if (line.equals("forget")) {
                clients.stallNanos.set(0);
            } else {
                long[] before = new long[count];
                for (int number = 0; number < count; number++) {
                    before[number] = clients.received.get(number);
                }
                System.out.println(line + " " + clients.summary(clients.awaitMore(before)));
            }
        }
    }

    private String summary(int alive) {
        return "alive="
                + alive
                + " of="
                + received.length()
                + " broken="
                + broken.size()
                + " stallMillis="
                + stallNanos.get() / 1_000_000
                + " servers="
                + new TreeMap<>(servers)
                + (broken.isEmpty() ? "" : " first: " + broken.values().iterator().next());
    }

    /**
     * How many connections have received more than that, once all that live have or patience ends.
     */
    private int awaitMore(long[] before) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            int more = 0;
            for (int number = 0; number < before.length; number++) {
                boolean got = received.get(number) > before[number];
                more += got && !broken.containsKey(number) ? 1 : 0;
            }
            boolean settled = more + broken.size() >= before.length;
            if (settled || System.nanoTime() - deadline > 0) {
                return more;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void run(int number, boolean udp) {
        try {
            if (udp) {
                datagrams(number);
            } else {
                connection(number);
            }
        } catch (IOException | IllegalStateException e) {
            broken.put(number, e.toString());
        }
    }

    private void got(int number) {
        long now = System.nanoTime();
        long last = lastNanos.getAndSet(number, now);
        if (last != 0) {
            stallNanos.accumulateAndGet(now - last, Math::max);
        }
        received.incrementAndGet(number);
    }

    private static void check(String what, long expected, long actual) {
        if (expected != actual) {
            throw new IllegalStateException(what + " " + actual + " instead of " + expected);
        }
    }

    private void connection(int number) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.setTcpNoDelay(true);
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(socket.getInputStream(), 128));
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            servers.merge(in.readLong(), 1, Integer::sum);
            out.writeByte("EPB".charAt(number % 3));
            for (long next = 1; true; next++) {
                if (number % 3 == 0) {
                    LockSupport.parkNanos(ECHO_NANOS);
                    out.writeLong(next);
                }
                check("number", next, in.readLong());
                got(number);
            }
        }
    }

    /**
     * Datagrams may be lost, and overtake each other when the way changes; twice or of another
     * server is what an answer must not be.
     */
    private void datagrams(int number) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address);
            socket.setSoTimeout(ANSWER_MILLIS);
            DatagramPacket packet = new DatagramPacket(new byte[64], 64);
            char kind = number % 3 == 0 ? 'E' : 'P';
            long server = 0;
            BitSet seen = new BitSet();
            for (long next = 1; true; next++) {
                if (kind == 'E' || server == 0 || next % 10 == 0) {
                    byte[] question = ByteBuffer.allocate(9).put((byte) kind).putLong(next).array();
                    socket.send(new DatagramPacket(question, question.length));
                }
                try {
                    packet.setLength(64);
                    socket.receive(packet);
                } catch (SocketTimeoutException _) {
                    continue;
                }
                ByteBuffer answer = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                long from = answer.getLong();
                long value = answer.getLong();
                if (server == 0) {
                    server = from;
                    servers.merge(from, 1, Integer::sum);
                }
                check("server", server, from);
                if (seen.get((int) value)) {
                    throw new IllegalStateException("number " + value + " twice");
                }
                seen.set((int) value);
                got(number);
                if (kind == 'E') {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }
}
