package proa.vip.lab;

import proa.vip.linux.TunDevice;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.util.function.Consumer;

/**
 * Kills a vipd of its own namespace, and watches the end from within. Prints {@code endMicros=
 * refusedMicros= meshMicros= device=}: when a connection to the early port ended, when that port
 * refused, when the mesh's did, counted from the kill, and how many devices with addresses vipd had
 * after that.
 */
public final class DeathWatch {

    private final String address;
    private final int mesh;
    private long killedNanos;

    private DeathWatch(String address, int mesh) {
        this.address = address;
        this.mesh = mesh;
    }

    /**
     * Runs once.
     *
     * @param arguments the process, its address, the mesh's port
     */
    public static void main(String[] arguments) throws Exception {
        DeathWatch watch = new DeathWatch(arguments[1], Integer.parseInt(arguments[2]));
        watch.run(ProcessHandle.of(Long.parseLong(arguments[0])).orElseThrow());
    }

    private void run(ProcessHandle vipd) throws IOException {
        boolean before = devices() == 1 && !refuses(mesh, _ -> {}) && !refuses(mesh + 1, _ -> {});
        try (Socket held = new Socket(address, mesh + 1)) {
            killedNanos = System.nanoTime();
            vipd.destroyForcibly();
            awaitEnd(held);
        }
        long ended = micros();
        long refused = awaitRefusal(mesh + 1);
        long meshRefused = awaitRefusal(mesh);
        long devices = devices();
        System.out.printf(
                "before=%s endMicros=%d refusedMicros=%d meshMicros=%d device=%d%n",
                before, ended, refused, meshRefused, devices);
    }

    private static void awaitEnd(Socket held) {
        try {
            int _ = held.getInputStream().read();
        } catch (IOException _) {
            // A reset is an end.
        }
    }

    /** What is accepted is held: who knocks again and again fills the kernel's queue. */
    private long awaitRefusal(int port) throws IOException {
        while (!refuses(port, DeathWatch::awaitEnd)) {
            Thread.onSpinWait();
        }
        return micros();
    }

    private boolean refuses(int port, Consumer<Socket> accepted) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port));
            accepted.accept(socket);
            return false;
        } catch (ConnectException _) {
            return true;
        } catch (SocketException _) {
            return false; // accepted and reset: that is before the refusals
        }
    }

    private long micros() {
        return (System.nanoTime() - killedNanos) / 1_000;
    }

    private static long devices() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(device -> device.getName().matches(TunDevice.NAME_PREFIX + "\\d+"))
                .count();
    }
}
