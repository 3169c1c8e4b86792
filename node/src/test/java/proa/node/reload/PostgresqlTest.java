package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.PostgresqlServer;
import proa.node.RequiredProgram;
import proa.node.balance.Health;
import proa.node.balance.PooledServer;
import proa.testing.Ports;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** PostgreSQL behind a node of its own, with the node's own check of it and PostgreSQL's client. */
class PostgresqlTest {

    private static final int ROWS = 20_000;

    @TempDir private Path data;
    @TempDir private Path folder;

    private final int port = Ports.free();

    PostgresqlTest() throws IOException {}

    private String text(int postgresql, int silent) {
        return """
        schema = 1
        cluster {
          name = test, insecure = true
          nodes {
            lb1 { id = 1, addresses = ["127.0.0.1"] }
            lb2 { id = 2, addresses = ["127.0.0.2"] }
          }
        }
        frontends {
          database { bind { address = "127.0.0.1", port = %d }, mode = tcp, backend = database }
        }
        backends {
          database {
            check { postgresql { user = %s }, every = 3s, fast = 500ms, timeout = 3s, fall = 2, rise = 1 }
            servers = [
              { name = real, address = "127.0.0.1:%d" }
              { name = silent, address = "127.0.0.1:%d" }
            ]
          }
        }
        """
                .formatted(port, PostgresqlServer.USER, postgresql, silent);
    }

    private static Health health(NodeRuntime node, String name) {
        return node.generation().pools().pool("database").servers().stream()
                .filter(server -> server.name().equals(name))
                .map(PooledServer::health)
                .findFirst()
                .orElseThrow();
    }

    private record Said(int code, String text) {}

    /** What its client says to these commands, on one connection. */
    private Said psql(String commands) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                "psql",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(port),
                                "-U",
                                PostgresqlServer.USER,
                                "-d",
                                "postgres",
                                "-XAtq",
                                "-v",
                                "ON_ERROR_STOP=1")
                        .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", PostgresqlServer.PASSWORD);
        builder.environment().put("PGCONNECT_TIMEOUT", "30");
        Process psql = builder.start();
        try (OutputStream in = psql.getOutputStream()) {
            in.write(commands.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It has ended already; its code tells.
        }
        String text = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(psql.waitFor(), text.strip());
    }

    @Test
    void psqlWorksThroughItAndTheCheckKnowsTheServerFromWhatOnlyListens() throws Exception {
        RequiredProgram.assume("psql");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (PostgresqlServer server = PostgresqlServer.start(data);
                ServerSocket silent = new ServerSocket()) {
            silent.bind(any, 50);
            try (NodeRuntime node =
                    LoneNode.start(folder, text(server.port(), silent.getLocalPort()))) {
                Await.until("it is found up", () -> health(node, "real") == Health.UP);
                Await.until(
                        "what accepts and says nothing is found down",
                        () -> health(node, "silent") == Health.DOWN);
                use();
                server.end();
                Await.until("it is found down", () -> health(node, "real") == Health.DOWN);
                assertThat(psql("SELECT 1;").code).isNotZero();
            }
        }
    }

    private void use() throws Exception {
        Said made =
                psql(
                        """
                        CREATE TABLE orders (id integer PRIMARY KEY, what text);
                        INSERT INTO orders SELECT i, repeat('x', 100) FROM generate_series(1, %d) i;
                        SELECT current_user, count(*), sum(id) FROM orders;
                        """
                                .formatted(ROWS));
        assertThat(made)
                .isEqualTo(new Said(0, "proa|" + ROWS + "|" + (long) ROWS * (ROWS + 1) / 2));
        assertThat(psql("COPY orders TO STDOUT;").text.lines().count())
                .as("two megabytes, on a connection of their own")
                .isEqualTo(ROWS);
        for (int connection = 0; connection < 4; connection++) {
            assertThat(psql("BEGIN; DELETE FROM orders; ROLLBACK; SELECT count(*) FROM orders;"))
                    .as("a transaction is on one connection")
                    .isEqualTo(new Said(0, String.valueOf(ROWS)));
        }
        assertThat(psql("SELECT 1/0;").code).as("errors come through").isNotZero();
    }
}
