package proa.chaos.bench.failover;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Place;
import proa.chaos.lab.VipdStatus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A pair of ours that shares many groups, all preferred by the same node, with one server and the
 * clients' host. Used by one thread.
 */
final class GroupsLab implements AutoCloseable {

    /** As many groups as a large appliance has traffic groups. */
    static final int GROUPS = 20;

    /** Addresses of each. */
    static final int EACH = 10;

    private static final String SERVER = "10.77.0.21";
    private static final String CLIENT = "10.77.0.1";

    /** Where probes come from: beside the clients' own network, so that they never run out. */
    private static final String SOURCES = "10.99.0.0/16";

    private static final int SERVER_PORT = 8080;
    private static final Duration START_MAX = Duration.ofMinutes(2);

    private final Lab lab;
    private final Path folder;
    private final Host client;
    private final List<Machine> machines = new ArrayList<>();

    private GroupsLab(Lab lab, Path folder) {
        this.lab = lab;
        this.folder = folder;
        this.client = lab.host("client", CLIENT + "/16");
    }

    /**
     * Builds it and starts all of it.
     *
     * @param folder an existing empty one
     * @param interval between advertisements
     */
    static GroupsLab open(Path folder, Duration interval) throws IOException {
        GroupsLab made = new GroupsLab(Lab.open(), folder);
        try {
            made.client.ip("route add local " + SOURCES + " dev lo\n");
            made.server();
            made.balancers(interval);
            return made;
        } catch (IOException | LabException e) {
            made.close();
            throw e;
        }
    }

    private void server() {
        Host host = lab.host("server", SERVER + "/16");
        LabProcess server =
                host.start(
                        "server",
                        Launcher.command(
                                List.of(
                                        "test-servers",
                                        "--server=web=" + SERVER,
                                        "--http-port=" + SERVER_PORT,
                                        "--echo-port=7000")),
                        folder.resolve("server.log"),
                        Launcher.ENVIRONMENT);
        Await.until(
                START_MAX,
                () -> "the server listens:\n" + server.lastLines(10),
                () -> server.printed().contains("ready"));
    }

    private void balancers(Duration interval) throws IOException {
        Path file = Files.writeString(folder.resolve("proa.conf"), configuration(interval));
        for (int number = 1; number <= 2; number++) {
            String name = "lb" + number;
            String address = "10.77.0.1" + number;
            Host host = lab.host(name, address + "/16");
            host.ip("route add " + SOURCES + " via " + CLIENT + "\n");
            Path own = Files.createDirectories(folder.resolve(name));
            machines.add(new Machine(name, host, address, file, own, Launcher.ENVIRONMENT));
        }
        machines.forEach(Machine::start);
    }

    static String configuration(Duration interval) {
        return """
        schema = 1
        cluster {
          name = groups, timing = lab, insecure = true
          nodes { lb1 { id = 1, addresses = ["10.77.0.11"] }, lb2 { id = 2, addresses = ["10.77.0.12"] } }
        }
        groups {
        %s}
        frontends {
        %s}
        backends { shop { servers = [ { name = web, address = "%s:%d" } ] } }
        """
                .formatted(
                        each(group -> group(group, interval)),
                        each(GroupsLab::frontend),
                        SERVER,
                        SERVER_PORT);
    }

    private static String each(java.util.function.IntFunction<String> text) {
        return IntStream.range(0, GROUPS).mapToObj(text).collect(Collectors.joining());
    }

    private static String group(int group, Duration interval) {
        String vips =
                IntStream.range(0, EACH)
                        .mapToObj(place -> "v" + place + " = \"" + address(group, place) + "\"")
                        .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "  g%d { vrid = %d, prefer = [lb1, lb2], failback = never, vips { %s }, track {"
                        + " gateway = \"%s\" }, vrrp { advert-interval = %dms } }%n",
                group,
                group + 1,
                vips,
                CLIENT,
                interval.toMillis());
    }

    /** One address of each group serves, the one that is added last. */
    private static String frontend(int group) {
        return String.format(
                Locale.ROOT,
                "  f%1$d { bind { group = g%1$d, vip = v%2$d, port = %3$d }, mode = http, backend ="
                        + " shop }%n",
                group,
                EACH - 1,
                Trial.PORT);
    }

    private static String address(int group, int place) {
        return "10.77.1." + (EACH * group + place + 1);
    }

    /** The address of each group that serves. */
    static List<String> served() {
        return IntStream.range(0, GROUPS).mapToObj(group -> address(group, EACH - 1)).toList();
    }

    /** Every floating address. */
    static List<String> addresses() {
        return IntStream.range(0, GROUPS * EACH)
                .mapToObj(number -> address(number / EACH, number % EACH))
                .toList();
    }

    /** Where probes come from. */
    Place clientPlace() {
        return client;
    }

    /** Waits until both could own every group, and one owns all of them. */
    void awaitWhole() {
        for (Machine machine : machines) {
            Await.until(
                    START_MAX,
                    () -> machine + " is ready:\n" + machine.node().lastLines(20),
                    machine::isReady);
            Await.until(
                    START_MAX,
                    () -> "the vipd of " + machine + " is settled: " + VipdStatus.of(machine),
                    () -> VipdStatus.of(machine).filter(VipdStatus::settled).isPresent());
        }
        Await.until(START_MAX, "one owner of every address", () -> owner().isPresent());
    }

    /** The one that holds every address, while the other holds none. */
    Optional<Machine> owner() {
        List<Machine> holders = machines.stream().filter(each -> held(each) > 0).toList();
        return holders.size() == 1
                ? Optional.of(holders.getFirst()).filter(each -> held(each) == GROUPS * EACH)
                : Optional.empty();
    }

    private static long held(Machine machine) {
        String listed = machine.place() instanceof Host host ? host.run("ip", "-o", "address") : "";
        return listed.lines().filter(line -> line.contains(" 10.77.1.")).count();
    }

    /** Starts what has died, and waits until it could own. */
    void mend() {
        machines.forEach(Machine::start);
        awaitWhole();
    }

    @Override
    public void close() {
        lab.close();
    }
}
