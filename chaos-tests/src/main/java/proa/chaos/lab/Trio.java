package proa.chaos.lab;

import org.jspecify.annotations.Nullable;

import proa.chaos.report.Json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pair or trio of real balancers with its servers and clients' host: processes of the product,
 * started through the {@code proa} script, with certificates of {@code proa cert}. On a network of
 * namespaces, or on loopback addresses. {@link #close} ends all of it. Used by one thread at a
 * time.
 */
public final class Trio implements AutoCloseable {

    private static final Duration SERVERS_TIMEOUT = Duration.ofSeconds(20);

    /** What one walk through a folder has not seen the next one does. */
    private static final int WALKS_MAX = 10;

    private final TrioPlan plan;
    private final Path folder;
    private final @Nullable Lab lab;
    private final @Nullable Loopback loopback;
    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private final Place clientPlace;
    private final Map<String, String> environment = new LinkedHashMap<>(Launcher.ENVIRONMENT);
    private @Nullable LabProcess servers;
    private @Nullable LabProcess numbers;

    private Trio(TrioPlan plan, Path folder) {
        this.plan = plan;
        this.folder = folder;
        this.loopback = plan.loopback() ? Loopback.open() : null;
        this.lab = plan.loopback() ? null : Lab.open();
        this.clientPlace = lab == null ? places() : lab.host("client", plan.client() + "/24");
    }

    private Place places() {
        if (loopback == null) {
            throw new IllegalStateException("neither a lab nor loopback");
        }
        return loopback;
    }

    /**
     * Builds the network, writes the configuration and the certificates and starts the servers; no
     * balancer runs yet.
     *
     * @param folder an existing empty one, for files, logs and sockets; a short path
     */
    public static Trio open(TrioPlan plan, Path folder) {
        Trio trio = new Trio(plan, folder);
        try {
            trio.build();
            return trio;
        } catch (LabException e) {
            trio.close();
            throw e;
        }
    }

    private void build() {
        plan.nodeNames().forEach(this::addMachine);
        Place serverPlace = clientPlace;
        if (lab != null) {
            String[] addresses =
                    plan.servers().values().stream()
                            .map(address -> address + "/24")
                            .toArray(String[]::new);
            serverPlace = lab.host("servers", addresses);
            lab.host("client").ip("route add local " + plan.sourceNetwork() + " dev lo\n");
            if (plan.dualStack()) {
                add(lab.host("client"), List.of(plan.clientSix() + "/64"));
                ignoreRedirects(lab.host("client"));
                startNumbers(lab);
            }
        }
        startServers(serverPlace);
        makeCertificates();
    }

    private void addMachine(String name) {
        Place place = clientPlace;
        if (lab != null) {
            Host host = lab.host(name, plan.nodeAddress(name) + "/24");
            host.ip(
                    "route add "
                            + plan.sourceNetwork()
                            + " via "
                            + plan.client()
                            + "\nroute add default via "
                            + plan.client()
                            + "\n");
            if (plan.dualStack()) {
                add(host, plan.moreAddresses(name));
            }
            place = host;
        }
        Path config = folder.resolve(plan.loopback() ? name + ".conf" : "proa.conf");
        write(config, new TrioConfig(plan).text(name));
        Path own = folder.resolve(name);
        try {
            Files.createDirectories(own);
        } catch (IOException e) {
            throw new LabException("cannot make " + own, e);
        }
        machines.put(
                name, new Machine(name, place, plan.nodeAddress(name), config, own, environment));
    }

    /** Of use at once: nobody else in the lab has them. */
    private static void add(Host host, List<String> addresses) {
        for (String address : addresses) {
            String checked = address.contains(":") ? " nodad\n" : "\n";
            host.ip("address add " + address + " dev eth0" + checked);
        }
    }

    /**
     * All networks are on one switch: a balancer that forwards tells both sides of a shorter way.
     */
    private static void ignoreRedirects(Host host) {
        for (String network : List.of("all", "eth0")) {
            host.sysctl("net.ipv6.conf." + network + ".accept_redirects", "0");
            host.sysctl("net.ipv4.conf." + network + ".accept_redirects", "0");
        }
    }

    /** The server of connections that the kernel forwards; it routes by the group's gateway. */
    private void startNumbers(Lab where) {
        List<String> own = TrioPlan.numbersServer();
        Host host = where.host(TrioPlan.NUMBERS, own.getFirst() + "/24");
        add(host, List.of(own.getLast() + "/64"));
        ignoreRedirects(host);
        TrioPlan.numbersGateways()
                .forEach(gateway -> host.ip("route add default via " + gateway + "\n"));
        numbers =
                host.start(
                        TrioPlan.NUMBERS,
                        Launcher.command(
                                List.of("bench-l4-server", "--ports=" + TrioPlan.NUMBERS_PORT)),
                        folder.resolve("numbers.log"),
                        environment);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private void startServers(Place place) {
        List<String> arguments = new ArrayList<>(List.of("test-servers"));
        plan.servers()
                .forEach((name, address) -> arguments.add("--server=" + name + "=" + address));
        arguments.add("--http-port=" + TrioPlan.SERVER_HTTP_PORT);
        arguments.add("--echo-port=" + TrioPlan.SERVER_ECHO_PORT);
        servers =
                place.start(
                        "servers",
                        Launcher.command(arguments),
                        folder.resolve("servers.log"),
                        environment);
    }

    private void makeCertificates() {
        List<String> command = new ArrayList<>();
        command.add("env");
        Launcher.ENVIRONMENT.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(
                Launcher.command(
                        List.of(
                                "cert",
                                "cluster",
                                "--config=" + configFile(),
                                "--out=" + folder.resolve("certs"))));
        Shell.run(command);
    }

    /** The configuration file that all nodes share; on loopback the first node's. */
    public Path configFile() {
        return folder.resolve(plan.loopback() ? "lb1.conf" : "proa.conf");
    }

    /** Waits until the demo servers listen. */
    public void awaitServers() {
        awaitReady(servers);
        awaitReady(numbers);
    }

    private static void awaitReady(@Nullable LabProcess process) {
        if (process != null) {
            Await.until(
                    SERVERS_TIMEOUT,
                    () -> process.label() + " listens:\n" + process.lastLines(10),
                    () -> process.printed().contains("ready"));
        }
    }

    /** Its addresses and ports. */
    public TrioPlan plan() {
        return plan;
    }

    /** Holds every file, log and socket. */
    public Path folder() {
        return folder;
    }

    /** The network, for its faults; none on loopback. */
    public Optional<Lab> lab() {
        return Optional.ofNullable(lab);
    }

    /** Where clients and observers run. */
    public Place clientPlace() {
        return clientPlace;
    }

    /** All balancers. */
    public List<Machine> machines() {
        return List.copyOf(machines.values());
    }

    /** The balancer of that name. */
    public Machine machine(String name) {
        Machine machine = machines.get(name);
        if (machine == null) {
            throw new LabException("no machine " + name + " in the trio");
        }
        return machine;
    }

    /** All balancers but one. */
    public List<Machine> others(Machine machine) {
        return machines().stream().filter(other -> other != machine).toList();
    }

    /** The balancer with that hardware address. */
    public Optional<Machine> machineOf(String mac) {
        return machines().stream()
                .filter(machine -> machine.place() instanceof Host host && host.mac().equals(mac))
                .findFirst();
    }

    /** On loopback: the balancer that has bound a floating address, by the kernel's tables. */
    public Optional<Machine> binder(String vip) {
        return machines().stream()
                .filter(machine -> Loopback.listens(machine.node().pid(), vip, plan.httpPort()))
                .findFirst();
    }

    /**
     * Waits until every started balancer is ready.
     *
     * @throws LabException with the end of a log when one is not
     */
    public void awaitReady(Duration timeout, List<Machine> those) {
        for (Machine machine : those) {
            Await.until(
                    timeout,
                    () -> machine + " is ready:\n" + machine.node().lastLines(20),
                    machine::isReady);
        }
    }

    /**
     * Waits until every balancer is ready, sees every other one and holds all copies it should: the
     * next fault then finds the trio as the first one did.
     */
    public void awaitWhole(Duration timeout) {
        awaitReady(timeout, machines());
        for (Machine machine : machines()) {
            Await.until(
                    timeout,
                    () -> machine + " sees everybody: " + machine.status(),
                    () -> machine.status().filter(s -> s.whole(machines().size())).isPresent());
        }
    }

    /** What {@link #remove} needs to know about a trio that was left running. */
    public record Kept(String lab, List<Long> pids) {
        public Kept {
            pids = List.copyOf(pids);
        }
    }

    /** Leaves everything running when this process ends. */
    public Kept keep() {
        List<Long> pids = new ArrayList<>();
        if (lab != null) {
            lab.keep();
        } else if (loopback != null) {
            loopback.keep();
            for (Machine machine : machines()) {
                pids.add(machine.node().pid());
                pids.add(machine.vipd().pid());
            }
            Optional.ofNullable(servers).ifPresent(process -> pids.add(process.pid()));
        }
        Kept kept = new Kept(lab == null ? "" : lab.name(), pids);
        write(folder.resolve("kept.json"), Json.pretty(kept));
        return kept;
    }

    /**
     * Ends a trio that was left running, and removes its files.
     *
     * @param folder where it was found, {@linkplain OwnFolder this user's}
     */
    public static void remove(Path folder, Kept kept) {
        if (!kept.lab().isEmpty()) {
            Lab.remove(kept.lab());
        }
        for (long pid : kept.pids()) {
            ProcessHandle.of(pid)
                    .filter(process -> belongsTo(process, folder))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
        deleteTree(folder);
    }

    /** A process id may be somebody else's by now. */
    private static boolean belongsTo(ProcessHandle process, Path folder) {
        return process.info().commandLine().orElse("").contains(folder.toString())
                || process.info().commandLine().orElse("").contains("test-servers");
    }

    /** Ends every process and removes the network; the files stay. */
    @Override
    public void close() {
        if (lab != null) {
            lab.close();
        }
        if (loopback != null) {
            loopback.close();
        }
    }

    /** Deletes a folder and what is in it, also while who is just ending still writes there. */
    public static void deleteTree(Path folder) {
        Optional<IOException> trouble = delete(folder);
        for (int walks = 1; trouble.isPresent() && walks < WALKS_MAX; walks++) {
            trouble = delete(folder);
        }
        if (trouble.isPresent()) {
            IOException e = trouble.get();
            throw new LabException("cannot delete " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Optional<IOException> delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            return Optional.of(e);
        }
    }
}
