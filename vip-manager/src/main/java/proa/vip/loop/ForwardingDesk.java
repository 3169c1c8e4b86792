package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.ProaConfig;
import proa.vip.forwarding.Counters;
import proa.vip.forwarding.Counters.Count;
import proa.vip.forwarding.Counters.Counting;
import proa.vip.forwarding.Exit;
import proa.vip.forwarding.Filling;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.forwarding.Value;
import proa.vip.linux.ChangedSettings;
import proa.vip.linux.ConnectionTracking;
import proa.vip.linux.ForwardingTables;
import proa.vip.linux.Interfaces;
import proa.vip.linux.NftProgram;
import proa.vip.linux.Sysctl;
import proa.vip.message.MeshMessage;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The kernel's forwarding on this host: the rules are there before any address is, and a thread of
 * its own keeps them. It puts changes into the maps, makes tables again that somebody has removed,
 * forgets connections of groups that are elsewhere, replicates some of its own, and reads the
 * counters. The tables stay when this process ends.
 *
 * <p>What is not private, beside {@link #open} and {@link #close}, may be called by any thread and
 * returns at once.
 */
final class ForwardingDesk implements AutoCloseable {

    /** What the rules do not forward meanwhile is refused by this host. */
    private static final long WATCH_MILLIS = 50;

    /** From one look at the counters to the next. */
    private static final long COUNT_NANOS = 500_000_000L;

    private static final long RETRY_NANOS = 1_000_000_000L;

    /** Orders that wait for this thread before peers' messages are left out: 3 MB of these. */
    private static final int HEARD_MAX = 256;

    private final List<RuleSet> rules;
    private final ForwardingTables tables;
    private final Journal journal;
    private final MapFiller maps;
    private final OutwardFiller outward;
    private final ConnectionTracking tracking;
    private final Replication replication;
    private final DeadServers dead;
    private final BlockingQueue<Order> queue = new LinkedBlockingQueue<>();
    private final Set<String> forgotten = new LinkedHashSet<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("forwarding").unstarted(this::run);
    private volatile List<Counters.Traffic> traffic = List.of();
    private long countNanos = System.nanoTime();
    private long retryNanos = countNanos;

    /** What the loop asks of the thread. */
    private sealed interface Order {

        /** These servers take new connections. */
        record Wanted(Service service, Set<String> servers) implements Order {}

        /** These servers are down. */
        record Down(String frontend, Set<String> servers) implements Order {}

        /** The connections of this group are somebody else's now. */
        record Forget(String group) implements Order {}

        /** Somebody owns a group. */
        record Owned(String group, boolean ours, long term) implements Order {}

        /** A peer is there, which may have missed something. */
        record Connected() implements Order {}

        /** A peer says what it owns. */
        record Heard(MeshMessage.Connections said) implements Order {}
    }

    /** Before its thread runs. */
    ForwardingDesk(
            List<RuleSet> rules,
            ForwardingTables tables,
            ConnectionTracking tracking,
            Journal journal) {
        this.rules = rules;
        this.tables = tables;
        this.tracking = tracking;
        this.journal = journal;
        this.replication = new Replication(rules, tracking, journal, System.nanoTime());
        this.maps = new MapFiller(tables::fill, this::installed, rules);
        this.dead =
                new DeadServers(
                        rules, maps::isFilled, tables::silence, tracking::list, tracking::remove);
        this.outward = new OutwardFiller(tables::translate);
    }

    /**
     * Makes the rules that the file asks for, or takes over those of an earlier life that are just
     * so, and removes what it does not ask for. Call it from a thread that is not real-time.
     *
     * @throws IOException when the kernel or the program refuses
     */
    static ForwardingDesk open(
            ProaConfig config, Collection<Ground> grounds, ChangedSettings changed, Journal journal)
            throws IOException {
        List<Service> services = Service.of(config);
        checkSynProxy(services);
        List<Exit> exits = new ArrayList<>();
        for (Ground ground : grounds) {
            exits.addAll(ground.exits());
        }
        List<RuleSet> rules = new ArrayList<>();
        String cluster = config.cluster().name();
        Opened opened = new Opened();
        try {
            ForwardingTables tables = ForwardingTables.open(RuleSet.tableName(cluster));
            opened.add(tables::close);
            ConnectionTracking tracking = ConnectionTracking.open();
            opened.add(tracking::close);
            for (boolean six : new boolean[] {false, true}) {
                RuleSet.of(six, cluster, services, exits).ifPresent(rules::add);
                if (rules.stream().noneMatch(each -> each.six() == six) && tables.has(six)) {
                    tables.remove(six);
                }
            }
            ForwardingDesk desk = new ForwardingDesk(rules, tables, tracking, journal);
            for (RuleSet each : rules) {
                desk.begin(each);
            }
            desk.prepareHost(grounds, changed);
            if (!rules.isEmpty()) {
                desk.thread.start();
            }
            return desk;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Servers of {@code forwarding = dsr} in no network of this host, a line for the operator each:
     * a router between here and a server would bring the packet back to its address's owner.
     */
    static List<String> unreached(List<Service> services) throws IOException {
        List<String> reasons = new ArrayList<>();
        for (Service service : services) {
            if (service.forwarding() != Forwarding.DSR) {
                continue;
            }
            for (Server server : service.servers()) {
                InetAddress address = server.address().getAddress();
                if (Interfaces.bySubnet(address).isEmpty()) {
                    reasons.add(
                            "frontend "
                                    + service.frontend()
                                    + ": server "
                                    + server.name()
                                    + ", "
                                    + address.getHostAddress()
                                    + ", is in no network of this host, which `forwarding = dsr`"
                                    + " needs");
                }
            }
        }
        return reasons;
    }

    private static void checkSynProxy(List<Service> services) throws IOException {
        Optional<Service> guarded =
                services.stream().filter(service -> service.synProxy().isPresent()).findFirst();
        if (guarded.isPresent()) {
            try {
                NftProgram.run(RuleSet.SYN_PROXY_PROBE);
            } catch (IOException e) {
                throw new Refusal(
                        "frontend "
                                + guarded.get().frontend()
                                + ": `syn-proxy` needs the kernel's module nft_synproxy: "
                                + e.getMessage());
            }
        }
    }

    private void begin(RuleSet each) throws IOException {
        if (tables.has(each.six(), each.marker())) {
            journal.info("forwarding: the rules of before are as wanted, table " + each.address());
            maps.found(each);
            dead.begun(each);
            outward.begun(each);
            outward.fill(each);
        } else {
            try {
                make(each);
            } catch (IOException e) {
                throw new IOException(
                        "the rules of table "
                                + each.address()
                                + " cannot be made; forwarding needs nftables with nat, hash, dup"
                                + " and counters of elements: "
                                + e.getMessage(),
                        e);
            }
        }
    }

    /** Maps are filled by messages of our own: text of thousands of buckets takes nft too long. */
    private void make(RuleSet each) throws IOException {
        NftProgram.run(each.replace());
        maps.emptied(each);
        dead.begun(each);
        outward.begun(each);
        outward.fill(each);
        maps.fill(each, false);
        tables.mark(each.six(), each.marker());
    }

    private void prepareHost(Collection<Ground> grounds, ChangedSettings changed)
            throws IOException {
        List<RuleSet> forwarding = rules.stream().filter(RuleSet::forwards).toList();
        for (RuleSet each : forwarding) {
            Sysctl.forward(each.six(), changed);
        }
        if (!forwarding.isEmpty()) {
            Sysctl.trackLiberally(changed);
            for (Ground ground : grounds) {
                for (Ground.Place place : ground.places()) {
                    Sysctl.sendNoRedirects(place.device().name(), changed);
                }
            }
        }
    }

    /** From now on these servers of a service take new connections; others keep what they have. */
    void forward(Service service, Set<String> servers) {
        order(new Order.Wanted(service, servers));
    }

    /** These servers of a frontend are down: who sends them datagrams is sent elsewhere. */
    void down(String frontend, Set<String> servers) {
        order(new Order.Down(frontend, servers));
    }

    /** The group has been elsewhere for a while: its connections are forgotten here. */
    void forget(String group) {
        order(new Order.Forget(group));
    }

    /** Somebody owns a group, this node or another. */
    void owned(String group, boolean ours, long term) {
        order(new Order.Owned(group, ours, term));
    }

    /**
     * What this host owns is told by {@code say} from now on.
     *
     * @param say tells all peers; must not block
     */
    void speakBy(Consumer<MeshMessage> say) {
        replication.speakBy(say);
    }

    /** A peer is there, which may have missed what was said. */
    void connected() {
        order(new Order.Connected());
    }

    /** A peer says what it owns. */
    void heard(MeshMessage.Connections said) {
        if (queue.size() < HEARD_MAX) {
            order(new Order.Heard(said));
        } else {
            replication.missed();
        }
    }

    /** Without rules there is no thread, and nothing to be done. */
    private void order(Order order) {
        if (!rules.isEmpty()) {
            queue.add(order);
        }
    }

    /** Orders that wait for the thread. */
    int waiting() {
        return queue.size();
    }

    /** Groups whose connections are still to be forgotten; of the thread alone. */
    Set<String> forgotten() {
        return forgotten;
    }

    /** Connections that the tables do not lead to, of each frontend that replicates them. */
    Map<String, Counted> replicated() {
        return replication.counted();
    }

    /** What the kernel had counted within the last seconds. */
    List<Counters.Traffic> traffic() {
        return traffic;
    }

    private void run() {
        try {
            while (true) {
                turn(queue.poll(WATCH_MILLIS, TimeUnit.MILLISECONDS));
            }
        } catch (InterruptedException _) {
            closeAll();
        }
    }

    /** Whatever fails, the thread goes on: nobody else keeps the rules. */
    private void turn(@Nullable Order first) {
        try {
            take(first);
            long now = System.nanoTime();
            if (now - retryNanos >= 0) {
                work(now);
            }
        } catch (IOException | RuntimeException | Error e) {
            journal.alarm("forwarding: " + Attempts.why(e));
            retryNanos = System.nanoTime() + RETRY_NANOS;
        }
    }

    /** What the kernel refuses of one part holds up no other. */
    private void work(long now) throws IOException {
        Attempts parts = new Attempts();
        parts.make(this::restore);
        parts.make(this::fill);
        parts.make(this::forget);
        parts.make(() -> replication.turn(now));
        parts.make(() -> dead.turn(now)); // after what peers told: that may be of these servers
        parts.make(tracking::flush);
        if (now - countNanos >= 0) {
            countNanos = now + COUNT_NANOS;
            parts.make(this::count);
        }
        parts.end();
    }

    /** Heeds all orders that wait; the thread's, or anybody's before it runs. */
    void heed() {
        take(queue.poll());
    }

    private void take(@Nullable Order first) {
        Order order = first;
        while (order != null) {
            switch (order) {
                case Order.Wanted(Service service, Set<String> servers) ->
                        maps.want(service, servers);
                case Order.Down(String frontend, Set<String> servers) ->
                        dead.down(frontend, servers);
                case Order.Forget(String group) -> forgotten.add(group);
                case Order.Owned(String group, boolean ours, long term) -> {
                    if (ours) {
                        forgotten.remove(group); // it is back before that was done
                    }
                    outward.owner(group, ours);
                    dead.owner(group, ours);
                    replication.owner(group, ours, term, System.nanoTime());
                }
                case Order.Connected() -> replication.connected(System.nanoTime());
                case Order.Heard(MeshMessage.Connections said) -> replication.heard(said);
            }
            order = queue.poll();
        }
    }

    private void forget() throws IOException {
        for (String group : List.copyOf(forgotten)) {
            OptionalInt mark =
                    rules.stream().flatMapToInt(each -> each.mark(group).stream()).findFirst();
            if (mark.isPresent()) {
                tracking.forget(mark.getAsInt());
                replication.forgotten(group);
            }
            forgotten.remove(group);
        }
    }

    private void restore() throws IOException {
        for (RuleSet each : rules) {
            if (!tables.has(each.six())) {
                make(each);
                journal.alarm("somebody removed the table " + each.address() + ": made again");
            }
        }
    }

    private void fill() throws IOException {
        Attempts all = new Attempts();
        for (RuleSet each : rules) {
            all.make(() -> outward.fill(each));
        }
        for (RuleSet each : rules) {
            all.make(() -> maps.fill(each, true));
        }
        all.end();
    }

    private void installed(Filling filling, Set<String> servers, boolean news) {
        dead.installed();
        replication.installed(filling.service(), filling.buckets(), System.nanoTime());
        if (news) {
            journal.info("forwarding: " + filling.service().frontend() + " to " + servers);
        }
    }

    private void count() throws IOException {
        Map<String, Map<Value, Count>> counted = new HashMap<>();
        for (RuleSet each : rules) {
            for (Counting counting : each.counters()) {
                counted.put(counting.set(), tables.count(each.six(), counting));
            }
        }
        traffic = Counters.of(maps.services(), counted);
    }

    @Override
    public void close() {
        if (thread.isAlive()) {
            thread.interrupt();
        } else {
            closeAll();
        }
    }

    private void closeAll() {
        tracking.close();
        tables.close();
    }
}
