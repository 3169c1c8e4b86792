package proa.node.explain;

import org.jspecify.annotations.Nullable;

import proa.config.TlsFact;
import proa.node.exchange.Facts;
import proa.node.exchange.Handshake;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What rules and balancing would know of a request that is not made. Immutable. */
final class AskedFacts implements Facts {

    private final Question question;
    private final InetSocketAddress destination;

    AskedFacts(Question question, InetAddress destination) {
        this.question = question;
        this.destination = new InetSocketAddress(destination, question.port());
    }

    @Override
    public InetAddress source() {
        return question.from();
    }

    @Override
    public InetSocketAddress destination() {
        return destination;
    }

    @Override
    public String scheme() {
        return question.http() ? question.scheme() : "";
    }

    @Override
    public String serverName() {
        return question.secure() && !isLiteral() ? question.host() : "";
    }

    private boolean isLiteral() {
        return question.host().contains(":") || question.host().matches("[0-9.]+");
    }

    /** As a client of today has it, without a certificate. */
    @Override
    public @Nullable Handshake handshake() {
        if (!question.secure()) {
            return null;
        }
        return new Handshake() {
            @Override
            public boolean certified() {
                return false;
            }

            @Override
            public String of(TlsFact fact) {
                return fact == TlsFact.VERSION ? "TLSv1.3" : "";
            }
        };
    }

    @Override
    public String method() {
        return question.http() ? question.method() : "";
    }

    @Override
    public String path() {
        return question.http() ? question.path() : "";
    }

    @Override
    public String query() {
        return question.http() ? question.query() : "";
    }

    @Override
    public String host() {
        return question.http() ? question.host() : "";
    }

    private Stream<String> values(String name) {
        return question.fields().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue);
    }

    @Override
    public @Nullable String header(String name) {
        String own = values(name).findFirst().orElse(null);
        return own == null && name.equalsIgnoreCase("host") && question.http() ? host() : own;
    }

    @Override
    public boolean headerIs(String name, String value) {
        return values(name).anyMatch(value::equalsIgnoreCase);
    }

    @Override
    public boolean anyHeader(String name, Predicate<String> test) {
        return values(name).anyMatch(test);
    }

    @Override
    public @Nullable String cookie(String name) {
        return values("cookie")
                .flatMap(pairs -> Stream.of(pairs.split(";", -1)))
                .map(String::strip)
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst()
                .orElse(null);
    }
}
