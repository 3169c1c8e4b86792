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
 */
public record AdminConfig(
        InetSocketAddress address,
        List<Network> allow,
        Optional<FrontendTls.Identity> tls,
        Optional<Path> users,
        Optional<OtlpConfig> otlp) {

    public AdminConfig {
        allow = List.copyOf(allow);
    }

    /** With nobody who gets the metrics without asking. */
    public AdminConfig(
            InetSocketAddress address,
            List<Network> allow,
            Optional<FrontendTls.Identity> tls,
            Optional<Path> users) {
        this(address, allow, tls, users, Optional.empty());
    }

    /** Monitoring alone, in clear. */
    public AdminConfig(InetSocketAddress address, List<Network> allow) {
        this(address, allow, Optional.empty(), Optional.empty());
    }
}
