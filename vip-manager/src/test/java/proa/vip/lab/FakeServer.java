package proa.vip.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Tells every client on a port where it seems to come from, over both families. */
public final class FakeServer {

    private FakeServer() {}

    /**
     * Runs until killed.
     *
     * @param arguments the port
     */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket listener = new ServerSocket()) {
            int port = Integer.parseInt(arguments[0]);
            listener.bind(new InetSocketAddress(InetAddress.getByName("::"), port));
            System.out.println("listening");
            while (true) {
                try (Socket client = listener.accept()) {
                    String from = client.getInetAddress().getHostAddress() + "\n";
                    client.getOutputStream().write(from.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }
}
