package proa.chaos.observe;

import proa.vip.linux.FrameSocket;
import proa.vip.linux.KernelException;
import proa.vip.linux.Poller;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks "who has this address?" every few milliseconds and notes every answer, in one family of
 * addresses. One platform thread.
 */
final class OwnerWatch implements AutoCloseable {

    private final Asking asking;
    private final long intervalNanos;
    private final FrameSocket socket;
    private final Map<InetAddress, OwnerLog> logs = new LinkedHashMap<>();
    private final long[] sent = new long[Asking.ASKERS];
    private long request;
    private volatile boolean open = true;

    private OwnerWatch(
            Asking asking, List<InetAddress> addresses, long intervalNanos, FrameSocket socket) {
        this.asking = asking;
        this.intervalNanos = intervalNanos;
        this.socket = socket;
        addresses.forEach(address -> logs.put(address, new OwnerLog(intervalNanos / 1e6)));
    }

    /**
     * Begins to ask.
     *
     * @param addresses of the family that is asked for
     * @param socket receives frames of that family; closed at the end
     */
    static OwnerWatch start(
            Asking asking, List<InetAddress> addresses, long intervalNanos, FrameSocket socket) {
        OwnerWatch watch = new OwnerWatch(asking, addresses, intervalNanos, socket);
        Thread.ofPlatform().daemon().name("owner-watch").start(watch::run);
        return watch;
    }

    /** Who owned an address in a period; empty: it is not asked for here. */
    Optional<Ownership> between(InetAddress address, long fromNanos, long toNanos) {
        return Optional.ofNullable(logs.get(address)).map(log -> log.between(fromNanos, toNanos));
    }

    @Override
    public void close() {
        open = false;
    }

    private void run() {
        Poller poller = new Poller(List.of(socket));
        try (socket) {
            long due = System.nanoTime();
            while (open) {
                long now = System.nanoTime();
                if (now >= due) {
                    ask(now);
                    due = Math.max(due + intervalNanos, now);
                }
                poller.await(due - System.nanoTime());
                drain();
            }
        } catch (KernelException e) {
            throw new IllegalStateException("the observer's socket failed", e);
        }
    }

    private void ask(long now) {
        request++;
        int asker = (int) (request % Asking.ASKERS);
        sent[asker] = now;
        for (InetAddress address : logs.keySet()) {
            try {
                socket.send(asking.question(asker, address));
            } catch (KernelException _) {
                // The own link is down: nobody answers.
            }
        }
    }

    private void drain() throws KernelException {
        for (ByteBuffer frame = socket.receive(); frame != null; frame = socket.receive()) {
            asking.answer(frame).ifPresent(this::note);
        }
    }

    private void note(Asking.Answer answer) {
        OwnerLog log = logs.get(answer.address());
        if (log != null) {
            long age = Math.floorMod(request - answer.asker(), (long) Asking.ASKERS);
            log.answer(answer.mac().toString(), request - age, sent[answer.asker()]);
        }
    }
}
