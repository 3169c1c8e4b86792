package proa.vip.linux;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds the TUN device, and a listener that peers are connected to, so that both end within a
 * millisecond of this process being killed.
 *
 * <p>The kernel frees a dying process's memory before it closes descriptors that threads share,
 * which takes it some 8 ms. A thread with a descriptor table of its own closes that as soon as it
 * is gone itself. So one thread unshares its table ({@code close_range(2)}), opens the two, and
 * then does nothing but wait.
 *
 * <p>The kernel closes the highest number first: connections, the listener, then the device. The
 * other order would have the peers wait for the device, which the kernel removes in steps that each
 * wait for every processor; its address is silent after the first of them.
 *
 * <p>The table is a copy: whatever else was open when it was made ends only when both tables are
 * closed. Thus what has to outlive the address does, the leases and rules and the mesh's listener,
 * whichever thread of the process is the last to leave.
 *
 * <p>Connections are taken from the kernel's queue now and then, and held: the queue would be full
 * one day of those that have ended. Nothing is read or said.
 */
final class EarlyNotice implements TunDevice.Holder {

    /** Peers are two; the rest are those that they have left, and strangers. */
    static final int HELD_MAX = 32;

    private static final int BACKLOG = 16;
    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final int NONE = -1;

    private final InetSocketAddress address;
    private final Thread thread;
    private final CompletableFuture<String> device = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private volatile boolean closing;

    // of the thread
    private final int[] held = new int[HELD_MAX];
    private int next;

    private EarlyNotice(InetSocketAddress address) {
        this.address = address;
        Arrays.fill(held, NONE);
        thread = Thread.ofPlatform().name("early-notice").daemon().unstarted(this::run);
    }

    /**
     * Starts the thread, and waits until it has the device.
     *
     * @param address where peers connect, and are refused as soon as this process is dead
     * @throws KernelException before Linux 5.9, without rights to the device, or when the address
     *     is in use
     */
    static EarlyNotice start(InetSocketAddress address) throws KernelException {
        EarlyNotice notice = new EarlyNotice(address);
        notice.thread.start();
        try {
            String _ = notice.device.join();
            return notice;
        } catch (CompletionException e) {
            if (e.getCause() instanceof KernelException refused) {
                throw refused;
            }
            throw e;
        }
    }

    @Override
    public String name() {
        return device.join();
    }

    @Override
    public boolean lost() {
        return released.isDone() && !closing;
    }

    @Override
    public void release() {
        closing = true;
        LockSupport.unpark(thread);
        released.join();
    }

    private void run() {
        int tun = NONE;
        int listener = NONE;
        try {
            RealTime.first();
            MemorySegment place = SocketAddresses.of(address);
            rehearse();
            Libc.unshareDescriptors();
            Descriptors.fillHoles(); // in the copy: what was open before has lower numbers
            tun = TunDevice.openPath();
            String name = TunDevice.attach(tun);
            listener = listen(place);
            device.complete(name);
            serve(listener);
        } catch (KernelException | RuntimeException | Error e) {
            device.completeExceptionally(e);
        } finally {
            // As long as there is a choice, the address ends before its owner is missed.
            Libc.close(tun);
            released.complete(null);
            Libc.close(listener);
        }
    }

    /** What the thread does later, once with nothing: a class may be in a file it cannot see. */
    private void rehearse() {
        take(NONE);
        pause(1);
    }

    private static int listen(MemorySegment place) throws KernelException {
        int type = Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK;
        int listener = Libc.socket(SocketAddresses.family(place), type, 0);
        try {
            Libc.setOption(listener, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
            Libc.bind(listener, place);
            Libc.listen(listener, BACKLOG);
            return listener;
        } catch (KernelException e) {
            Libc.close(listener);
            throw e;
        }
    }

    private void serve(int listener) {
        while (!closing) {
            pause(LOOK_NANOS);
            take(listener);
        }
    }

    private void pause(long nanos) {
        LockSupport.parkNanos(this, nanos);
        boolean _ = Thread.interrupted(); // or it would not pause again
    }

    private void take(int listener) {
        for (int count = 0; count < BACKLOG; count++) {
            int taken = Libc.accept(listener);
            if (taken < 0) {
                return;
            }
            Libc.close(held[next]);
            held[next] = taken;
            next = (next + 1) % HELD_MAX;
        }
    }
}
