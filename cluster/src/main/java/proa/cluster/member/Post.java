package proa.cluster.member;

import java.util.function.BiConsumer;

/**
 * Other things that members tell each other, over the connections of the group. What is sent may be
 * lost. Safe from any thread.
 */
public interface Post {

    /** Nobody to talk to. */
    Post NOBODY =
            new Post() {
                @Override
                public void send(String node, byte[] bytes) {}

                @Override
                public void listen(int magic, BiConsumer<String, byte[]> listener) {}
            };

    /**
     * Sends to a member, into the void if it is not in sight. May block while it takes in nothing.
     *
     * @param bytes that begin with the magic of their protocol; at most 8 MiB
     */
    void send(String node, byte[] bytes);

    /**
     * Calls back with what comes and who sent it, on a thread of the cluster's own, which must not
     * be kept.
     *
     * @param magic that these messages begin with
     */
    void listen(int magic, BiConsumer<String, byte[]> listener);
}
