package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.HealthConfig;
import proa.config.HealthConfig.Agent;
import proa.node.Await;
import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.balance.Standing;
import proa.testing.Ports;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

class AgentProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Standing UNSAID = new Standing(Health.UP, false, Order.READY, true, 100);

    private final AtomicInteger asked = new AtomicInteger();
    private volatile String line = "";
    private volatile String heard = "";
    private volatile boolean resets;
    private ServerSocket agent;

    @BeforeEach
    void listen() throws IOException {
        agent = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::answer);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void doesWhatTheAgentSays() throws Exception {
        Pool pool = pool();
        PooledServer server = pool.servers().getFirst();
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes).isNotNull();
            says("75%\n");
            Await.until("weight", () -> server.weight() == 75);
            assertThat(heard).isEqualTo("shop\n");
            says("drain\r\n");
            Await.until("drain", () -> server.standing().order() == Order.DRAIN);
            says("ready down # disk full\n");
            Await.until("down", () -> !server.standing().working());
            says("up 100%"); // the end of the connection ends the line, too
            Await.until("up", () -> server.standing().working() && server.weight() == 100);
            says("maint\n");
            Await.until("maintenance", () -> server.standing().order() == Order.MAINTENANCE);
            assertThat(server.standing().up()).isFalse();
        }
    }

    /** So does the connection of one that has not read what it was sent. */
    @Test
    void theWordOfAnAgentWhoseConnectionIsResetCounts() throws Exception {
        Pool pool = pool();
        PooledServer server = pool.servers().getFirst();
        resets = true;
        says("60% down");
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes).isNotNull();
            Await.until("down", () -> !server.standing().working());
        }
    }

    @Test
    void anAgentThatSaysNothingOrIsGoneChangesNothing() throws Exception {
        Pool pool = pool();
        PooledServer server = pool.servers().getFirst();
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes).isNotNull();
            says("50%\n");
            Await.until("weight", () -> server.weight() == 50);
            Standing before = server.standing();
            says("HTTP/1.1 400 Bad Request\r\n");
            int then = asked.get();
            Await.until("asked again", () -> asked.get() > then + 2);
            assertThat(server.standing()).isEqualTo(before);
            int port = agent.getLocalPort();
            agent.close();
            assertThat(server.standing()).isEqualTo(before);
            Await.until("bound again", () -> bind(port));
            says("up 60%\n");
            Thread.ofVirtual().start(this::answer);
            Await.until("it speaks again", () -> server.weight() == 60);
        }
    }

    @Test
    void whatAnAgentHasSaidStaysWhenItIsAskedAtOtherTimes() throws Exception {
        Pools before = pools(Duration.ofMillis(20), "shop\n");
        PooledServer server = before.pool("shop").servers().getFirst();
        try (Probes probes = Probes.start(before.all(), 1)) {
            says("drain 50% down\n");
            Await.until("drain", () -> server.standing().order() == Order.DRAIN);
            Standing said = server.standing();
            says("nothing that is known\n");
            Pools slower = follow(probes, before, Duration.ofMillis(30), "shop\n");
            assertThat(server.standing()).isEqualTo(said);
            int then = asked.get();
            Await.until("asked again", () -> asked.get() > then + 2);
            assertThat(server.standing()).isEqualTo(said);
            says("ready 100% up\n");
            Await.until("it is heard", () -> server.standing().equals(UNSAID));
            says("maint\n");
            Await.until("it is heard", () -> server.standing().order() == Order.MAINTENANCE);
            says("nothing that is known\n");
            follow(probes, slower, Duration.ofMillis(30), "mall\n");
            assertThat(server.standing()).as("another question").isEqualTo(UNSAID);
        }
    }

    private Pools follow(Probes probes, Pools before, Duration every, String send)
            throws InterruptedException {
        Pools after = before.next(List.of(backend(every, send)));
        after.takeOver(before);
        probes.follow(after.all());
        before.retire(after);
        return after;
    }

    private Pools pools(Duration every, String send) {
        return new Pools(List.of(backend(every, send)), _ -> null, System::nanoTime, 1);
    }

    private BackendConfig backend(Duration every, String send) {
        Agent config = new Agent(agent.getLocalPort(), every, PATIENCE, send);
        return PoolFixture.backend(
                Optional.empty(),
                new HealthConfig(Optional.of(config), Optional.empty(), 0),
                PoolFixture.addresses(1));
    }

    /** The port is free when the thread that accepted has noticed. */
    private boolean bind(int port) throws IOException {
        try {
            agent = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            return true;
        } catch (BindException _) {
            return false;
        }
    }

    private void says(String text) {
        line = text;
    }

    private Pool pool() {
        return pools(Duration.ofMillis(20), "shop\n").pool("shop");
    }

    private void answer() {
        ServerSocket open = agent;
        while (!open.isClosed()) {
            try (Socket client = open.accept()) {
                byte[] question = client.getInputStream().readNBytes("shop\n".length());
                heard = new String(question, StandardCharsets.US_ASCII);
                client.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
                if (resets) {
                    client.setSoLinger(true, 0);
                }
                asked.incrementAndGet();
            } catch (IOException _) {
                // closed
            }
        }
    }
}
