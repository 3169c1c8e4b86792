package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.FrontendConfig.Mode;
import proa.config.TlsVersion;
import proa.node.health.CheckMachine.Event;
import proa.node.protocol.ScriptedServer;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TestAuthority;
import proa.node.tls.TlsPath;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Probes of servers with TLS. */
class TlsProbeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Probe HTTP = new Probe.Http("GET", "/health", Optional.empty(), 200);

    @TempDir private Path folder;

    private static Event probe(Probe probe, InetSocketAddress server, ServerSecurity security) {
        Check check = new Check(probe, PATIENCE, PATIENCE, 3, 2);
        return new Prober(server, check, ProxyProtocol.OFF, security).probe();
    }

    @Test
    void aServerIsUpWhenItsCertificateIsTheRightOne() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath secured = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server)) {
            ServerSecurity right = security(authority, "shop.example");
            ServerSecurity wrong = security(authority, "other.example");
            for (Probe probe : List.of(HTTP, new Probe.Tcp())) {
                assertThat(probe(probe, secured.address(), right)).isInstanceOf(Event.Passed.class);
                assertThat(probe(probe, secured.address(), wrong).toString())
                        .contains("TLS: ", "other.example");
            }
            right.release();
            wrong.release();
        }
    }

    private static ServerSecurity security(TestAuthority authority, String name) throws Exception {
        BackendTls tls =
                new BackendTls(
                        Verify.NAME,
                        List.of(authority.file),
                        Optional.of(name),
                        Optional.empty(),
                        TlsVersion.TLS_1_2);
        return ServerSecurity.open("test", tls, Runnable::run);
    }
}
