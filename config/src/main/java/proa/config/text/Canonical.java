package proa.config.text;

import proa.config.ClusterConfig;
import proa.config.ProaConfig;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The one spelling of a configuration, and its hash. Two files that say the same in another order,
 * with other comments or with defaults written out have the same spelling.
 *
 * <p>File names are left out: where a node keeps its certificate is its own affair, and {@code
 * %{node}} differs on each.
 */
final class Canonical {

    private Canonical() {}

    /** SHA-256 of the canonical spelling, in hexadecimal. */
    static String hash(ProaConfig config) {
        try {
            byte[] spelling = text(config).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(spelling));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    static String text(ProaConfig config) {
        StringBuilder out = new StringBuilder();
        write(config, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        switch (value) {
            case ClusterConfig.TlsFiles _ -> out.append("tls");
            case Path _ -> out.append("file");
            case Record entry -> components(entry, out);
            case List<?> list -> elements(list, out);
            case Optional<?> maybe ->
                    maybe.ifPresentOrElse(some -> write(some, out), () -> out.append('-'));
            case String text -> out.append(text.length()).append(':').append(text);
            case Enum<?> choice -> out.append(choice.name());
            case InetAddress address -> out.append(address.getHostAddress());
            case InetSocketAddress socket -> {
                write(socket.getAddress(), out);
                out.append('#').append(socket.getPort());
            }
            case Duration span -> out.append(span.toNanos()).append("ns");
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag);
            default ->
                    throw new IllegalStateException("no canonical spelling of " + value.getClass());
        }
    }

    private static void elements(List<?> list, StringBuilder out) {
        out.append('[');
        for (Object element : list) {
            write(element, out);
            out.append(';');
        }
        out.append(']');
    }

    private static void components(Record entry, StringBuilder out) {
        out.append(entry.getClass().getSimpleName()).append('{');
        for (RecordComponent component : entry.getClass().getRecordComponents()) {
            out.append(component.getName()).append('=');
            write(valueOf(component, entry), out);
            out.append(';');
        }
        out.append('}');
    }

    private static Object valueOf(RecordComponent component, Record entry) {
        try {
            return component.getAccessor().invoke(entry);
        } catch (IllegalAccessException | InvocationTargetException defect) {
            throw new IllegalStateException(component.toString(), defect);
        }
    }
}
