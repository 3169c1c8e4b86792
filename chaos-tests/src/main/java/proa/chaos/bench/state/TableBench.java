package proa.chaos.bench.state;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.tables.TableKey;
import proa.node.admin.JsonReader;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * What a replicated table costs: two members over mutual TLS in one process, which is also the
 * generator, so that both and it share the cores. What is seen on the second is measured there.
 */
final class TableBench {

    /** At which the promise of lag is made. */
    private static final int UPDATES_PER_SECOND = 50_000;

    private static final double LAG_P99_MILLIS = 12;
    private static final double SATURATED_PER_SECOND = 500_000;
    private static final double TRANSFER_SECONDS = 1.2;
    private static final double ENTRY_BYTES = 64;
    private static final double LOOKUP_NANOS = 300;

    /** Queues and clocks aside, nothing at all. */
    private static final double LOOKUP_BYTES = 0.01;

    /** Nearly all that a log keeps. */
    private static final long LOG_BYTES = 4_000_000;

    private static final int LOOKUP_PARTS = 2_000;
    private static final int LOOKUPS_AT_ONCE = 1_000;
    private static final int COLLECTIONS = 4;
    private static final long MILLI_NANOS = 1_000_000;
    private static final long PROBE_NANOS = 3_700_000;
    private static final long LOOK_NANOS = 50_000;
    private static final int STEP = 7_919;

    /** Updates that may wait to be sent before the generator waits for them. */
    private static final long AHEAD_MAX = 100_000;

    private static final OperatingSystemMXBean MACHINE =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final int entries;
    private final int seconds;
    private final PrintStream progress;

    /** Changes so far, so that each is one: of every key in turn, to another server each time. */
    private long changes;

    /**
     * @param entries of the table that is transferred and looked into
     * @param seconds of updates at a fixed rate, and as many as fast as they go
     */
    TableBench(int entries, int seconds, PrintStream progress) {
        this.entries = entries;
        this.seconds = seconds;
        this.progress = progress;
    }

