package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.MariadbServer;
import proa.node.RequiredProgram;
import proa.node.balance.Health;
import proa.node.balance.PooledServer;
import proa.testing.Ports;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** MariaDB behind a node of its own, with the node's check of MySQL and MySQL's client. */
class MariadbTest {

    private static final int ROWS = 20_000;

    @TempDir private Path data;
    @TempDir private Path other;
    @TempDir private Path folder;

    private final int port = Ports.free();

    private String text(int first, int second) {
        return """
        schema = 1
        cluster { name = test, insecure = true, nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } } }
        frontends {
          database { bind { address = "127.0.0.1", port = %d }, mode = tcp, backend = database }
        }
        backends {
          database {
            check { mysql { user = %s }, every = 5s, fast = 500ms, timeout = 5s, fall = 2, rise = 1 }
            servers = [
              { name = first, address = "127.0.0.1:%d" }
              { name = second, address = "127.0.0.1:%d", backup = true }
            ]
          }
        }
        """
                .formatted(port, MariadbServer.PROBE, first, second);
    }

    private static boolean isUp(NodeRuntime node, String name) {
        return node.generation().pools().pool("database").servers().stream()
                .filter(server -> server.name().equals(name))
                .map(PooledServer::health)
                .anyMatch(Health.UP::equals);
    }

    private record Said(int code, String text) {}

    /** What its client says to these commands, on one connection. */
    private Said mariadb(String commands) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                List.of(
                                        "mariadb",
                                        "--no-defaults",
                                        "--protocol=tcp",
                                        "--host=127.0.0.1",
                                        "--port=" + port,
                                        "--user=" + MariadbServer.USER,
                                        "--connect-timeout=30",
                                        "--batch",
                                        "--skip-column-names",
                                        "--execute=" + commands,
                                        MariadbServer.DATABASE))
                        .redirectErrorStream(true);
        builder.environment().put("MYSQL_PWD", MariadbServer.PASSWORD);
        Process client = builder.start();
        client.getOutputStream().close();
        String text = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(client.waitFor(), text.strip());
    }

    @Test
    void itsClientWorksThroughItAndABackupTakesOverFromWhatTheCheckFindsDown() throws Exception {
        RequiredProgram.assume("mariadb");
        try (MariadbServer first = MariadbServer.start(data);
                MariadbServer second = MariadbServer.start(other);
                NodeRuntime node = LoneNode.start(folder, text(first.port(), second.port()))) {
            Await.until("both are found up", () -> isUp(node, "first") && isUp(node, "second"));
            use();
            first.end();
            Await.until("it is found down", () -> !isUp(node, "first"));
            assertThat(mariadb("SHOW TABLES"))
                    .as("the other one, where nothing was made")
                    .isEqualTo(new Said(0, ""));
        }
    }

    private void use() throws Exception {
        Said made =
                mariadb(
                        """
                        CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT) ENGINE = InnoDB;
                        INSERT INTO orders SELECT seq, REPEAT('x', 100) FROM seq_1_to_%d;
                        SELECT COUNT(*), SUM(id) FROM orders;
                        """
                                .formatted(ROWS));
        assertThat(made).isEqualTo(new Said(0, ROWS + "\t" + (long) ROWS * (ROWS + 1) / 2));
        assertThat(mariadb("SELECT * FROM orders").text.lines().count())
                .as("two megabytes, on a connection of their own")
                .isEqualTo(ROWS);
        assertThat(mariadb("BEGIN; DELETE FROM orders; ROLLBACK; SELECT COUNT(*) FROM orders"))
                .as("a transaction is on one connection")
                .isEqualTo(new Said(0, String.valueOf(ROWS)));
        assertThat(mariadb("SELECT * FROM nothing").code).as("errors come through").isNotZero();
    }
}
