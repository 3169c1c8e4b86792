package proa.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a node answers over HTTP: metrics and health for everybody who may ask, and, for users with
 * a password, the dashboard and the API.
 *
 * @param address an address of this machine, the same words on every node; port 0 stands for any
 * @param allow networks that may ask; empty: everybody who reaches the address
 * @param tls certificate and key of this listener; empty: in clear
 * @param users file of those who may log in, with hashed passwords and roles; empty: nobody can
 * @param otlp who gets the metrics without asking; empty: nobody
 * @param haproxy where HAProxy's commands are understood; empty: nowhere
 */
public record AdminConfig(
        InetSocketAddress address,
        List<Network> allow,
        Optional<FrontendTls.Identity> tls,
        Optional<Path> users,
        Optional<OtlpConfig> otlp,
        Optional<Haproxy> haproxy) {

    /**
     * A Unix socket that speaks HAProxy's commands.
     *
     * @param changes whether servers and tables may be changed there, or only be looked at
     */
    public record Haproxy(Path socket, boolean changes) {}

    public AdminConfig {
        allow = List.copyOf(allow);
    }

    /** With nobody who gets the metrics without asking, and no socket for HAProxy's commands. */
    public AdminConfig(
            InetSocketAddress address,
            List<Network> allow,
            Optional<FrontendTls.Identity> tls,
            Optional<Path> users) {
        this(address, allow, tls, users, Optional.empty(), Optional.empty());
    }

    /** Monitoring alone, in clear. */
    public AdminConfig(InetSocketAddress address, List<Network> allow) {
        this(address, allow, Optional.empty(), Optional.empty());
    }
}
