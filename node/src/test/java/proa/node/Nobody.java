package proa.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Addresses at which connections are refused. */
public final class Nobody {

    /** Kept open: a port that was given back may be somebody's a moment later. */
    private static final List<Socket> TAKEN = new CopyOnWriteArrayList<>();

    private Nobody() {}

    /** A port of loopback that is taken, by a socket that does not listen. */
    public static InetSocketAddress listens() throws IOException {
        return at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Takes the place of somebody who has just stopped to listen there. */
    public static void takes(InetSocketAddress address) throws IOException {
        at(address);
    }

    private static InetSocketAddress at(InetSocketAddress address) throws IOException {
        Socket taken = new Socket();
        taken.setReuseAddress(true); // connections of before may still be there
        taken.bind(address);
        TAKEN.add(taken);
        return (InetSocketAddress) taken.getLocalSocketAddress();
    }
}
