package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.node.grpc.GrpcServer;
import proa.node.health.CheckMachine.Event;
import proa.node.protocol.ScriptedServer;

import java.net.InetSocketAddress;
import java.time.Duration;

/** The health service of gRPC, asked of grpc-java's server and of servers that are none. */
class GrpcProbeTest {

    private static Event probe(String service, InetSocketAddress server) {
        Duration timeout = Duration.ofSeconds(20);
        Check check = new Check(new Probe.Grpc(service), timeout, timeout, 3, 2);
        return new Prober(server, check, ProxyProtocol.OFF, null).probe();
    }

    @Test
    void onlyAServiceThatIsServingPasses() throws Exception {
        try (GrpcServer server = new GrpcServer(true)) {
            assertThat(probe("", server.address())).isInstanceOf(Event.Passed.class);
            assertThat(probe("well", server.address())).isInstanceOf(Event.Passed.class);
            assertThat(probe("ill", server.address()))
                    .isEqualTo(new Event.Failed("the service is NOT_SERVING"));
            assertThat(probe("nobody", server.address()))
                    .isEqualTo(new Event.Failed("grpc-status 5 (NOT_FOUND): unknown service"));
        }
    }

    @Test
    void aServerWithoutTheServiceFailsWithItsReason() throws Exception {
        try (GrpcServer server = new GrpcServer(false)) {
            assertThat(probe("", server.address()))
                    .isInstanceOfSatisfying(
                            Event.Failed.class,
                            failed ->
                                    assertThat(failed.why())
                                            .startsWith("grpc-status 12 (UNIMPLEMENTED): "));
        }
    }

    @Test
    void aServerThatSpeaksSomethingElseFails() throws Exception {
        try (ScriptedServer http =
                        new ScriptedServer(peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
                ScriptedServer silent = new ScriptedServer(peer -> peer.socket.shutdownOutput())) {
            assertThat(probe("", http.address()))
                    .isEqualTo(new Event.Failed("the answer is not HTTP/2"));
            assertThat(probe("", silent.address()))
                    .isEqualTo(new Event.Failed("closed without an answer"));
        }
    }
}
