package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A request made of plain values. */
public record FakeFacts(
        InetAddress source,
        String method,
        String host,
        String path,
        Map<String, String> headers,
        Map<String, String> cookies,
        String query)
        implements Facts {

    /** A GET of that path from 10.0.0.1. */
    public static FakeFacts get(String path) {
        return new FakeFacts(address("10.0.0.1"), "GET", "", path, Map.of(), Map.of(), "");
    }

    public FakeFacts from(String source) {
        return new FakeFacts(address(source), method, host, path, headers, cookies, query);
    }

    public FakeFacts method(String other) {
        return new FakeFacts(source, other, host, path, headers, cookies, query);
    }

    public FakeFacts host(String other) {
        return new FakeFacts(source, method, other, path, headers, cookies, query);
    }

    public FakeFacts withHeader(String name, String value) {
        return new FakeFacts(source, method, host, path, Map.of(name, value), cookies, query);
    }

    public FakeFacts withCookie(String name, String value) {
        return new FakeFacts(source, method, host, path, headers, Map.of(name, value), query);
    }

    public FakeFacts query(String other) {
        return new FakeFacts(source, method, host, path, headers, cookies, other);
    }

    @Override
    public @Nullable String header(String name) {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        return anyCase.get(name);
    }

    @Override
    public boolean headerIs(String name, String value) {
        String own = header(name);
        return own != null && own.toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable String cookie(String name) {
        return cookies.get(name);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
