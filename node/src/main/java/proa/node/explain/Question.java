package proa.node.explain;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A request that is not made.
 *
 * @param method as it would be sent
 * @param scheme http, https, tcp or udp
 * @param host without port, lower case; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param path as it would be sent
 * @param query what follows the question mark; empty: nothing
 * @param from the client's address, as resolved
 * @param fields names and values, in order
 */
public record Question(
        String method,
        String scheme,
        String host,
        int port,
        String path,
        String query,
        InetAddress from,
        List<Map.Entry<String, String>> fields) {

    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);
    private static final List<String> SCHEMES = List.of("http", "https", "tcp", "udp");

    public Question {
        fields = List.copyOf(fields);
    }

    /**
     * Reads it.
     *
     * @param url with a scheme
     * @param from an address; empty: the loopback
     * @param headers lines of {@code Name: value}
     * @throws IllegalArgumentException saying what is wrong with which of them
     */
    public static Question of(String method, String url, String from, List<String> headers) {
        URI uri = parsed(url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "a URL is like https://shop.example/path?query, or tcp://10.0.0.1:3306, not "
                            + url);
        }
        int port = uri.getPort() > 0 ? uri.getPort() : PORTS.getOrDefault(scheme, 0);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the URL lacks a port: " + url);
        }
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("a header is like 'Name: value', not " + header);
            }
            fields.add(Map.entry(header.substring(0, colon), header.substring(colon + 1).strip()));
        }
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new Question(
                method,
                scheme,
                bare(uri.getHost().toLowerCase(Locale.ROOT)),
                port,
                path,
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                from.isEmpty() ? InetAddress.getLoopbackAddress() : address(from),
                fields);
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: " + e.getMessage(), e);
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a client is an address, such as 192.0.2.7, not " + text, e);
        }
    }

    /** Whether TLS would be spoken. */
    boolean secure() {
        return scheme.equals("https");
    }

    /** Whether there are requests, not only bytes. */
    boolean http() {
        return scheme.startsWith("http");
    }
}
