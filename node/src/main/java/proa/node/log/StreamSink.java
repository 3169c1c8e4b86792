package proa.node.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes lines to the standard output of the process. */
final class StreamSink implements Sink {

    private static final int BATCH_BYTES = 32 << 10;

    private final OutputStream out;
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_BYTES);

    StreamSink(OutputStream out) {
        this.out = out;
    }

    @Override
    public boolean takes(int length) {
        return batch.size() + length < BATCH_BYTES;
    }

    @Override
    public void line(byte[] bytes, int length) {
        batch.write(bytes, 0, length);
        batch.write('\n');
    }

    @Override
    public void flush() throws IOException {
        try {
            batch.writeTo(out);
            out.flush();
        } finally {
            batch.reset();
        }
    }

    /** The stream is the process's own. */
    @Override
    public void close() {}
}
