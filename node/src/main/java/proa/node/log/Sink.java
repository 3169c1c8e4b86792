package proa.node.log;

import java.io.IOException;

/** Where lines end up. Used by the writer's thread. */
interface Sink extends AutoCloseable {

    /** Whether a line of so many bytes can be taken before the next {@link #flush}. */
    default boolean takes(int length) {
        return true;
    }

    /** Takes a line; it may wait for the next {@link #flush}. */
    void line(byte[] bytes, int length) throws IOException;

    /** Whatever waits is written, or given up. */
    void flush() throws IOException;

    /** Looks whether the file is still the one that was opened, some time after the last look. */
    default void look() throws IOException {}

    @Override
    void close() throws IOException;
}
