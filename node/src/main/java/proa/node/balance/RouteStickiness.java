package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig.HashKey;
import proa.node.exchange.Facts;

import java.util.ArrayList;
import java.util.List;

/**
 * The server's name behind the last dot of a value that servers make, as Tomcat's {@code jvmRoute}
 * does with session identifiers: {@code 5F1E0C.web1}.
 */
final class RouteStickiness implements Stickiness {

    private final List<Part> found = new ArrayList<>();

    RouteStickiness(Sticky.Route route) {
        route.cookie().map(name -> Part.of(new HashKey.Cookie(name))).ifPresent(found::add);
        route.parameter().ifPresent(this::parameter);
    }

    private void parameter(String name) {
        String sign = ";" + name + "=";
        found.add(facts -> inPath(facts.path(), sign));
        found.add(Part.of(new HashKey.Parameter(name)));
    }

    @Override
    public Client client(Facts facts) {
        for (Part part : found) {
            String value = part.of(facts);
            if (value != null && value.lastIndexOf('.') >= 0) {
                String server = value.substring(value.lastIndexOf('.') + 1);
                return () -> server;
            }
        }
        return NOBODY;
    }

    /** The value of a path parameter (RFC 3986 §3.3), or null. */
    private static @Nullable String inPath(String path, String sign) {
        int at = path.indexOf(sign);
        if (at < 0) {
            return null;
        }
        int from = at + sign.length();
        int to = from;
        while (to < path.length() && path.charAt(to) != ';' && path.charAt(to) != '/') {
            to++;
        }
        return path.substring(from, to);
    }
}
