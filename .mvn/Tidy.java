import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/**
 * Keeps every source file formatted (google-java-format, AOSP style), main files under 500 lines
 * and methods under 60. Run by the build; {@code ./proa tidy} formats instead of complaining.
 *
 * <p>Arguments: {@code check} or {@code fix}, then a stamp file: files older than it are tidy.
 */
final class Tidy {
    private static final int FILE_LINES_MAX = 500;
    private static final int METHOD_LINES_MAX = 60;

    private static final Formatter FORMATTER =
            new Formatter(
                    JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build());

    private final boolean fix;
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    private Tidy(boolean fix) {
        this.fix = fix;
    }

    public static void main(String[] arguments) throws IOException {
        Tidy tidy = new Tidy(arguments[0].equals("fix"));
        Path stamp = Path.of(arguments[1]);
        long now = System.currentTimeMillis();
        long since = Files.exists(stamp) ? Files.getLastModifiedTime(stamp).toMillis() : 0;
        List<Path> sources = sources();
        sources.stream()
                .filter(file -> file.toFile().lastModified() >= since)
                .parallel()
                .forEach(tidy::file);
        if (tidy.complaints.isEmpty()) {
            Files.createDirectories(stamp.toAbsolutePath().getParent());
            Files.writeString(stamp, sources.size() + " files\n");
            Files.setLastModifiedTime(stamp, java.nio.file.attribute.FileTime.fromMillis(now));
            return;
        }
        tidy.complaints.stream().sorted().forEach(System.err::println);
        System.err.println("Formatting is mended by: ./proa tidy");
        System.exit(1);
    }

    /** Every module's sources, and this file. */
    private static List<Path> sources() throws IOException {
        try (Stream<Path> roots = Files.list(Path.of(""))) {
            return Stream.concat(roots.map(root -> root.resolve("src")), Stream.of(Path.of(".mvn")))
                    .filter(Files::isDirectory)
                    .flatMap(Tidy::walk)
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        }
    }

    private static Stream<Path> walk(Path root) {
        try {
            return Files.walk(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void file(Path file) {
        try {
            String text = Files.readString(file);
            format(file, text);
            long lines = text.lines().count();
            boolean reasoned =
                    text.lines().anyMatch(line -> line.strip().startsWith("// Length: "));
            if (lines > FILE_LINES_MAX && file.toString().contains("src/main") && !reasoned) {
                complaints.add(file + ": " + lines + " lines; split it, or say // Length: why");
            }
            measure(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void format(Path file, String text) throws IOException {
        try {
            String formatted = FORMATTER.formatSourceAndFixImports(text);
            if (formatted.equals(text)) {
                return;
            }
            if (fix) {
                Files.writeString(file, formatted);
            } else {
                complaints.add(file + ": not formatted");
            }
        } catch (FormatterException e) {
            complaints.add(file + ": " + e.getMessage());
        }
    }

    private void measure(Path file) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = compiler.getStandardFileManager(_ -> {}, null, null);
        var task =
                (JavacTask)
                        compiler.getTask(
                                null,
                                files,
                                _ -> {},
                                List.of("-proc:none"),
                                null,
                                files.getJavaFileObjects(file));
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        for (CompilationUnitTree unit : task.parse()) {
            LineMap lines = unit.getLineMap();
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitMethod(MethodTree method, Void nothing) {
                    if (method.getBody() != null) {
                        long first = positions.getStartPosition(unit, method.getBody());
                        long last = positions.getEndPosition(unit, method.getBody());
                        long length = lines.getLineNumber(last) - lines.getLineNumber(first) + 1;
                        if (first >= 0 && last >= 0 && length > METHOD_LINES_MAX) {
                            complaints.add(
                                    "%s:%d: method %s has %d lines, more than %d"
                                            .formatted(
                                                    file,
                                                    lines.getLineNumber(first),
                                                    method.getName(),
                                                    length,
                                                    METHOD_LINES_MAX));
                        }
                    }
                    return super.visitMethod(method, nothing);
                }
            }.scan(unit, null);
        }
    }
}