    /** All of it. */
    List<TableFigure> measure() throws IOException {
        List<TableFigure> found = new ArrayList<>();
        try (TablePair pair = new TablePair(entries)) {
            Member first = pair.start();
            found.addAll(alone(first));
            found.addAll(transfer(pair));
            Member second = pair.second();
            paced(first, UPDATES_PER_SECOND); // what is compiled on the way is no part of it
            found.addAll(lag(first, second));
            found.add(saturated(first, second));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        found.forEach(each -> progress.println(StateTable.of(each)));
        return found;
    }

    private List<TableFigure> alone(Member first) throws IOException {
        SharedTable clients = TablePair.clients(first);
        fillLog(first);
        List<TableFigure> found = new ArrayList<>(List.of(memory(first, clients)));
        found.addAll(lookups(clients));
        return found;
    }

    /** What is kept for members that miss some has a size of its own, and is no part of entries. */
    private static void fillLog(Member first) {
        SharedTable probes = first.table(TablePair.PROBES);
        for (int round = 0; replicated(first, "logBytes") < LOG_BYTES; round++) {
            for (int number = 0; number < TablePair.PROBE_KEYS; number++) {
                probes.stick(TablePair.key(number), round % 2 == 0 ? "web2" : "web3");
            }
            LockSupport.parkNanos(MILLI_NANOS);
        }
    }

    private TableFigure memory(Member first, SharedTable clients) throws IOException {
        long sent = sent(first);
        TableKey[] keys = new TableKey[entries];
        Arrays.setAll(keys, TablePair::key);
        try {
            long before = usedBytes();
            for (TableKey key : keys) {
                clients.stick(key, "web1");
            }
            TablePair.await("what waits to be sent", () -> sent(first) - sent >= entries);
            double bytes = (usedBytes() - before) / (double) entries;
            return TableFigure.atMost("table-entry", bytes, "bytes", ENTRY_BYTES);
        } finally {
            Reference.reachabilityFence(keys);
        }
    }

    /** After collections enough that nothing unreachable is left to count. */
    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int n = 0; n < COLLECTIONS; n++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    /**
     * Of every key in an order that no cache knows. A request's key has just been made of its head,
     * so keys are made some at a time before those are looked up. The median of such parts is told:
     * each is shorter than a turn on a processor, so that others' turns are no part of it.
     */
    private List<TableFigure> lookups(SharedTable clients) {
        TableKey[] keys = new TableKey[LOOKUPS_AT_ONCE];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] nanos = new double[LOOKUP_PARTS];
        long least = Long.MAX_VALUE;
        long hits = 0;
        for (int part = 0; part < 2 * LOOKUP_PARTS; part++) { // the first half is compiled
            for (int at = 0; at < keys.length; at++) {
                long number = (long) part * keys.length + at;
                keys[at] = TablePair.key((int) (number * STEP % entries));
            }
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (TableKey key : keys) {
                hits += clients.server(key) == null ? 0 : 1;
            }
            nanos[part % LOOKUP_PARTS] = (System.nanoTime() - start) / (double) keys.length;
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - allocated);
        }
        if (hits != 2L * LOOKUP_PARTS * keys.length) {
            throw new IllegalStateException(hits + " found");
        }
        Arrays.sort(nanos);
        double bytes = least / (double) keys.length;
        return List.of(
                TableFigure.atMost("table-lookup", nanos[LOOKUP_PARTS / 2], "ns", LOOKUP_NANOS),
                TableFigure.atMost("table-lookup-allocation", bytes, "bytes", LOOKUP_BYTES));
    }

    /** From the moment at which the second sees the first until it has everything. */
    private List<TableFigure> transfer(TablePair pair)
            throws IOException, GeneralSecurityException {
        Member second = pair.start();
        TablePair.await("a second member", () -> second.view().members().size() == 2);
        long start = System.nanoTime();
        long used = MACHINE.getProcessCpuTime();
        TablePair.await(
                "everything",
                () -> second.synchronised() && TablePair.clients(second).size() >= entries);
        double took = (System.nanoTime() - start) / 1e9;
        double cpu = (MACHINE.getProcessCpuTime() - used) / 1e9;
        return List.of(
                TableFigure.atMost("table-transfer", took, "s", TRANSFER_SECONDS),
                TableFigure.found("table-transfer-cpu", cpu, "s, both members"));
    }

    /** Changes keys for as long as it is to last, so many a second. */
    private void paced(Member member, int perSecond) {
        SharedTable clients = TablePair.clients(member);
        long start = System.nanoTime();
        long lasts = TimeUnit.SECONDS.toNanos(seconds);
        long sent = 0;
        for (long now = start; now - start < lasts; now = System.nanoTime()) {
            long due = (now - start) * perSecond / TimeUnit.SECONDS.toNanos(1);
            for (; sent < due; sent++) {
                change(clients);
            }
            LockSupport.parkNanos(MILLI_NANOS);
        }
    }

    private void change(SharedTable clients) {
        boolean odd = changes / entries % 2 != 0;
        clients.stick(TablePair.key((int) (changes % entries)), odd ? "web2" : "web3");
        changes++;
    }

    private List<TableFigure> lag(Member first, Member second) throws IOException {
        AtomicBoolean ended = new AtomicBoolean();
        Lags lags = new Lags(PROBE_NANOS / 1e6);
        Thread probing =
                Thread.ofPlatform().name("probes").start(() -> probe(first, second, ended, lags));
        paced(first, UPDATES_PER_SECOND);
        ended.set(true);
        try {
            probing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (lags.isEmpty()) {
            throw new IOException("nothing arrived");
        }
        return List.of(
                TableFigure.found("table-lag-median", lags.at(0.50), "ms"),
                TableFigure.atMost("table-lag", lags.at(0.99), "ms", LAG_P99_MILLIS));
    }

    /** One after the other: counts on the first, looks at the second until it is there. */
    private static void probe(Member first, Member second, AtomicBoolean ended, Lags lags) {
        SharedTable from = first.table(TablePair.PROBES);
        SharedTable to = second.table(TablePair.PROBES);
        for (int number = 0; !ended.get(); number++) {
            TableKey key = TablePair.key(number % TablePair.PROBE_KEYS);
            long wanted = from.add(key, 0, 1);
            long start = System.nanoTime();
            while (to.rate(key, 0) < wanted && !ended.get()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            lags.add((System.nanoTime() - start) / 1e6);
            LockSupport.parkNanos(PROBE_NANOS);
        }
    }

    /** As fast as the second takes them; what changes twice before it is sent counts once. */
    private TableFigure saturated(Member first, Member second) {
        SharedTable clients = TablePair.clients(first);
        long before = received(second);
        long start = System.nanoTime();
        long lasts = TimeUnit.SECONDS.toNanos(seconds);
        for (long number = 0; System.nanoTime() - start < lasts; number++) {
            change(clients);
            if (number % 1_000 == 0) {
                while (before + number - received(second) > AHEAD_MAX
                        && System.nanoTime() - start < lasts) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
        }
        double perSecond = (received(second) - before) / ((System.nanoTime() - start) / 1e9);
        return TableFigure.atLeast("table-updates", perSecond, "/s", SATURATED_PER_SECOND);
    }

    private static long received(Member member) {
        return replicated(member, "entriesReceived");
    }

    private static long sent(Member member) {
        return replicated(member, "entriesSent");
    }

    private static long replicated(Member member, String word) {
        if (JsonReader.read(member.statusJson()) instanceof Map<?, ?> status
                && status.get("replication") instanceof Map<?, ?> replication
                && replication.get(word) instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException("the status does not say " + word);
    }
}
