package proa.node.exchange;

/** Has something done after a while. Any thread; what is done must not block. */
@FunctionalInterface
public interface Later {

    /** Does it in so many nanoseconds, on some event loop. */
    void in(long nanos, Runnable action);
}
