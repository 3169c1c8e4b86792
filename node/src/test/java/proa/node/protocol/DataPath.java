package proa.node.protocol;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Transport;
import proa.node.protocol.http1.ErrorPages;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.NegotiatedHttp;
import proa.node.protocol.tcp.TcpProtocol;
import proa.node.record.FrontendCounters;
import proa.node.record.Recorder;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/** The data path between test clients and test servers, on loopback. */
public final class DataPath implements AutoCloseable {

    public final EventLoops loops;
    public final Listeners listeners;
    public final Listener listener;
    public final FixedTraffic traffic;
    public final FrontendCounters counters = new FrontendCounters("test");

    private DataPath(EventLoops loops, FrontendConfig frontend, FixedTraffic traffic)
            throws IOException {
        this.loops = loops;
        this.traffic = traffic;
        this.listeners = new Listeners(loops);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        this.listener =
                listeners.open(
                        frontend,
                        any,
                        frontend.mode() == FrontendConfig.Mode.TCP
                                ? new TcpProtocol(frontend, () -> traffic)
                                : new NegotiatedHttp(
                                        new HttpProtocol(
                                                frontend,
                                                () -> traffic,
                                                ErrorPages.NONE,
                                                new Recorder(
                                                        counters,
                                                        _ -> null,
                                                        new Recorder.Clocks(() -> 0L, () -> 0L))),
                                        frontend.http()));
    }

    public static DataPath of(FrontendConfig frontend, BackendConfig backend) throws IOException {
        return of(Transport.best(), 1, frontend, backend);
    }

    public static DataPath of(
            Transport transport, int count, FrontendConfig frontend, BackendConfig backend)
            throws IOException {
        return new DataPath(
                EventLoops.start(transport, count), frontend, new FixedTraffic(backend));
    }

    public static DataPath http(ScriptedServer... servers) throws IOException {
        return of(
                TestConfigs.frontend(FrontendConfig.Mode.HTTP),
                TestConfigs.backend(
                        List.of(servers).stream().map(ScriptedServer::address).toList()));
    }

    public static DataPath tcp(ScriptedServer... servers) throws IOException {
        return of(
                TestConfigs.frontend(FrontendConfig.Mode.TCP),
                TestConfigs.backend(
                        List.of(servers).stream().map(ScriptedServer::address).toList()));
    }

    public Client client() throws IOException {
        return new Client(listener.address());
    }

    @Override
    public void close() {
        listeners.close();
        loops.close();
    }

    /** A plain client that gives up after a minute. */
    public static final class Client implements AutoCloseable {
        public final Socket socket;
        public final InputStream in;
        public final OutputStream out;

        public Client(InetSocketAddress address) throws IOException {
            socket = new Socket(address.getAddress(), address.getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        public Client send(String latin) throws IOException {
            out.write(Wire.bytes(latin));
            out.flush();
            return this;
        }

        public Wire.Message response() throws IOException {
            return Wire.response(in, false);
        }

        public Wire.Message ask(String latin) throws IOException {
            return send(latin).response();
        }

        /** Whether the other side has ended the connection. */
        public boolean ended() throws IOException {
            try {
                return in.read() < 0;
            } catch (java.net.SocketTimeoutException timeout) {
                throw timeout;
            } catch (IOException _) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
