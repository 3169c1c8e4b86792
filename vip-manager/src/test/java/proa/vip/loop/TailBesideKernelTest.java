package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import proa.vip.command.MoveCommand;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A planned move of an address with a port that the node carries and one that the kernel carries:
 * connections of the first go on at their old owner, those of the second at the new one.
 */
@RequiresNetns
final class TailBesideKernelTest {

    private static final String GROUP =
            """
            web {
              vrid = 51, prefer = [lb1, lb2, lb3], failback = never
              vips { main = "10.77.0.100" }, track { gateway = "10.77.0.1" }, gateway-vip = "10.78.0.1"
            }
            """;

    private static final String FRONTENDS =
            """
            frontends {
              echo { bind { group = web, vip = main, port = 7010 }, mode = tcp, backend = kernel }
              kernel { bind { group = web, vip = main, port = 7101 }, mode = tcp, forwarding = nat, backend = kernel }
            }
            backends { kernel { servers = [ { name = s1, address = "10.78.0.21:5001" } ] } }
            """;

    /** Connections of each kind. */
    private static final int CONNECTIONS = 9;

    @TempDir private Path folder;

    private Program program(Site site, int host, String name, String log, String... arguments)
            throws IOException {
        Path file = folder.resolve(log);
        return new Program(site.command(host), file, "proa.vip.lab." + name, List.of(arguments));
    }

    private Program clients(Site site, String port) throws Exception {
        String[] arguments = {"tcp", Trio.ADDRESS, port, "" + CONNECTIONS};
        return program(site, Site.CLIENT, "CountingClients", port, arguments);
    }

    @Test
    void bothGoOn() throws Exception {
        Site site = new Site().withServers(1);
        try (Trio trio = new Trio(folder, GROUP, FRONTENDS, site)) {
            int old = trio.owner();
            int next = old % 3 + 1;
            try (Program behind = program(site, 4, "CountingServer", "behind", "1", "5001");
                    Program here = program(site, old, "CountingServer", "here", "2", "7010")) {
                Trio.await("a server behind", () -> behind.output().contains("listening"));
                Trio.await("the node's", () -> here.output().contains("listening"));
                trio.node(old).tell("busy");
                Trio.await("a busy node", () -> trio.node(old).output().contains("is busy"));
                try (Program carried = clients(site, "7101");
                        Program proxied = clients(site, "7010")) {
                    Trio.await("carried", () -> carried.output().contains("started"));
                    Trio.await("proxied", () -> proxied.output().contains("started"));
                    move(next);
                    Trio.await("another owner", () -> trio.owner() == next);
                    for (String word : List.of("once", "again")) {
                        assertAlive(proxied, word);
                        assertAlive(carried, word);
                    }
                }
                String rules = site.inside(next, "nft", "list", "ruleset");
                assertThat(rules).containsPattern("counter packets [1-9]\\d* .*dup to 10.77.0.1");
                assertThat(rules).contains("tcp dport 7101 accept");
            }
        }
    }

    private void move(int host) {
        String directory = folder.resolve("run" + host).toString();
        String[] arguments = {"web", "lb" + host, "--run-dir", directory};
        assertThat(new CommandLine(new MoveCommand()).execute(arguments)).isZero();
    }

    private static void assertAlive(Program clients, String word) throws Exception {
        clients.tell(word);
        Trio.await("an answer", () -> clients.output().contains(word));
        assertThat(clients.output())
                .contains(word + " alive=" + CONNECTIONS + " of=" + CONNECTIONS + " broken=0");
    }
}
