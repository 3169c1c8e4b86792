package proa.node.protocol;

import proa.config.FrontendConfig;
import proa.node.listener.EventLoops;
import proa.node.listener.Listeners;
import proa.node.listener.Transport;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.NegotiatedHttp;
import proa.node.protocol.tcp.TcpProtocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The data path alone, for profiling: {@code transport loops http|tcp listen-port server-port}. */
public final class DataPathMain {

    private DataPathMain() {}

    public static void main(String[] arguments) throws Exception {
        EventLoops loops =
                EventLoops.start(Transport.valueOf(arguments[0]), Integer.parseInt(arguments[1]));
        FrontendConfig frontend =
                TestConfigs.frontend(
                        arguments[2].equals("tcp")
                                ? FrontendConfig.Mode.TCP
                                : FrontendConfig.Mode.HTTP);
        InetSocketAddress server =
                new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[4]));
        FixedTraffic traffic = new FixedTraffic(TestConfigs.backend(List.of(server)));
        InetSocketAddress listen =
                new InetSocketAddress(
                        InetAddress.getByName("127.0.0.1"), Integer.parseInt(arguments[3]));
        new Listeners(loops)
                .open(
                        frontend,
                        listen,
                        arguments[2].equals("tcp")
                                ? new TcpProtocol(frontend, () -> traffic)
                                : new NegotiatedHttp(
                                        new HttpProtocol(frontend, () -> traffic),
                                        frontend.http()));
        System.out.println("ready on " + loops.transport());
        Thread.currentThread().join();
    }
}
