package proa.chaos.load;

import org.jspecify.annotations.Nullable;

import proa.chaos.load.LoadReport.Reads;
import proa.chaos.load.LoadReport.Writer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of the session store: each writes sessions of its own, and all of them write {@link
 * SharedRegisters} over each other. Some through the floating address, one through each node's own.
 * A write that breaks is written again (it sets a value, so twice is the same as once) until it is
 * acknowledged; only acknowledged writes are remembered, and each has to be readable ever after.
 */
final class SessionClients {

    private static final int EXPIRE_SECONDS = 3_600;

    /** After this they are not asked for: at the end of a read-back they have to be there yet. */
    private static final long ASKED_FOR_NANOS = TimeUnit.SECONDS.toNanos(EXPIRE_SECONDS - 600);

    /** Between two looks for sessions that are too old to be asked for. */
    private static final int SWEEP_EVERY = 10_000;

    private static final int VIP_WRITERS = 3;
    private static final double WRITES_PER_SECOND = 20;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int EXAMPLES_MAX = 5;

    /** Of sessions that a node does not hold itself it asks the others, one after the other. */
    private static final int READERS = 8;

    /** Sessions that are read back by one message. */
    private static final int AT_ONCE = 64;

    private final String keys = RunKeys.prefix();
    private final LoadPlan plan;
    private final Pace pace;
    private final int readTimeoutMillis;
    private final Map<String, Written> acknowledged = new ConcurrentHashMap<>();
    private final List<Client> clients = new ArrayList<>();
    private final SharedRegisters registers = new SharedRegisters();
    private final WrongReads wrongReads = new WrongReads();
    private final AtomicInteger fills = new AtomicInteger();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();

    /** What was written, when that began, and when it was acknowledged. */
    private record Written(String value, long nanos, long acknowledgedNanos) {}

    SessionClients(LoadPlan plan, Pace pace) {
        this(plan, pace, RespConnection.READ_TIMEOUT_MILLIS);
    }

    /**
     * @param readTimeoutMillis an answer is waited for no longer than that
     */
    SessionClients(LoadPlan plan, Pace pace, int readTimeoutMillis) {
        this.plan = plan;
        this.pace = pace;
        this.readTimeoutMillis = readTimeoutMillis;
    }

    /** Writes so many sessions through the floating address; how many were not acknowledged. */
    int fill(int count) {
        if (plan.ports().sessions() == 0) {
            return 0;
        }
        // A key that an earlier fill has written has that one's value until this one is
        // acknowledged.
        String filled = keys + "fill" + fills.incrementAndGet() + ":";
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Parallel.run(
                8,
                worker -> {
                    try (Client client = new Client("vip", "fill" + worker, vip())) {
                        for (int at = next.getAndIncrement();
                                at < count && failed.get() < 10;
                                at = next.getAndIncrement()) {
                            if (!client.write(filled + at)) {
                                failed.incrementAndGet();
                                lastError = client.lastError;
                            }
                        }
                    }
                });
        return failed.get();
    }

    private volatile String lastError = "";

    /** The last trouble of a fill. */
    String lastError() {
        return lastError;
    }

    private InetSocketAddress vip() {
        return plan.vip(plan.ports().sessions());
    }

    /** How many writes have been acknowledged. */
    int acknowledged() {
        return acknowledged.size();
    }

    /** Acknowledged sessions are no longer asked for. */
    void forget() {
        acknowledged.clear();
        registers.forget();
        wrongReads.forget();
    }

    /**
     * Whether what all of them wrote over each other was seen as it should, and what each wrote
     * alone whenever it was read beside that.
     */
    LoadReport.Registers registers() {
        return wrongReads.with(registers.judge());
    }

    /** The same; the history begins anew. */
    LoadReport.Registers registersSoFar() {
        LoadReport.Registers soFar = wrongReads.with(registers.judgeAndForget());
        wrongReads.forget();
        return soFar;
    }

    /** Sessions end after their time, in a long run while it goes on. */
    void sweep(long nowNanos) {
        acknowledged.values().removeIf(each -> nowNanos - each.nanos > ASKED_FOR_NANOS);
    }

    void start() {
        if (plan.ports().sessions() == 0) {
            return;
        }
        for (int number = 0; number < VIP_WRITERS; number++) {
            start(new Client("vip", "vip" + number, vip()), number);
        }
        for (String node : plan.hasSessions() ? plan.nodes().keySet() : Set.<String>of()) {
            start(
                    new Client(node, node, plan.node(node, plan.ports().nodeSessions())),
                    clients.size());
        }
    }

    private void start(Client client, int number) {
        clients.add(client);
        pace.run("sessions-" + client.name, WRITES_PER_SECOND, number * 0.007, client::act);
    }

    /** Counts errors and waits anew, from then on. */
    void fault(long nanos) {
        clients.forEach(client -> client.fault(nanos));
    }

    List<Writer> writers() {
        return clients.stream().map(Client::report).toList();
    }

    Reads reads() {
        return new Reads(reads.get(), wrong.get());
    }

    /**
     * Reads every acknowledged session through one node.
     *
     * @param examples gets a few of the lost ones
     * @return of those that were answered, the lost ones are wrong
     */
    Back readBack(String node, List<String> examples) {
        if (!plan.hasSessions()) {
            return Back.NOTHING;
        }
        sweep(System.nanoTime());
        Map<String, Written> expected = Map.copyOf(acknowledged);
        List<String> all = List.copyOf(expected.keySet());
        AtomicInteger next = new AtomicInteger();
        Back.Count count = new Back.Count();
        InetSocketAddress target = plan.node(node, plan.ports().nodeSessions());
        Parallel.run(
                READERS,
                worker -> {
                    try (Client client = new Client(node, "read" + worker, target)) {
                        for (int from = next.getAndAdd(AT_ONCE);
                                from < all.size();
                                from = next.getAndAdd(AT_ONCE)) {
                            List<String> keys =
                                    all.subList(from, Math.min(all.size(), from + AT_ONCE));
                            client.compare(keys, expected, count, examples);
                        }
                    }
                });
        return count.of(all.size());
    }

