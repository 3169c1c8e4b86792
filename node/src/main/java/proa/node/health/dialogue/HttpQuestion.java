package proa.node.health.dialogue;

import com.google.re2j.Pattern;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Probe;
import proa.config.Expect;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The request of an HTTP probe, written once, and what is expected of the answer.
 *
 * @param bytes head and body as sent
 * @param toHead whether the answer has no body
 * @param regex {@link Expect#regex}, compiled
 */
record HttpQuestion(byte[] bytes, boolean toHead, Expect expect, @Nullable Pattern regex) {

    static HttpQuestion of(Probe.Http http, InetSocketAddress server) {
        return new HttpQuestion(
                request(http, server),
                http.method().equals("HEAD"),
                http.expect(),
                http.expect().regex().map(Pattern::compile).orElse(null));
    }

    private static byte[] request(Probe.Http http, InetSocketAddress server) {
        StringBuilder head = new StringBuilder();
        head.append(http.method()).append(' ').append(http.uri()).append(" HTTP/1.1\r\nHost: ");
        head.append(http.host().orElseGet(() -> authority(server))).append("\r\n");
        for (Probe.Field field : http.fields()) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        if (!has(http, "User-Agent")) {
            head.append("User-Agent: proa-check\r\n");
        }
        if (!has(http, "Accept")) {
            head.append("Accept: */*\r\n");
        }
        int length = http.body().getBytes(StandardCharsets.UTF_8).length;
        if (length > 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n").append(http.body());
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean has(Probe.Http http, String name) {
        return http.fields().stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
    }

    private static String authority(InetSocketAddress server) {
        String address = server.getAddress().getHostAddress();
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        return host + ":" + server.getPort();
    }
}
