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
 * node counted by incarnation, so a number that was used before would lose counts, and they take no
 * counts of a life before the latest ones.
 *
 * <p>Where there is no file the counter begins with the seconds since 2020: no node starts more
 * than once in a second, so that one whose disk was lost goes on above all of its lives before.
 */
final class Incarnation {

    private static final String FILE = "incarnation";
    private static final long SECONDS_MASK = 0xffff_ffffL;

    /** 2020-01-01: what has been counted since has 31 bits until 2088. */
    private static final long FIRST_SECOND = 1_577_836_800;

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
            long counter = read(file, now) + 1;
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

    private static long read(Path file, Instant now) throws IOException, StartException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException _) {
            return Math.max(0, now.getEpochSecond() - FIRST_SECOND);
        }
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new StartException(
                    file
                            + " is damaged: it should hold one number; remove it, and the next"
                            + " start writes one that is larger than all before",
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
