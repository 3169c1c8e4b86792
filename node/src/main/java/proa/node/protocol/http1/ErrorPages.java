package proa.node.protocol.http1;

import org.jspecify.annotations.Nullable;

import proa.config.HttpOptions.ErrorPage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What Proa's own answers contain, by status, as the operator wrote it. Immutable. */
public final class ErrorPages {

    /** No page but the plain ones. */
    public static final ErrorPages NONE = new ErrorPages(Map.of());

    /** Larger pages belong on a server: each answer is written whole. */
    public static final int BYTES_MAX = 64 << 10;

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "htm", "text/html; charset=utf-8",
                    "json", "application/json",
                    "xml", "application/xml");

    private static final String PLAIN = "text/plain; charset=utf-8";

    private final Map<Integer, Page> pages;

    private ErrorPages(Map<Integer, Page> pages) {
        this.pages = Map.copyOf(pages);
    }

    /**
     * One page.
     *
     * @param type its media type
     * @param body its bytes; not changed by anybody
     */
    record Page(String type, byte[] body) {}

    /**
     * Reads the files.
     *
     * @throws IOException naming the first file that cannot be read or is larger than {@link
     *     #BYTES_MAX}
     */
    public static ErrorPages read(List<ErrorPage> pages) throws IOException {
        Map<Integer, Page> read = new HashMap<>();
        for (ErrorPage page : pages) {
            read.put(page.status(), new Page(type(page.file().toString()), bytes(page.file())));
        }
        return new ErrorPages(read);
    }

    private static byte[] bytes(Path file) throws IOException {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new IOException("larger than " + BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("error page " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new IOException("error page " + file + ": " + e.getMessage(), e);
        }
    }

    private static String type(String file) {
        String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(ending, PLAIN);
    }

    @Nullable Page of(int status) {
        return pages.get(status);
    }
}
