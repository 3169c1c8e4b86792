package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;
import proa.node.exchange.Trail;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A request made of plain values. */
public record FakeFacts(
        InetAddress source,
        String method,
        String host,
        String target,
        Map<String, String> headers,
        Map<String, String> cookies,
        String serverName,
        @Nullable Trail trail)
        implements Facts {

    /** A GET of that path, perhaps with a query, from 10.0.0.1. */
    public static FakeFacts get(String path) {
        return new FakeFacts(address("10.0.0.1"), "GET", "", path, Map.of(), Map.of(), "", null);
    }

    @Override
    public InetSocketAddress destination() {
        return new InetSocketAddress(address("192.0.2.80"), 8080);
    }

    @Override
    public String path() {
        return target.split("\\?", 2)[0];
    }

    @Override
    public String query() {
        return target.contains("?") ? target.split("\\?", 2)[1] : "";
    }

    @Override
    public boolean anyHeader(String name, Predicate<String> test) {
        String own = header(name);
        return own != null && test.test(own);
    }

    public FakeFacts from(String source) {
        return new FakeFacts(
                address(source), method, host, target, headers, cookies, serverName, trail);
    }

    /** On a connection that is followed. */
    public FakeFacts on(Trail connection) {
        return new FakeFacts(
                source, method, host, target, headers, cookies, serverName, connection);
    }

    public FakeFacts method(String other) {
        return new FakeFacts(source, other, host, target, headers, cookies, serverName, trail);
    }

    public FakeFacts host(String other) {
        return new FakeFacts(source, method, other, target, headers, cookies, serverName, trail);
    }

    public FakeFacts serverName(String other) {
        return new FakeFacts(source, method, host, target, headers, cookies, other, trail);
    }

    public FakeFacts withHeader(String name, String value) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(name, value);
        return new FakeFacts(source, method, host, target, all, cookies, serverName, trail);
    }

    public FakeFacts withCookie(String name, String value) {
        return new FakeFacts(
                source, method, host, target, headers, Map.of(name, value), serverName, trail);
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
