package proa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import proa.testing.Ports;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A MariaDB of this machine, which speaks MySQL's protocol, with a new database: {@link #USER} has
 * to say a password, {@link #PROBE} has none. Where {@code PROA_REQUIRE_PEERS} is set it must be
 * installed, elsewhere the test is skipped.
 */
public final class MariadbServer implements AutoCloseable {

    public static final String USER = "app";
    public static final String PASSWORD = "of-a-test";
    public static final String PROBE = "probe";
    public static final String DATABASE = "shop";

    private static final Path SERVER = Path.of("/usr/sbin/mariadbd");

    private final int port;
    private final ServerProcess process;

    private MariadbServer(int port, ServerProcess process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param directory empty and of its own
     */
    public static MariadbServer start(Path directory) throws Exception {
        boolean there = Files.isExecutable(SERVER);
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(there).as("MariaDB is not installed").isTrue();
        } else {
            assumeTrue(there, "MariaDB is not installed");
        }
        String user = "--user=" + System.getProperty("user.name");
        String data = "--datadir=" + directory.resolve("data");
        int made =
                ServerProcess.run(
                        List.of(
                                "mariadb-install-db",
                                "--no-defaults",
                                "--auth-root-authentication-method=normal",
                                "--skip-test-db",
                                user,
                                data));
        assertThat(made).as("mariadb-install-db").isZero();
        Path first =
                Files.writeString(
                        directory.resolve("first.sql"),
                        """
                        CREATE USER %1$s@'%%';
                        CREATE DATABASE %2$s;
                        CREATE USER %3$s@'%%' IDENTIFIED BY '%4$s';
                        GRANT ALL ON %2$s.* TO %3$s@'%%';
                        """
                                .formatted(PROBE, DATABASE, USER, PASSWORD));
        int port = Ports.free();
        ServerProcess process =
                ServerProcess.start(
                        List.of(
                                SERVER.toString(),
                                "--no-defaults",
                                user,
                                data,
                                "--port=" + port,
                                "--bind-address=127.0.0.1",
                                "--socket=" + directory.resolve("socket"),
                                "--pid-file=" + directory.resolve("pid"),
                                "--init-file=" + first,
                                "--skip-name-resolve",
                                "--innodb-buffer-pool-size=32M"));
        return new MariadbServer(port, process);
    }

    /** Where it listens, or will soon. */
    public int port() {
        return port;
    }

    /** Ends it, before the test does. */
    public void end() {
        process.end();
    }

    @Override
    public void close() {
        end();
    }
}
