package proa.node.probe;

import static proa.node.probe.PoolHealth.LOG;

import org.jspecify.annotations.Nullable;

import proa.config.HealthConfig.Agent;
import proa.node.balance.PooledServer;
import proa.node.balance.SourceTurn;
import proa.node.health.AgentReply;
import proa.node.health.AgentState;
import proa.node.health.dialogue.Received;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Asks the agent of one server for ever, on a virtual thread of its own. An agent that cannot be
 * reached, or says nothing that is known, changes nothing.
 */
final class AgentProbe {

    private static final int LINE_BYTES_MAX = 1 << 10;

    /** Questions are up to this share of the interval early, so that nodes do not ask in step. */
    private static final double JITTER = 0.05;

    private final PoolHealth health;
    private final PooledServer server;
    private final Agent config;
    private final InetSocketAddress address;
    private final @Nullable SourceTurn sources;
    private final RandomGenerator random;
    private final Thread thread;

    // guarded by: the thread
    private AgentState state = AgentState.FIRST;
    private boolean silent;

    AgentProbe(PoolHealth health, PooledServer server, Agent config, RandomGenerator random) {
        this.health = health;
        this.server = server;
        this.config = config;
        this.random = random;
        sources = health.sources(server);
        address = new InetSocketAddress(server.address().getAddress(), config.port());
        thread = Thread.ofVirtual().name("agent-" + health.name(server)).unstarted(this::run);
    }

    /**
     * Begins with what the same agent has said already. What another agent said of its server
     * counts no longer.
     *
     * @param before have ended
     */
    void follow(List<AgentProbe> before) {
        for (AgentProbe one : before) {
            if (one.server.isSameAs(server)) {
                boolean same =
                        config.port() == one.config.port()
                                && config.send().equals(one.config.send());
                state = same ? one.state : AgentState.FIRST;
                health.agent(server, state.order(), state.working(), state.weightPercent());
            }
        }
    }

    void start() {
        thread.start();
    }

    /** Whether it asks the agent of this server, and in this way. */
    boolean isOf(PooledServer other, Agent by) {
        return server.isSameAs(other) && config.equals(by);
    }

    void close() {
        thread.interrupt();
    }

    /** Waits until it has ended. */
    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                askOrTell();
                long nanos = config.every().toNanos();
                TimeUnit.NANOSECONDS.sleep((long) (nanos * (1 - JITTER * random.nextDouble())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** A defect is no reason not to ask again. */
    private void askOrTell() {
        try {
            ask();
        } catch (RuntimeException defect) {
            LOG.error("a defect in asking the agent of {}", health.name(server), defect);
        }
    }

    private void ask() {
        InetSocketAddress source = sources == null ? null : sources.next();
        try (Conversation conversation = Conversation.with(address, source, config.timeout())) {
            conversation.send(config.send().getBytes(StandardCharsets.ISO_8859_1));
            AgentReply reply = AgentReply.parse(line(conversation));
            say(reply.saysSomething() ? "" : "nothing that is known");
            take(reply);
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) { // else the socket was closed under it
                say(Prober.reason(e));
            }
        }
    }

    /** The first line, or everything up to the end or the limit. */
    private static String line(Conversation conversation) throws IOException {
        Received received = new Received();
        while (true) {
            String text = received.text();
            String line = text.split("[\\r\\n]", 2)[0];
            if (line.length() < text.length()
                    || received.ended()
                    || received.length() >= LINE_BYTES_MAX) {
                return line;
            }
            try {
                conversation.read(received);
            } catch (SocketException reset) { // closed by one that has not read what we sent
                if (!received.something()) {
                    throw reset;
                }
                return line;
            }
        }
    }

    private void take(AgentReply reply) {
        AgentState now = state.after(reply);
        if (now.equals(state)) {
            return;
        }
        state = now;
        health.agent(server, now.order(), now.working(), now.weightPercent());
        LOG.info(
                "server {}: its agent says {}, {}, weight {}%{}",
                health.name(server),
                now.order(),
                now.working() ? "up" : "down",
                now.weightPercent(),
                reply.why().isEmpty() ? "" : ": " + reply.why());
    }

    /** Says once when an agent falls silent, and when it speaks again. */
    private void say(String trouble) {
        boolean now = !trouble.isEmpty();
        if (now == silent) {
            return;
        }
        silent = now;
        if (now) {
            LOG.warn("server {}: its agent says nothing: {}", health.name(server), trouble);
        } else {
            LOG.info("server {}: its agent answers again", health.name(server));
        }
    }
}
