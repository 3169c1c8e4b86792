package proa.node.probe;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.node.balance.SourceTurn;
import proa.node.exchange.Security;
import proa.node.health.CheckMachine.Event;
import proa.node.health.dialogue.Dialogue;
import proa.node.health.dialogue.Dialogues;
import proa.node.health.dialogue.GrpcHealth;
import proa.node.listener.ProxyHeader;
import proa.node.record.Checked.Result;
import proa.node.tls.ServerSecurity;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import javax.net.ssl.SSLException;

/** Blocking probes of one server. */
final class Prober {

    private static final List<String> HTTP2 = List.of("h2");
    private static final List<String> NONE = List.of();

    private final InetSocketAddress address;
    private final @Nullable SourceTurn sources;
    private final Duration timeout;
    private final Supplier<Dialogue> dialogues;
    private final byte[] header;
    private final @Nullable ServerSecurity security;
    private final boolean byDatagrams;
    private final List<String> alpn;
    private final boolean bare;

    /**
     * Probes a server by its check. A port of the check's own is spoken to in clear, without a
     * PROXY header.
     *
     * @param sources where they come from; null: the kernel chooses
     * @param begins how connections to the server begin
     * @param security how they are secured; null: they are in clear
     */
    Prober(
            InetSocketAddress server,
            @Nullable SourceTurn sources,
            Check check,
            ProxyProtocol begins,
            @Nullable Security security) {
        this.sources = sources;
        boolean ownPort = check.port().isPresent();
        boolean secured = check.secured();
        this.address =
                check.port()
                        .map(port -> new InetSocketAddress(server.getAddress(), port))
                        .orElse(server);
        this.byDatagrams = check.probe() instanceof Probe.Udp;
        this.header = ProxyHeader.ofOurs(ownPort || byDatagrams ? ProxyProtocol.OFF : begins);
        this.security =
                secured && !byDatagrams && security instanceof ServerSecurity tls ? tls : null;
        this.bare = check.probe() instanceof Probe.Tcp;
        this.timeout = check.timeout();
        this.alpn = check.probe() instanceof Probe.Grpc ? HTTP2 : NONE;
        this.dialogues = Dialogues.of(check.probe(), address, this::overHttp2);
    }

    /** Likewise, from wherever the kernel wants. */
    Prober(
            InetSocketAddress server,
            Check check,
            ProxyProtocol begins,
            @Nullable ServerSecurity security) {
        this(server, null, check, begins, security);
    }

    private Http2Call overHttp2(GrpcHealth call) {
        String host = address.getAddress().getHostAddress();
        String authority =
                (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        return new Http2Call(call, authority, security != null);
    }

    /**
     * What one probe found.
     *
     * @param code the status of an answer in HTTP; 0: there was none
     */
    record Finding(Event event, Result result, int code, long tookNanos) {}

    /** Probes and waits for the verdict, at most the check's timeout. */
    Finding probe() {
        long startedNanos = System.nanoTime();
        Dialogue dialogue = dialogues.get();
        Layer reached = Layer.CONNECTION;
        try (Conversation conversation = begin()) {
            conversation.send(header);
            if (security != null) {
                reached = Layer.TLS;
                conversation.secure(security, address, alpn);
            }
            if (!bare) {
                reached = Layer.APPLICATION;
            }
            String failure = conversation.follow(dialogue);
            return failure.isEmpty()
                    ? found(
                            new Event.Passed(conversation.tookNanos()),
                            reached.passed,
                            dialogue,
                            startedNanos)
                    : found(
                            new Event.Failed(failure),
                            dialogue.status() == 0 ? reached.wrong : Result.L7STS,
                            dialogue,
                            startedNanos);
        } catch (SocketTimeoutException e) {
            String late = "no answer within " + timeout.toMillis() + " ms";
            return found(new Event.Failed(late), reached.late, dialogue, startedNanos);
        } catch (IOException e) {
            return found(new Event.Failed(reason(e)), reached.wrong, dialogue, startedNanos);
        }
    }

    private static Finding found(Event event, Result result, Dialogue after, long startedNanos) {
        return new Finding(event, result, after.status(), System.nanoTime() - startedNanos);
    }

    /** How far a probe has come. */
    private enum Layer {
        CONNECTION(Result.L4OK, Result.L4TOUT, Result.L4CON),
        TLS(Result.L6OK, Result.L6TOUT, Result.L6RSP),
        APPLICATION(Result.L7OK, Result.L7TOUT, Result.L7RSP);

        private final Result passed;
        private final Result late;
        private final Result wrong;

        Layer(Result passed, Result late, Result wrong) {
            this.passed = passed;
            this.late = late;
            this.wrong = wrong;
        }
    }

    private Conversation begin() throws IOException {
        InetSocketAddress source = sources == null ? null : sources.next();
        return byDatagrams
                ? Conversation.byDatagramsWith(address, source, timeout)
                : Conversation.with(address, source, timeout);
    }

    /** A failed connection in words. */
    static String reason(IOException e) {
        return switch (e) {
            case ConnectException _ -> "connection refused";
            case PortUnreachableException _ -> "nobody listens there";
            case NoRouteToHostException _ -> "no route to host";
            case SSLException wrong -> "TLS: " + wrong.getMessage();
            default -> String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        };
    }
}
