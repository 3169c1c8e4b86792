package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.RequiredProgram;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.cli.NodeCommands;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** What operators do to the servers of a running node, by the commands. */
class OperationsTest {

    @TempDir private Path directory;

    private Site site;
    private NodeFile file;
    private List<ShopServer> shops;

    @BeforeEach
    void start() throws Exception {
        site = new Site(directory, 4);
        file = site.file;
        shops = site.shops;
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private NodeCommands.Done proa(String... arguments) {
        return NodeCommands.run(directory, arguments);
    }

    private String server(String name) throws IOException {
        NodeCommands.Done done = proa("server", "shop/" + name);
        assertThat(done.code()).as(done.err()).isZero();
        return done.out();
    }

    /** How many of so many requests each shop got. */
    private List<Integer> spread(int requests) throws IOException {
        List<Integer> before = shops.stream().map(shop -> shop.requests.get()).toList();
        for (int request = 0; request < requests; request++) {
            assertThat(HttpOnce.get(file.httpPort, "")).startsWith("HTTP/1.1 200");
        }
        List<Integer> spread = new ArrayList<>();
        for (int shop = 0; shop < shops.size(); shop++) {
            spread.add(shops.get(shop).requests.get() - before.get(shop));
        }
        return spread;
    }

    @Test
    void aCanaryGetsMoreStepByStep() throws Exception {
        assertThat(spread(20)).containsExactly(16, 4, 0);
        assertThat(proa("server", "shop/s0", "weight", "1").out()).contains("weight: 1");
        assertThat(spread(20)).containsExactly(10, 10, 0);
        assertThat(proa("server", "shop/s0", "weight", "50%").out())
                .contains("weight: 2")
                .contains("drift: ready, weight 2 instead of 4 by ");
        assertThat(spread(30)).containsExactly(20, 10, 0);
        proa("server", "shop/s0", "weight", "0");
        assertThat(spread(10)).containsExactly(0, 10, 0);
        assertThat(proa("server", "shop/s0", "weight", "file").out())
                .contains("weight: 4")
                .doesNotContain("drift");
        assertThat(spread(20)).containsExactly(16, 4, 0);
    }

    @Test
    void drainKeepsStickyClientsAndMaintenanceSendsThemElsewhere() throws Exception {
        String first = HttpOnce.get(file.httpPort, "SERVERID=s0");
        assertThat(first).endsWith("s0");
        assertThat(proa("server", "shop/s0", "drain").out()).contains("order: DRAIN");
        assertThat(HttpOnce.get(file.httpPort, "SERVERID=s0")).endsWith("s0");
        assertThat(spread(10)).containsExactly(0, 10, 0);
        assertThat(proa("server", "shop/s0", "maintenance").out()).contains("order: MAINTENANCE");
        assertThat(HttpOnce.get(file.httpPort, "SERVERID=s0"))
                .contains("Set-Cookie: SERVERID=s1")
                .endsWith("s1");
        assertThat(proa("server", "shop/s0", "ready").out()).contains("order: READY");
        assertThat(spread(20)).containsExactly(16, 4, 0);
    }

    @Test
    void noRequestIsLostWhileServersAreTakenOutAndBroughtBack() throws Exception {
        try (SteadyClients clients = new SteadyClients()) {
            clients.http(file.httpPort, 3, false);
            for (int round = 0; round < 5; round++) {
                for (String action : List.of("drain", "maintenance", "ready")) {
                    assertThat(proa("server", "shop/s1", action).code()).isZero();
                    int seen = clients.requests.get();
                    Await.until("requests", () -> clients.requests.get() > seen + 10);
                }
            }
            clients.stop();
            assertThat(clients.failures).isEmpty();
        }
    }

    @Test
    void whatWasAskedOutlivesReloadsAndRestarts() throws Exception {
        proa("server", "shop/s0", "maintenance");
        proa("server", "shop/s1", "weight", "7");
        file.write(file.text(3, 4));
        assertThat(proa("reload").code()).isZero();
        assertThat(server("s0")).contains("order: MAINTENANCE");
        assertThat(server("s1")).contains("weight: 7");

        site.restart();
        assertThat(server("s0")).contains("order: MAINTENANCE").contains("drift: maintenance by ");
        assertThat(server("s1")).contains("weight: 7");
        assertThat(proa("status").out()).contains("drift").contains("fileWeight");

        file.write(file.text(3, 4).replace("weight = 1 }", "weight = 2 }"));
        assertThat(proa("reload").code()).isZero();
        assertThat(server("s1")).as("the file has changed").contains("weight: 2");
        assertThat(server("s0")).contains("order: MAINTENANCE");
    }

    @Test
    void whatHasAnEndEndsByItself() throws Exception {
        assertThat(proa("server", "shop/s0", "drain", "--for", "5s").out()).contains("DRAIN");
        Await.until("over", () -> server("s0").contains("order: READY"));
        assertThat(server("s0")).doesNotContain("drift");
    }

    @Test
    void anEndMayBeThirtyDaysAway() {
        assertThat(proa("server", "shop/s0", "drain", "--for", "8h").code()).isZero();
        assertThat(proa("weight", "shop/s0", "3", "--for", "30d").code()).isZero();
        NodeCommands.Done longer = proa("server", "shop/s0", "drain", "--for", "721h");
        assertThat(longer.code()).isNotZero();
        assertThat(longer.err()).contains("721h is longer than 30 days");
    }

    @Test
    void whatAnAgentSaysIsNotTakenForAnOperatorsOrder() throws Exception {
        Pool shop = site.node().generation().pools().pool("shop");
        shop.agent(shop.servers().getFirst(), Order.DRAIN, true, 100);
        assertThat(server("s0")).contains("order: DRAIN", "ordered: READY");
    }

    @Test
    void errorsSayWhatIsMeant() throws Exception {
        NodeCommands.Done backend = proa("server", "shpo/s0", "drain");
        assertThat(backend.code()).isEqualTo(2);
        assertThat(backend.err()).isEqualTo("there is no backend shpo (did you mean \"shop\"?)\n");
        assertThat(proa("server", "shop/s9", "drain").err())
                .isEqualTo("backend shop has no server s9 (did you mean \"s0\"?)\n");
        assertThat(proa("server", "shop/s0", "weight", "300").err())
                .contains("a weight is 0 to 256");
        assertThat(proa("server", "shop/s0", "off").err())
                .contains("ready, drain, maintenance or weight W, not \"off\"");
        assertThat(proa("server", "shop").err()).contains("a server is BACKEND/NAME, not shop");
        assertThat(proa("backend", "(self)").code()).isEqualTo(2);
        assertThat(proa("backend", "shop").out()).contains("name: shop").contains("s1");
        assertThat(proa("backend", "shop", "--json").out()).startsWith("{\"name\":\"shop\",");
    }

    @Test
    void aPlanShowsWhatAReloadWouldChangeAndChangesNothing() throws Exception {
        Path planned = directory.resolve("next.conf");
        Files.writeString(
                planned,
                file.text(3, 2)
                        .replace("name = e,", "name = f,")
                        .replace("  echo { bind", "  tcp { bind"));
        NodeCommands.Done done = proa("plan", planned.toString());
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out())
                .contains("changes\n")
                .contains("  server shop/s0 changed: weight\n")
                .contains("  server shop/s2 added\n")
                .contains("moves\n  echo: 100.0 % of all keys are hashed to another server;")
                .contains("clients that stick to e go elsewhere (0 connections or requests now)\n")
                .contains("ends\n  the listener of frontend echo is closed");
        assertThat(proa("status").out()).as("nothing has changed").contains("generation: 1");

        Files.writeString(planned, file.text(2, 4).replace("127.0.0.2", "127.0.0.3"));
        NodeCommands.Done restart = proa("plan", planned.toString());
        assertThat(restart.code()).isEqualTo(2);
        assertThat(restart.out())
                .startsWith("takes a restart, so a reload would be refused\n  cluster.nodes");

        Files.writeString(planned, file.text(2, 4).replace("mode = tcp", "mode = tpc"));
        NodeCommands.Done wrong = proa("plan", planned.toString());
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("next.conf:", "\"tpc\" is not one of");

        Files.writeString(planned, file.text(2, 4));
        assertThat(proa("plan", planned.toString()).out()).endsWith("nothing differs\n");
        assertThat(proa("plan", directory.resolve("none").toString()).err())
                .contains("no such file");
    }

