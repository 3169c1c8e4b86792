package proa.chaos.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Machine;
import proa.chaos.lab.RequiresNetns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A pair that forwards connections without reading them, three nodes behind it that read requests,
 * and the applications behind those.
 */
@RequiresNetns
@Tag("system")
class TwoTiersTest {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration TAKEOVER_MAX = Duration.ofSeconds(30);
    private static final String VIP = "10.77.0.100";
    private static final String CLIENT = "10.77.0.201";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final List<Machine> pair = new ArrayList<>();
    private final Map<String, LabProcess> readers = new LinkedHashMap<>();

    @Test
    void applicationsSeeTheClientAndEitherTierLosesANode() throws IOException {
        assumeTrue(
                "true".equals(System.getenv("PROA_REQUIRE_PEERS"))
                        || Files.isExecutable(Path.of("/usr/bin/curl")),
                "curl is not installed");
        try (Lab lab = Lab.open()) {
            Host client = lab.host("client", "10.77.0.1/24", CLIENT + "/24");
            startApplications(lab);
            startReaders(lab);
            startPair(lab);
            awaitWhole(client);

            assertThat(ask(client, 30))
                    .as("answers, and for whom applications say they are")
                    .hasSize(30)
                    .allMatch(answer -> answer.matches("200 app[12] " + CLIENT));
            readers.values()
                    .forEach(
                            reader ->
                                    Await.until(
                                            SOON,
                                            () -> reader.label() + " had some, and knew for whom",
                                            () -> reader.printed().contains(CLIENT + ":")));

            LabProcess victim = readers.get("seven2");
            victim.kill();
            victim.await(TAKEOVER_MAX);
            assertThat(ask(client, 30))
                    .as("a server that refuses a connection costs no request, checked or not")
                    .hasSize(30)
                    .allMatch(answer -> answer.startsWith("200 "));

            Machine owner = pair.stream().filter(TwoTiersTest::owns).findFirst().orElseThrow();
            owner.vipd().kill();
            owner.node().kill();
            Await.until(
                    TAKEOVER_MAX,
                    "the other node of the first tier serves",
                    () ->
                            ask(client, 1).equals(List.of("200 app1 " + CLIENT))
                                    || ask(client, 1).equals(List.of("200 app2 " + CLIENT)));
            assertThat(ask(client, 30)).allMatch(answer -> answer.endsWith(CLIENT)).hasSize(30);
        }
    }

    private void startApplications(Lab lab) {
        lab.host("apps", "10.77.0.31/24", "10.77.0.32/24")
                .start(
                        "apps",
                        Launcher.command(
                                List.of(
                                        "test-servers",
                                        "--server=app1=10.77.0.31",
                                        "--server=app2=10.77.0.32")),
                        folder.resolve("apps.log"),
                        Launcher.ENVIRONMENT);
    }

    private void startReaders(Lab lab) throws IOException {
        Path file = folder.resolve("seven.conf");
        Files.writeString(file, SEVEN);
        for (int number = 1; number <= 3; number++) {
            String name = "seven" + number;
            Path own = Files.createDirectories(folder.resolve(name));
            List<String> command =
                    List.of(
                            "node",
                            "--config=" + file,
                            "--node=" + name,
                            "--run-dir=" + own,
                            "--state-dir=" + own);
            readers.put(
                    name,
                    lab.host(name, "10.77.0.2" + number + "/24")
                            .start(
                                    "node",
                                    Launcher.command(command),
                                    own.resolve("node.log"),
                                    Launcher.ENVIRONMENT));
        }
    }

    private void startPair(Lab lab) throws IOException {
        Path file = folder.resolve("four.conf");
        Files.writeString(file, FOUR);
        for (int number = 1; number <= 2; number++) {
            String name = "four" + number;
            String address = "10.77.0.1" + number;
            Path own = Files.createDirectories(folder.resolve(name));
            Host host = lab.host(name, address + "/24");
            Machine machine = new Machine(name, host, address, file, own, Launcher.ENVIRONMENT);
            pair.add(machine);
            machine.start();
        }
    }

