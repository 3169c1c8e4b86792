package proa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import proa.testing.Ports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL of this machine with a new database; the user {@link #USER} has to say a password.
 * Where {@code PROA_REQUIRE_PEERS} is set it must be installed, elsewhere the test is skipped.
 */
public final class PostgresqlServer implements AutoCloseable {

    public static final String USER = "proa";
    public static final String PASSWORD = "of-a-test";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String NOBODY = "65534";

    private final int port;
    private final ServerProcess process;

    private PostgresqlServer(int port, ServerProcess process) {
        this.port = port;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param directory empty and of its own: it is given to whom the server runs as
     */
    public static PostgresqlServer start(Path directory) throws Exception {
        Optional<Path> programs = programs();
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(programs).as("PostgreSQL is not installed").isPresent();
        } else {
            assumeTrue(programs.isPresent(), "PostgreSQL is not installed");
        }
        Path bin = programs.orElseThrow();
        Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        if (isRoot()) {
            Files.setAttribute(directory, "unix:uid", Integer.parseInt(NOBODY));
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        String data = directory.resolve("data").toString();
        int made =
                ServerProcess.run(
                        command(
                                bin.resolve("initdb").toString(),
                                "-D",
                                data,
                                "-U",
                                USER,
                                "-A",
                                "scram-sha-256",
                                "--no-sync",
                                "--pwfile=" + password));
        assertThat(made).as("initdb").isZero();
        int port = Ports.free();
        ServerProcess process =
                ServerProcess.start(
                        command(
                                bin.resolve("postgres").toString(),
                                "-D",
                                data,
                                "-p",
                                String.valueOf(port),
                                "-h",
                                "127.0.0.1",
                                "-k",
                                directory.toString(),
                                "-F"));
        return new PostgresqlServer(port, process);
    }

    /** Where it listens, or will soon. */
    public int port() {
        return port;
    }

    /** The newest of this machine. */
    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Path::compareTo);
        }
    }

    /** It refuses to run as root. */
    private static List<String> command(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(
                    List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
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