    @Test
    void aReloadShowsWhatDiffersOrEveryViolation() throws Exception {
        file.write(file.text(3, 2));
        NodeCommands.Done done = proa("reload");
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out())
                .contains("generation 2\n")
                .contains("  server shop/s0 changed: weight\n")
                .contains("  server shop/s2 added\n");
        file.write(
                file.text(2, 2).replace("mode = tcp", "mode = tpc").replace("name = e", "nam = e"));
        NodeCommands.Done refused = proa("reload");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err().lines())
                .hasSizeGreaterThan(1)
                .allMatch(l -> l.contains("proa.conf:"));
        assertThat(proa("status").out()).contains("generation: 2").contains("lastRefusal");
    }

    @Test
    void theSocketDecidesWhatOneMayDo() throws Exception {
        Path others = Files.createDirectory(directory.resolve("others"));
        Files.createSymbolicLink(others.resolve("operate.sock"), directory.resolve("operate.sock"));
        NodeCommands.Done done = NodeCommands.run(others, "reload");
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err())
                .contains("this needs the level admin of the socket node.sock; operate.sock gives");
        assertThat(NodeCommands.run(others, "server", "shop/s0", "drain").code()).isZero();
        Files.delete(others.resolve("operate.sock"));
        Files.createSymbolicLink(others.resolve("view.sock"), directory.resolve("view.sock"));
        assertThat(NodeCommands.run(others, "server", "shop/s0", "ready").err())
                .contains("this needs the level operate");
        assertThat(NodeCommands.run(others, "backend", "shop").code()).isZero();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(directory.resolve("node.sock"))))
                .isEqualTo("rw-------");
    }

    private String stats(String command) throws IOException {
        return HaproxyClient.ask(directory.resolve("stats.sock"), command);
    }

    @Test
    void programsThatKnowHaproxyDoTheSame() throws Exception {
        assertThat(proa("weight", "shop/s0", "7").out()).contains("weight: 7");
        assertThat(proa("weight", "shop", "7").err()).contains("a server is BACKEND/NAME");
        assertThat(proa("weight", "shop/s0", "file").code()).isZero();
        assertThat(stats("get weight shop/s0")).isEqualTo("4 (initial 4)\n\n");
        assertThat(stats("set weight shop/s0 25%")).isEqualTo("\n");
        assertThat(spread(20)).containsExactly(10, 10, 0);
        assertThat(stats("set server shop/s0 weight 0; get weight shop/s0"))
                .isEqualTo("\n0 (initial 4)\n\n");
        assertThat(spread(10)).containsExactly(0, 10, 0);
        assertThat(stats("set server shop/s0 weight 4")).isEqualTo("\n");
        assertThat(stats("disable server shop/s1")).isEqualTo("\n");
        assertThat(spread(10)).containsExactly(10, 0, 0);
        assertThat(HaproxyClient.statistics(stats("show stat"), "shop", "s1"))
                .containsEntry("status", "MAINT")
                .containsEntry("weight", "1");
        assertThat(HaproxyClient.statistics(stats("show stat"), "shop", "s0"))
                .containsEntry("status", "UP")
                .containsEntry("stot", "20")
                .containsEntry("cookie", "s0")
                .containsEntry("mode", "http")
                .containsEntry("type", "2");
        assertThat(HaproxyClient.statistics(stats("show stat"), "shop", "BACKEND"))
                .containsEntry("act", "1")
                .containsEntry("algo", "roundrobin")
                .containsEntry("cookie", "SERVERID");
        assertThat(HaproxyClient.statistics(stats("show stat"), "http", "FRONTEND"))
                .containsEntry("status", "OPEN")
                .containsEntry("slim", "8000");
        assertThat(stats("enable server shop/s1")).isEqualTo("\n");
        assertThat(server("s1")).contains("order: READY");
        assertThat(stats("set server shop/s1 state drain")).isEqualTo("\n");
        String user = System.getProperty("user.name");
        assertThat(server("s1")).contains("drift: drain by " + user);
        assertThat(NodeSocket.ask(directory, "/events"))
                .as("each of it, whichever way it was asked, and by whom")
                .contains(
                        "server by " + user + ": ready, weight 7",
                        "server by " + user + ": ready, weight 0",
                        "server by " + user + ": maintenance, weight 1",
                        "server by " + user + ": drain, weight 1");
    }

    @Test
    void showsStatesTablesAndTheProcess() throws Exception {
        stats("set server shop/s1 state drain");
        int port = shops.get(1).address().getPort();
        assertThat(stats("show servers state shop").lines())
                .hasSize(5)
                .startsWith("1")
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .matches(
                                                ("4 shop 2 s1 127.0.0.1 2 8 1 1 \\d+"
                                                                // before and after its first check
                                                                + " (1 0 2 0|15 3 3 6) 0 0 0"
                                                                + " - %d - 0 0 - - 0")
                                                        .formatted(port)));
        assertThat(stats("show servers state nope")).isEqualTo("Can't find backend.\n\n");
        assertThat(stats("show table"))
                .isEqualTo("# table: clients, type: ip, size:1000, used:0\n\n");
        assertThat(stats("show table nope")).isEqualTo("No such table\n\n");
        assertThat(stats("show backend")).isEqualTo("# name\necho\nshop\n\n");
        assertThat(stats("show info"))
                .startsWith("Name: Proa\n")
                .contains("\nPid: " + ProcessHandle.current().pid() + "\n", "\nnode: lb1\n");
    }

    @Test
    void saysWhatItCannotDoInTheSameWords() throws Exception {
        assertThat(stats("set server shop/s9 state ready")).isEqualTo("No such server.\n\n");
        assertThat(stats("set server nope/s9 state ready")).isEqualTo("No such backend.\n\n");
        assertThat(stats("set server shop/s0 state off"))
                .isEqualTo("'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n");
        assertThat(stats("set server shop/s0 weight 300"))
                .isEqualTo("Absolute weight can only be between 0 and 256 inclusive.\n\n");
        assertThat(stats("set weight shop/s0 x"))
                .isEqualTo("Empty weight string empty or preceded by garbage\n\n");
        assertThat(stats("set server shop/s0 addr 127.0.0.1")).contains("proa reload");
        assertThat(stats("disable server shop")).isEqualTo("Require 'backend/server'.\n\n");
        assertThat(stats("frobnicate")).startsWith("Unknown command: 'frobnicate'.");
        assertThat(stats("help")).contains("show servers state", "prompt");
    }

    @Test
    void theirCommandsShowAndClearAKey() throws Exception {
        String head = "# table: clients, type: ip, size:1000, used:";
        assertThat(stats("show table clients key 127.0.0.1")).isEqualTo("\n");
        assertThat(stats("show table clients")).isEqualTo(head + "0\n\n");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), file.echoPort)) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
        String row =
                "0x0: key=127\\.0\\.0\\.1 use=0 exp=\\d{4,} server_id=1 server_key=e"
                        + " http_req_rate\\(60000\\)=0\n\n";
        assertThat(stats("show table clients key 127.0.0.1")).matches(head + "1\n" + row);
        assertThat(stats("show table clients")).matches(head + "1\n" + row);
        assertThat(stats("show table clients data.http_req_rate lt 1 data.server_id eq 1"))
                .matches(head + "1\n" + row);
        assertThat(stats("show table clients data.http_req_rate gt 0")).isEqualTo(head + "1\n\n");
        assertThat(proa("table").out()).contains("clients");
        assertThat(proa("table", "clients", "127.0.0.1").out())
                .contains("found: true", "server: e", "writer: lb1");
        assertThat(proa("table", "clients").err()).contains("name a table and a key, or neither");
        assertThat(proa("table", "client", "127.0.0.1").err())
                .contains("there is no table client (did you mean \"clients\"?)");
        assertThat(proa("session", "show").out()).contains("enabled: false");
        assertThat(proa("sessions", "show", "sess:1").err()).contains("this node has no sessions");
        assertThat(proa("sessions", "show", "--content").err()).contains("of which KEY?");
        assertThat(stats("clear table clients key 127.0.0.1")).isEqualTo("\n");
        assertThat(stats("show table clients key 127.0.0.1")).doesNotContain("server_key");
        assertThat(proa("table", "clients", "127.0.0.1", "--clear").out())
                .contains("cleared: false");
        theirCommandClearsWhatItsFiltersHoldFor(head);
        assertThat(NodeSocket.ask(directory, "/events"))
                .contains(
                        "table by " + System.getProperty("user.name") + ": key 127.0.0.1 cleared",
                        ": key 127.0.0.1 cleared elsewhere, if anywhere: not known here",
                        ": 1 keys cleared",
                        ": 0 keys cleared");
        assertThat(stats("clear table")).isEqualTo("\"<table>\" argument expected\n\n");
        assertThat(stats("clear table nope key 127.0.0.1")).contains("there is no table nope");
        assertThat(stats("show table clients data.gpc0 gt 1"))
                .startsWith("Filter entry #1: Data type not stored in this table");
        assertThat(stats("show table clients data.server_id over 1"))
                .startsWith("Filter entry #1: Require and operator among \"eq\"");
        assertThat(stats("show table clients data.server_id gt"))
                .isEqualTo("Filter entry #1: Require a valid integer value to compare against\n\n");
        assertThat(stats("show table clients key nobody"))
                .isEqualTo("keys of this table are addresses, such as 192.0.2.7, not nobody\n\n");
        assertThat(stats("show table clients all"))
                .startsWith("Optional argument only supports \"data.<store_data_type>\"");
    }

    private void theirCommandClearsWhatItsFiltersHoldFor(String head) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), file.echoPort)) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
        assertThat(stats("clear table clients data.server_id gt 1")).isEqualTo("\n");
        assertThat(stats("show table clients")).startsWith(head + "1\n0x0: key=127.0.0.1 ");
        assertThat(stats("clear table clients data.server_id lt 2")).isEqualTo("\n");
        assertThat(stats("show table clients")).isEqualTo(head + "0\n\n");
        assertThat(stats("clear table clients")).isEqualTo("\n");
        assertThat(stats("clear table clients data.gpc0 gt 1"))
                .startsWith("Filter entry #1: Data type not stored in this table");
    }

    @Test
    void theLastMalformedRequestIsShownAsHaproxyShowsIt() throws Exception {
        assertThat(stats("show errors")).matches("Total events captured on \\[\\S+] : 0\\n\\n");
        assertThat(
                        ObservedSite.send(
                                site.node().address("http"), "GET / HTTP/1.1\r\nHost : a\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        Await.until("it is counted", () -> stats("show errors").contains("] : 1\n"));
        String capture =
                " \n"
                        + "\\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\S{12}] frontend http \\(#2\\): invalid"
                        + " request\n"
                        + "  backend <NONE> \\(#-1\\), server <NONE> \\(#-1\\), event #0, src"
                        + " 127\\.0\\.0\\.1:\\d+\n"
                        + "  buffer starts at 0 \\(including 0 out\\), 0 free,\n"
                        + "  len 28, wraps at 0, error at position 20\n"
                        + "  reason: white space before the colon of a header\n"
                        + "  request id: -\n"
                        + "  \\(the bytes are not kept\\)\n";
        String head0 = "Total events captured on \\[\\S+] : 1\n";
        assertThat(stats("show errors")).matches(head0 + capture + "\n");
        assertThat(stats("show errors http request")).matches(head0 + capture + "\n");
        assertThat(stats("show errors response")).matches(head0 + "\n");
        assertThat(stats("show errors nope")).isEqualTo("No such proxy.\n\n");
    }

    @Test
    void theirScriptsAndScreensWork() throws Exception {
        Path socket = directory.resolve("stats.sock");
        assertThat(HaproxyClient.socat(socket, "show stat")).startsWith("# pxname,svname,qcur,");
        assertThat(HaproxyClient.interactive(socket, "set timeout cli 30", "get weight shop/s0"))
                .isEqualTo("\n> \n> 4 (initial 4)\n\n> ");
    }

    @Test
    void hatopShowsServersAndChangesThem() throws Exception {
        RequiredProgram.assume("hatop");
        try (Hatop hatop = new Hatop(directory.resolve("stats.sock"))) {
            List<String> words = List.of("s0", "BACKEND", "shop", "echo", "FRONTEND", "UP");
            Await.until(
                    () -> "its view of servers: " + hatop.drawn(),
                    () -> words.stream().allMatch(hatop.drawn()::contains));
            hatop.type("5"); // its command line
            hatop.type("set weight shop/s0 2\r");
            Await.until(
                    "the weight: " + hatop.drawn(),
                    () -> stats("get weight shop/s0").startsWith("2 (initial 4)"));
        }
    }

    @Test
    void nobodyWaitsLongToLookAtANodeThatIsStuck() throws Exception {
        Path stuck = Files.createDirectory(directory.resolve("stuck"));
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(stuck.resolve("view.sock")));
            NodeCommands.Done done = NodeCommands.run(stuck, "backend", "shop");
            assertThat(done.code()).isEqualTo(1);
            assertThat(done.err()).contains("no answer within 3 s: it is stuck");
        }
    }

    @Test
    void nobodyListens() throws Exception {
        site.node().close();
        NodeCommands.Done done = proa("reload");
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).contains("node: not running (no ").contains("node.sock)");
    }

    @Test
    void aDamagedStateIsNotOverlooked() throws Exception {
        proa("server", "shop/s0", "maintenance");
        site.node().close();
        Path state = directory.resolve("state").resolve("servers.json");
        Files.writeString(state, Files.readString(state).substring(0, 40));
        assertThatThrownBy(site::restart)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("servers.json cannot be read")
                .hasMessageContaining("remove it, and every server is as the configuration says");
    }
}
