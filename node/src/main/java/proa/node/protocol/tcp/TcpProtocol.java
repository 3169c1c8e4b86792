package proa.node.protocol.tcp;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.node.exchange.Traffic;
import proa.node.listener.Followed;
import proa.node.listener.Loop;
import proa.node.listener.Protocol;
import proa.node.record.Recorder;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The {@code tcp} mode: one server for each client connection, whatever the bytes are. */
public final class TcpProtocol implements Protocol {

    private final FrontendConfig frontend;
    private final Supplier<Traffic> traffic;
    private final boolean peeks;
    private final Recorder recorder;

    /**
     * A protocol for the connections of one frontend.
     *
     * @param traffic the rules of the moment; asked once for each connection
     */
    public TcpProtocol(FrontendConfig frontend, Supplier<Traffic> traffic) {
        this(frontend, traffic, false);
    }

    /**
     * Likewise.
     *
     * @param byServerName whether a backend chooses its servers by the name clients ask for in TLS
     */
    public TcpProtocol(FrontendConfig frontend, Supplier<Traffic> traffic, boolean byServerName) {
        this(frontend, traffic, byServerName, Recorder.silent(frontend.name()));
    }

    /** Likewise, with a recorder of its traffic. */
    public TcpProtocol(
            FrontendConfig frontend,
            Supplier<Traffic> traffic,
            boolean byServerName,
            Recorder recorder) {
        this.recorder = recorder;
        this.frontend = frontend;
        this.traffic = traffic;
        this.peeks = peeks(frontend, byServerName);
    }

    /**
     * Whether connections of a frontend wait for a ClientHello.
     *
     * @param byServerName whether a backend chooses its servers by the name clients ask for in TLS
     */
    public static boolean peeks(FrontendConfig frontend, boolean byServerName) {
        return frontend.tls().isEmpty() && (byServerName || asksForServerName(frontend));
    }

    @Override
    public ChannelHandler handler(Loop loop, SocketChannel accepted) {
        Traffic now = traffic.get();
        ChannelHandler handler =
                peeks
                        ? new HelloPeek(loop, accepted, frontend, now, recorder)
                        : client(loop, accepted, frontend, now, recorder);
        return now.follows() ? new Followed(handler) : handler;
    }

    static TcpClient client(
            Loop loop,
            SocketChannel accepted,
            FrontendConfig frontend,
            Traffic traffic,
            Recorder recorder) {
        accepted.config().setAutoRead(false);
        accepted.config().setAllowHalfClosure(true);
        return new TcpClient(loop, accepted, frontend, traffic, recorder);
    }

    /** Whether a route or rule asks for a server name that only the client's bytes can tell. */
    private static boolean asksForServerName(FrontendConfig frontend) {
        return Stream.concat(
                        frontend.routes().stream().map(FrontendConfig.Route::when),
                        frontend.rules().stream().map(FrontendConfig.Rule::when))
                .anyMatch(TcpProtocol::asksForServerName);
    }

    private static boolean asksForServerName(Condition condition) {
        return switch (condition) {
            case Condition.ServerName _ -> true;
            case Condition.All(List<Condition> of) -> anyAsks(of);
            case Condition.Any(List<Condition> of) -> anyAsks(of);
            case Condition.None(List<Condition> of) -> anyAsks(of);
            default -> false;
        };
    }

    private static boolean anyAsks(List<Condition> conditions) {
        return conditions.stream().anyMatch(TcpProtocol::asksForServerName);
    }
}
