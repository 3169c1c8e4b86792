package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.cli.NodeCommands;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a plan says of moves, and what then happens when its file is taken in. */
class PlanKeptTest {

    private static final int KEYS = 1_500;

    private static final Pattern SHARE =
            Pattern.compile("shop: ([0-9.]+) % of all keys are hashed to another server");

    @TempDir private Path directory;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        site = new Site(directory, 1);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private String done(String... arguments) {
        NodeCommands.Done done = NodeCommands.run(directory, arguments);
        assertThat(done.code()).as(done.err()).isZero();
        return done.out();
    }

    /** Keys are paths; nobody brings a cookie. */
    private String hashed(int servers, int weight) {
        return site.file
                .text(servers, weight)
                .replace(
                        "sticky { cookie { name = SERVERID, insert = true } }",
                        "balance = hash, hash { key = uri }");
    }

    /** Which server each key gets. */
    private List<String> servers(HttpClient client) throws Exception {
        List<String> servers = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            URI uri = URI.create("http://127.0.0.1:" + site.file.httpPort + "/key" + key);
            servers.add(
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                            .body());
        }
        return servers;
    }

    @Test
    void asManyKeysMoveAsThePlanSays() throws Exception {
        site.file.write(hashed(2, 1));
        done("reload");
        Path planned = Files.writeString(directory.resolve("next.conf"), hashed(2, 3));
        Matcher share = SHARE.matcher(done("plan", planned.toString()));
        assertThat(share.find()).isTrue();
        double said = Double.parseDouble(share.group(1)) / 100;
        assertThat(said).as("half of them to three quarters").isBetween(0.2, 0.4);
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> before = servers(client);
            site.file.write(Files.readString(planned));
            done("reload");
            List<String> after = servers(client);
            int moved = 0;
            for (int key = 0; key < KEYS; key++) {
                moved += before.get(key).equals(after.get(key)) ? 0 : 1;
            }
            System.out.printf(
                    "plan: %.1f %% of all keys; of %d keys %.1f %% moved%n",
                    said * 100, KEYS, 100.0 * moved / KEYS);
            assertThat((double) moved / KEYS)
                    .as("five standard deviations of a sample of that size")
                    .isCloseTo(said, within(5 * Math.sqrt(said * (1 - said) / KEYS)));
        }
        assertThat(done("plan", planned.toString())).endsWith("nothing differs\n");
    }

    private Socket echo() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.file.echoPort);
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        return socket;
    }

    @Test
    void asManyStickyClientsGoElsewhereAsThePlanSays() throws Exception {
        String next = site.file.text(2, 1).replace("name = e,", "name = f,");
        Path planned = Files.writeString(directory.resolve("next.conf"), next);
        try (Socket one = echo();
                Socket two = echo();
                Socket three = echo()) {
            assertThat(done("table", "clients", "127.0.0.1")).contains("server: e");
            assertThat(done("plan", planned.toString()))
                    .contains(
                            "clients that stick to e go elsewhere (3 connections or requests now)");
            site.file.write(next);
            done("reload");
            for (Socket each : List.of(one, two, three)) {
                each.getOutputStream().write('y');
                assertThat(each.getInputStream().read()).as("it goes on").isEqualTo('y');
            }
        }
        try (Socket again = echo()) {
            assertThat(again.isConnected()).isTrue();
            assertThat(done("table", "clients", "127.0.0.1")).contains("server: f");
            assertThat(done("server", "echo/f")).contains("current: 1", "total: 1");
        }
    }
}
