package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What rules want to be told of a client's connection after they have decided: answers, bytes, its
 * end. The carrier tells; who follows is found again by the next request. Where requests go on side
 * by side the connection tells of its end alone, and each request of the rest by {@link
 * #followers()}. On one event loop.
 */
public final class Trail {

    /** Most that follow one connection; of more the first one stops. */
    public static final int FOLLOWERS_MAX = 16;

    /** Bytes are told in portions of about this many. */
    static final long PORTION_BYTES = 64 << 10;

    private final List<Follower> followers = new ArrayList<>(2);
    private long received;
    private long sent;

    /** One that follows. */
    public abstract static class Follower {
        private boolean follows = true;

        /** A request that it follows has been answered. */
        protected abstract void answered(int status);

        /** Bytes have come from and gone to the client during requests that it follows. */
        protected abstract void moved(long received, long sent);

        /** The connection has ended. */
        protected abstract void closed();
    }

    /** The one that follows already and passes the test; from then on also this request. */
    public <F extends Follower> @Nullable F find(Class<F> kind, Predicate<F> test) {
        for (Follower follower : followers) {
            if (kind.isInstance(follower) && test.test(kind.cast(follower))) {
                follower.follows = true;
                return kind.cast(follower);
            }
        }
        return null;
    }

    /** Another one follows this request and the connection. */
    public void add(Follower follower) {
        if (followers.size() == FOLLOWERS_MAX) {
            followers.removeFirst().closed();
        }
        followers.add(follower);
    }

    /**
     * The next request begins; nobody follows it yet. What has come since the last answer is taken
     * for its own: its head was received before it was known.
     */
    public void next() {
        long ofNext = received;
        received = 0;
        tellBytes();
        received = ofNext;
        followers.forEach(follower -> follower.follows = false);
    }

    /** Those that follow the request that was decided last, whatever others follow from then on. */
    public Followers followers() {
        return new Followers(followers.stream().filter(follower -> follower.follows).toList());
    }

    /** The request has been answered. */
    public void answered(int status) {
        tellBytes();
        followers.stream()
                .filter(follower -> follower.follows)
                .forEach(follower -> follower.answered(status));
    }

    /** Bytes have come from the client. */
    public void received(int bytes) {
        received += bytes;
        tellIfMany();
    }

    /** Bytes are going to the client. */
    public void sent(int bytes) {
        sent += bytes;
        tellIfMany();
    }

    /** The connection has ended. */
    public void closed() {
        tellBytes();
        followers.forEach(Follower::closed);
        followers.clear();
    }

    private void tellIfMany() {
        if (received + sent >= PORTION_BYTES) {
            tellBytes();
        }
    }

    private void tellBytes() {
        if (received + sent > 0) {
            for (Follower follower : followers) {
                if (follower.follows) {
                    follower.moved(received, sent);
                }
            }
            received = 0;
            sent = 0;
        }
    }
}
