package proa.node.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes an archive of small files in the ustar format (POSIX.1-1988). Not thread-safe. */
final class Tar implements AutoCloseable {

    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int MODE = 100;
    private static final int SIZE = 124;
    private static final int MODIFIED = 136;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;

    private final OutputStream out;
    private final long seconds;

    /**
     * Into a stream.
     *
     * @param seconds since 1970, of every file
     */
    Tar(OutputStream out, long seconds) {
        this.out = out;
        this.seconds = seconds;
    }

    /** Adds a file. */
    void add(String name, byte[] content) throws IOException {
        byte[] header = new byte[BLOCK];
        if (name.length() > NAME_BYTES) {
            throw new IllegalArgumentException(name + " is too long");
        }
        put(header, 0, name);
        put(header, MODE, "0000600");
        put(header, MODE + 8, "0000000"); // owner
        put(header, MODE + 16, "0000000"); // group
        put(header, SIZE, octal(content.length));
        put(header, MODIFIED, octal(seconds));
        put(header, CHECKSUM, "        ");
        put(header, TYPE, "0");
        put(header, MAGIC, "ustar");
        put(header, MAGIC + 6, "00");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, CHECKSUM, String.format(Locale.ROOT, "%06o", sum) + "\0 ");
        out.write(header);
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static String octal(long number) {
        return String.format(Locale.ROOT, "%011o", number);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}