    static void note(List<String> examples, String example) {
        synchronized (examples) {
            if (examples.size() < EXAMPLES_MAX) {
                examples.add(example);
            }
        }
    }

    private final class Client implements AutoCloseable {
        private final String target;
        private final String name;
        private final InetSocketAddress address;
        private @Nullable RespConnection connection;
        private long number;
        private volatile long faultNanos = Long.MAX_VALUE;
        private final AtomicLong confirmed = new AtomicLong();
        private final AtomicLong errors = new AtomicLong();
        private final AtomicLong gaveUp = new AtomicLong();
        private volatile long waitMaxNanos;
        private volatile long waitedAtNanos;

        /** When the write began that is not acknowledged yet, if there is one. */
        private volatile long pendingNanos;

        private volatile boolean pending;
        private volatile String lastError = "";

        Client(String target, String name, InetSocketAddress address) {
            this.target = target;
            this.name = name;
            this.address = address;
        }

        void fault(long nanos) {
            faultNanos = nanos;
            errors.set(0);
            gaveUp.set(0);
            waitMaxNanos = 0;
            waitedAtNanos = 0;
            lastError = "";
        }

        /** A new session, a look at an old one, and a turn at a shared one. */
        void act() {
            write(keys + name + ":" + number++);
            List<Map.Entry<String, Written>> some =
                    acknowledged.entrySet().stream()
                            .skip(ThreadLocalRandom.current().nextInt(50))
                            .limit(1)
                            .toList();
            for (Map.Entry<String, Written> session : some) {
                check(session.getKey(), session.getValue());
            }
            if (number % SWEEP_EVERY == 0) {
                sweep(System.nanoTime());
            }
            try {
                registers.turn(name, target, connected());
            } catch (IOException e) {
                broke(e);
            }
        }

        private void check(String key, Written written) {
            try {
                RespConnection current = connection;
                long begun = System.nanoTime();
                if (current != null && begun - written.nanos < ASKED_FOR_NANOS) {
                    String read = current.get(key);
                    reads.incrementAndGet();
                    if (!read.equals(written.value)) {
                        wrong.incrementAndGet();
                        wrongReads.add(
                                key,
                                target,
                                read,
                                begun,
                                System.nanoTime(),
                                written.value,
                                written.nanos,
                                written.acknowledgedNanos);
                    }
                }
            } catch (IOException e) {
                broke(e);
            }
        }

        boolean write(String key) {
            long begun = System.nanoTime();
            pendingNanos = begun;
            pending = true;
            boolean written = write(key, begun);
            pending = false;
            return written;
        }

        private boolean write(String key, long begun) {
            String value = "value-of-" + key + "-by-" + name;
            while (System.nanoTime() - begun < GIVE_UP_NANOS) {
                try {
                    connected().set(key, value, EXPIRE_SECONDS);
                    long now = System.nanoTime();
                    acknowledged.put(key, new Written(value, begun, now));
                    confirmed.incrementAndGet();
                    if (now > faultNanos && now - begun > waitMaxNanos) {
                        waitMaxNanos = now - begun;
                        waitedAtNanos = begun;
                    }
                    return true;
                } catch (IOException e) {
                    broke(e);
                    if (!pace.isOpen()) {
                        return false;
                    }
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
            gaveUp.incrementAndGet();
            return false;
        }

        /** Asks for all at once, and for each alone if that breaks. */
        void compare(
                List<String> keys,
                Map<String, Written> expected,
                Back.Count count,
                List<String> examples) {
            List<String> found = List.of();
            if (count.isAnswered()) {
                try {
                    found = connected().get(keys);
                } catch (IOException e) {
                    broke(e);
                }
            }
            for (int at = 0; at < keys.size(); at++) {
                String key = keys.get(at);
                if (found.isEmpty() && count.skip()) {
                    continue;
                }
                try {
                    String value = found.isEmpty() ? read(key) : found.get(at);
                    Written written = expected.get(key);
                    if (written == null || !written.value().equals(value)) {
                        count.wrong();
                        note(examples, key + ": " + value);
                    }
                } catch (IOException e) {
                    count.failed(e);
                    note(examples, key + ": unreadable: " + Pace.why(e));
                }
            }
        }

        private String read(String key) throws IOException {
            return Insistence.on(() -> connected().get(key), this::broke);
        }

        private RespConnection connected() throws IOException {
            RespConnection current = connection;
            if (current == null) {
                current = RespConnection.open(address, readTimeoutMillis);
                connection = current;
            }
            return current;
        }

        private void broke(IOException e) {
            if (!(e instanceof RespConnection.ErrorReply)) {
                close();
            }
            if (System.nanoTime() > faultNanos) {
                errors.incrementAndGet();
            }
            lastError = Pace.why(e);
        }

        /** One that waits yet has waited for as long at least. */
        Writer report() {
            long now = System.nanoTime();
            long begun = pendingNanos;
            long waits = pending && now > faultNanos ? now - begun : 0;
            boolean longest = waits > waitMaxNanos;
            return new Writer(
                    target,
                    confirmed.get(),
                    errors.get(),
                    lastError,
                    (longest ? waits : waitMaxNanos) / 1e6,
                    longest ? begun : waitedAtNanos,
                    gaveUp.get());
        }

        @Override
        public void close() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }
}