    private void awaitWhole(Host client) {
        readers.forEach(
                (name, reader) ->
                        Await.until(
                                SOON,
                                () -> name + " serves:\n" + reader.lastLines(20),
                                () -> reader.printed().contains(" serving: first answer ")));
        for (Machine machine : pair) {
            Await.until(
                    SOON,
                    () -> machine + " is ready:\n" + machine.node().lastLines(20),
                    machine::isReady);
            Await.until(
                    SOON,
                    () -> machine + " finds nobody down:\n" + machine.node().lastLines(9),
                    () -> readers.keySet().stream().noneMatch(name -> isDown(name, machine)));
        }
        Await.until(
                SOON,
                () -> "an answer through both tiers: " + ask(client, 1),
                () -> ask(client, 1).getFirst().startsWith("200 "));
    }

    /** By the last verdict of its check; a server counts as up until there is one. */
    private static boolean isDown(String reader, Machine machine) {
        String start = "server seven/" + reader + " ";
        String printed = machine.node().printed();
        int last = printed.lastIndexOf(start);
        return last >= 0 && printed.startsWith("DOWN", last + start.length());
    }

    private static boolean owns(Machine machine) {
        return machine.place() instanceof Host host
                && host.run("ip", "-o", "address").contains(" " + VIP + "/");
    }

    /** Status, application, and for whom it was asked as it knows, of requests one by one. */
    private static List<String> ask(Host client, int count) {
        String each = "%{http_code} %header{x-server} %header{x-forwarded-for}\n";
        List<String> command =
                new ArrayList<>(
                        List.of("curl", "-sS", "--interface", CLIENT, "--max-time", "10", "-w"));
        command.add(each);
        command.addAll(List.of("-H", "Connection: close"));
        IntStream.range(0, count)
                .forEach(ask -> command.addAll(List.of("-o", "/dev/null", "http://" + VIP + "/")));
        command.add("--fail-early");
        List<String> shell = new ArrayList<>(List.of("sh", "-c", "\"$@\" || true", "sh"));
        shell.addAll(command);
        return client.run(shell.toArray(String[]::new)).lines().toList();
    }

    /** The first tier: it carries bytes and tells the second whose they are. */
    private static final String FOUR =
            """
            schema = 1
            cluster {
              name = four, timing = lab, insecure = true
              nodes {
                four1 { id = 1, addresses = ["10.77.0.11"] }, four2 { id = 2, addresses = ["10.77.0.12"] }
              }
            }
            groups {
              web {
                vrid = 51, prefer = [four1, four2], failback = never
                vips { main = "10.77.0.100" }, track { gateway = "10.77.0.1" }
              }
            }
            frontends {
              web { bind { group = web, vip = main, port = 80 }, mode = tcp, backend = seven }
            }
            backends {
              seven {
                proxy-protocol = v2
                check { http { get = "/health" }, every = 1s, fast = 200ms, fall = 2, rise = 1 }
                servers = [
                  { name = seven1, address = "10.77.0.21:80" }
                  { name = seven2, address = "10.77.0.22:80" }
                  { name = seven3, address = "10.77.0.23:80" }
                ]
              }
            }
            """;

    /** The second tier: it believes the first, and only the first. */
    private static final String SEVEN =
            """
            schema = 1
            cluster {
              name = seven, timing = lab, insecure = true
              nodes {
                seven1 { id = 1, addresses = ["10.77.0.21"] }
                seven2 { id = 2, addresses = ["10.77.0.22"] }
                seven3 { id = 3, addresses = ["10.77.0.23"] }
              }
            }
            frontends {
              http {
                bind { address = "0.0.0.0", port = 80 }, mode = http
                trusted = ["10.77.0.11/32", "10.77.0.12/32"], proxy-protocol = true
                log { }, backend = apps
              }
            }
            backends {
              apps {
                servers = [
                  { name = app1, address = "10.77.0.31:8080" }, { name = app2, address = "10.77.0.32:8080" }
                ]
              }
            }
            """;
}
