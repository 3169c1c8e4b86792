package proa.chaos.bench.l4;

import org.jspecify.annotations.Nullable;

import proa.chaos.lab.Await;
import proa.chaos.lab.Conversation;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Machine;
import proa.chaos.lab.VipdStatus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A pair of ours, HAProxy beside it, a server on the clients' network, and one behind the pair that
 * routes by it. All are on one switch. Used by one thread.
 */
final class L4Lab implements AutoCloseable {

    /** The floating address. */
    static final String VIP = "10.77.0.100";

    /**
     * The server on the clients' network; it has the floating address, too, and is silent on it.
     */
    static final String NEAR = "10.77.0.31";

    /** HAProxy. */
    static final String HAPROXY = "10.77.0.40";

    /** Where servers listen for whoever translates ports, and HAProxy for clients. */
    static final int PORT = 7200;

    private static final String CLIENT = "10.77.0.1";
    private static final String GATEWAY = "10.78.0.1";
    private static final String BEHIND = "10.78.0.21";
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration TAKEOVER_MAX = Duration.ofSeconds(30);

    private final Lab lab;
    private final Path folder;
    private final Host client;
    private @Nullable LabProcess routed;
    private final List<Machine> machines = new ArrayList<>();

    private L4Lab(Lab lab, Path folder) {
        this.lab = lab;
        this.folder = folder;
        this.client = lab.host("client", CLIENT + "/24");
    }

    /**
     * Builds all of it and waits until it works.
     *
     * @param folder an existing empty one
     */
    static L4Lab open(Path folder) throws IOException {
        L4Lab made = new L4Lab(Lab.open(), folder);
        try {
            made.servers();
            made.haproxy();
            made.balancers();
            made.awaitWhole();
            return made;
        } catch (IOException | LabException e) {
            made.close();
            throw e;
        }
    }

    private void servers() {
        Host near = lab.host("near", NEAR + "/24");
        near.sysctl("net.ipv4.conf.all.arp_ignore", "1");
        near.sysctl("net.ipv4.conf.all.arp_announce", "2");
        near.ip("address add " + VIP + "/32 dev lo\n");
        Host behind = lab.host("behind", BEHIND + "/24");
        behind.ip("route add default via " + GATEWAY + "\n");
        routed = server(behind, Way.STATELESS.port());
        awaitReady(server(near, Way.DSR.port()));
        awaitReady(routed);
    }

    private static void awaitReady(LabProcess server) {
        Await.until(
                START_MAX,
                () -> server.label() + " listens:\n" + server.lastLines(10),
                () -> server.printed().contains("ready"));
    }

    /** The server behind the pair dies. */
    void stopRouted() {
        if (routed != null) {
            routed.kill();
        }
    }

    /** Starts it again. */
    void startRouted() {
        routed = server(lab.host("behind"), Way.STATELESS.port());
        awaitReady(routed);
    }

    private LabProcess server(Host host, int second) {
        return host.start(
                "server",
                Launcher.command(List.of("bench-l4-server", "--ports=" + PORT + "," + second)),
                folder.resolve(host.name() + ".log"),
                Launcher.ENVIRONMENT);
    }

    private void haproxy() throws IOException {
        Host host = lab.host("ha", HAPROXY + "/24");
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(
                file,
                """
                global
                    maxconn 6000
                defaults
                    mode tcp
                    option splice-request
                    option splice-response
                    timeout connect 5s
                    timeout client 50s
                    timeout server 50s
                listen l4
                    bind :%1$d
                    server near %2$s:%1$d
                """
                        .formatted(PORT, NEAR));
        host.start(
                "haproxy",
                List.of("haproxy", "-db", "-f", file.toString()),
                folder.resolve("haproxy.log"),
                Launcher.ENVIRONMENT);
    }

    private void balancers() throws IOException {
        Path file = folder.resolve("proa.conf");
        Files.writeString(file, configuration());
        for (int number = 1; number <= 2; number++) {
            String name = "lb" + number;
            String front = "10.77.0.1" + number;
            Host host = lab.host(name, front + "/24", "10.78.0.1" + number + "/24");
            Path own = Files.createDirectories(folder.resolve(name));
            Machine machine = new Machine(name, host, front, file, own, Launcher.ENVIRONMENT);
            machines.add(machine);
            machine.start();
        }
    }

    private static String configuration() {
        return """
        schema = 1
        cluster {
          name = l4, timing = lab, insecure = true
          nodes { lb1 { id = 1, addresses = ["10.77.0.11"] }, lb2 { id = 2, addresses = ["10.77.0.12"] } }
        }
        groups {
          web {
            vrid = 51, prefer = [lb1, lb2], failback = never
            vips { main = "%1$s" }, gateway-vip = "%2$s", track { gateway = "%3$s" }
          }
        }
        frontends {
          proxy { bind { group = web, vip = main, port = %5$d }, mode = tcp, backend = near }
          bulk { bind { group = web, vip = main, port = %6$d }, mode = tcp, profile = bulk, backend = near }
          nat { bind { group = web, vip = main, port = %7$d }, mode = tcp, forwarding = nat, backend = nat }
          stateless { bind { group = web, vip = main, port = %8$d }, mode = tcp, forwarding = stateless, backend = stateless }
          dsr { bind { group = web, vip = main, port = %9$d }, mode = tcp, forwarding = dsr, backend = dsr }
        }
        backends {
          near { servers = [ { name = near, address = "%10$s:%4$d" } ] }
          nat { check = { tcp = true, every = 1s, fast = 200ms }, servers = [ { name = behind, address = "%11$s:%4$d" } ] }
          stateless { servers = [ { name = behind, address = "%11$s:%8$d" } ] }
          dsr { servers = [ { name = near, address = "%10$s:%9$d" } ] }
        }
        """
                .formatted(
                        VIP,
                        GATEWAY,
                        CLIENT,
                        PORT,
                        Way.PROXY.port(),
                        Way.BULK.port(),
                        Way.NAT.port(),
                        Way.STATELESS.port(),
                        Way.DSR.port(),
                        NEAR,
                        BEHIND);
    }

    /** Waits until both balancers could own the address, and one does. */
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
        Await.until(START_MAX, "one owner", () -> owners().size() == 1);
    }

    /** The one that does not own the address. */
    Machine standby() {
        Machine owner = owners().getFirst();
        return machines.stream().filter(each -> each != owner).findFirst().orElseThrow();
    }

    /** Both. */
    List<Machine> machines() {
        return List.copyOf(machines);
    }

    private List<Machine> owners() {
        return machines.stream().filter(L4Lab::owns).toList();
    }

    private static boolean owns(Machine machine) {
        return machine.place() instanceof Host host
                && host.run("ip", "-o", "address").contains(" " + VIP + "/");
    }

    /** The owner's vipd dies; returns when the other one has the address. */
    void killOwner() {
        Machine owner = owners().getFirst();
        Machine other = standby();
        owner.vipd().kill();
        Await.until(TAKEOVER_MAX, "another owner", () -> owns(other));
    }

    /** Starts what has died. */
    void mend() {
        machines.forEach(Machine::start);
        awaitWhole();
    }

    /** Runs a program where clients are, and returns what it prints. */
    String client(List<String> command) {
        return client.run(command.toArray(String[]::new));
    }

    /** Clients whose connections last. */
    Conversation survivors() {
        return client.converse(
                "survivors",
                Launcher.command(List.of("bench-l4-clients")),
                folder.resolve("survivors.log"),
                Launcher.ENVIRONMENT);
    }

    @Override
    public void close() {
        lab.close();
    }
}
