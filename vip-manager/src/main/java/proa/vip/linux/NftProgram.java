package proa.vip.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The {@code nft} program, fed with text: all of a text is one transaction. A run takes 5 to 50 ms,
 * and it begins anew whenever others change rules meanwhile. So it is for what is seldom made, and
 * goes before all ordinary processes, to be done between two changes; call it from a thread that
 * may wait. Stateless.
 */
public final class NftProgram {

    /** A table of thousands of elements takes a busy machine a second. */
    private static final long TIME_MAX_SECONDS = 20;

    private static final List<String> PLACES =
            List.of("/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft");

    private NftProgram() {}

    /**
     * Feeds it.
     *
     * @return what it prints
     * @throws IOException when the program is not there, or with its first words when it refuses
     */
    public static String run(String text) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(program(), "-f", "-").redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException(
                    "forwarding by the kernel needs the nft program (install nftables): "
                            + e.getMessage(),
                    e);
        }
        RealTime.hasten(process.pid()); // it waits for its text
        var killed =
                process.onExit()
                        .orTimeout(TIME_MAX_SECONDS, TimeUnit.SECONDS)
                        .exceptionally(_ -> process.destroyForcibly());
        Optional<IOException> unread = feed(process, text);
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        killed.join();
        if (unread.isPresent() || process.onExit().join().exitValue() != 0) {
            String word = printed.lines().findFirst().orElse("no word");
            throw new IOException("nft: " + word, unread.orElse(null));
        }
        return printed;
    }

    /** A program that ends before it has read everything has something to say. */
    private static Optional<IOException> feed(Process process, String text) {
        try (var in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static String program() {
        return PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElse("nft");
    }
}
