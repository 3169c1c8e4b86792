package proa.cluster.transport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashSet;

/**
 * Handshakes with whoever connects, of whom nothing is known yet: so many beside each other, and
 * each within a time. Who comes when all places are taken gets that of the oldest, so that
 * strangers who take their time keep no member out. Safe from any thread.
 */
public final class Handshakes {

    private static final Logger log = LoggerFactory.getLogger(Handshakes.class);

    private final int max;
    private final Duration each;
    private final LinkedHashSet<Place> unfinished = new LinkedHashSet<>(); // guarded by this

    /**
     * Has all places free.
     *
     * @param max beside each other; more than members could ever need
     * @param each how long one may take altogether
     */
    public Handshakes(int max, Duration each) {
        this.max = max;
        this.each = each;
    }

    /** What is to be done in time. */
    @FunctionalInterface
    public interface Handshake<T> {
        /** Blocks until both sides have shaken hands. */
        T shake() throws IOException;
    }

    /** One that was ended for another that came later. */
    public static final class Displaced extends IOException {
        private static final long serialVersionUID = 1;

        private Displaced(IOException cause) {
            super("its place was needed", cause);
        }
    }

    /** One under way. */
    private static final class Place {
        private final Socket plain;
        private volatile @Nullable Ended ended;

        Place(Socket plain) {
            this.plain = plain;
        }
    }

    private enum Ended {
        LATE,
        DISPLACED
    }

    /**
     * Carries out a handshake. A socket's timeout counts from each byte, and who sends one now and
     * then would hold a place for hours.
     *
     * @param plain closed when that takes too long, when its place is needed, and when it fails
     * @throws Displaced when the place was needed
     * @throws IOException when it took too long or failed
     */
    public <T> T inTime(Socket plain, Handshake<T> handshake) throws IOException {
        Place place = begin(plain);
        Thread clock = Thread.ofVirtual().start(() -> endLate(place));
        boolean inTime = false;
        try {
            T shaken = handshake.shake();
            inTime = leave(place);
            if (inTime) {
                return shaken;
            }
            throw new IOException("it came to its end too late");
        } catch (IOException e) {
            throw why(place, e);
        } finally {
            clock.interrupt();
            if (!inTime) {
                leave(place);
                close(plain);
            }
        }
    }

    private IOException why(Place place, IOException failure) {
        Ended ended = place.ended;
        if (ended == null) {
            return failure;
        }
        return ended == Ended.DISPLACED
                ? new Displaced(failure)
                : new IOException("no handshake within " + each.toMillis() + " ms", failure);
    }

    private Place begin(Socket plain) {
        Place place = new Place(plain);
        Place displaced = null;
        synchronized (this) {
            if (unfinished.size() >= max) {
                displaced = unfinished.removeFirst();
                displaced.ended = Ended.DISPLACED;
            }
            unfinished.add(place);
        }
        if (displaced != null) {
            close(displaced.plain);
        }
        return place;
    }

    private void endLate(Place place) {
        try {
            Thread.sleep(each);
        } catch (InterruptedException _) {
            return; // it has ended
        }
        synchronized (this) {
            if (!unfinished.remove(place)) {
                return;
            }
            place.ended = Ended.LATE;
        }
        close(place.plain);
    }

    private synchronized boolean leave(Place place) {
        return unfinished.remove(place);
    }

    private static void close(Socket plain) {
        try {
            plain.close();
        } catch (IOException e) {
            log.debug("closing a connection without a handshake", e);
        }
    }
}
