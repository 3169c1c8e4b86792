package proa.node.reload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The number that tells this process from every earlier one of the same node: a counter kept in the
 * state directory in the upper half, the start time in seconds in the lower half. Peers keep what a
 * node counted by incarnation, so a number that was used before would lose counts.
 */
final class Incarnation {

    private static final String FILE = "incarnation";
    private static final long SECONDS_MASK = 0xffff_ffffL;

    private Incarnation() {}

    /**
     * Takes the next number and makes it durable before it is used.
     *
     * @param stateDirectory made if it is not there
     * @param now the start time
     */
    static long next(Path stateDirectory, Instant now) throws StartException {
        Path file = stateDirectory.resolve(FILE);
        try {
            Files.createDirectories(stateDirectory);
            long counter = read(file) + 1;
            write(file, counter);
            return (counter << Integer.SIZE) | (now.getEpochSecond() & SECONDS_MASK);
        } catch (IOException e) {
            throw new StartException(
                    "the state directory "
                            + stateDirectory
                            + " cannot be written ("
                            + Reasons.of(e)
                            + "); choose another with --state-dir",
                    e);
        }
    }

    private static long read(Path file) throws IOException, StartException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException _) {
            return 0;
        }
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new StartException(
                    file
                            + " is damaged: it should hold one number; write there one that is"
                            + " larger than before (the number of starts will do)",
                    e);
        }
    }

    /** All or nothing: a crash leaves the old number or the new one. */
    private static void write(Path file, long counter) throws IOException {
        Path fresh = file.resolveSibling(FILE + ".new");
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap((counter + "\n").getBytes(StandardCharsets.US_ASCII)));
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent())) {
            directory.force(true);
        }
    }
}
