package proa.node.exchange;

import proa.node.record.TrafficRecord;

import java.util.List;

/**
 * Those that follow one of several requests that a connection carries at a time: what they are told
 * is of that request alone. On one event loop.
 */
public final class Followers implements TrafficRecord.Watcher {

    private final List<Trail.Follower> followers;
    private long received;
    private long sent;

    Followers(List<Trail.Follower> followers) {
        this.followers = followers;
    }

    @Override
    public void moved(long moreReceived, long moreSent) {
        received += moreReceived;
        sent += moreSent;
        if (received + sent >= Trail.PORTION_BYTES) {
            tellBytes();
        }
    }

    @Override
    public void answered(int status) {
        tellBytes();
        followers.forEach(follower -> follower.answered(status));
    }

    @Override
    public void ended() {
        tellBytes();
    }

    private void tellBytes() {
        if (received + sent > 0) {
            followers.forEach(follower -> follower.moved(received, sent));
            received = 0;
            sent = 0;
        }
    }
}
