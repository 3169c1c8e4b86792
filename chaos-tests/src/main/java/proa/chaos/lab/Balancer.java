package proa.chaos.lab;

import proa.chaos.lab.Machine.Status;
import proa.chaos.report.Json;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A balancer as drills see it, wherever it runs: what its two processes say of themselves through
 * their sockets. Used by one thread at a time.
 */
public sealed interface Balancer permits Machine, RemoteBalancer {

    /** Its name in the configuration. */
    String name();

    /** Where the sockets of both processes are. */
    Path runDirectory();

    /** Whether the node process says that it is ready. */
    default boolean isReady() {
        return LocalSocket.http(runDirectory(), "GET", "/ready").startsWith("HTTP/1.1 200 ");
    }

    /** What the node says of the cluster now; empty when it does not answer. */
    default Optional<Status> status() {
        String answer = LocalSocket.http(runDirectory(), "GET", "/status");
        int body = answer.indexOf("\r\n\r\n");
        return body < 0
                ? Optional.empty()
                : Optional.of(Json.read(answer.substring(body), Status.class));
    }
}
