package proa.config;

import java.util.List;
import java.util.Optional;

/** A test on a request; named ones have been replaced by what they name. */
public sealed interface Condition {

    /** Holds for every request. */
    record Always() implements Condition {}

    /** All of these hold. */
    record All(List<Condition> of) implements Condition {
        public All {
            of = List.copyOf(of);
        }
    }

    /** At least one of these holds. */
    record Any(List<Condition> of) implements Condition {
        public Any {
            of = List.copyOf(of);
        }
    }

    /** None of these holds. */
    record None(List<Condition> of) implements Condition {
        public None {
            of = List.copyOf(of);
        }
    }

    /** The path (without query) begins with this. */
    record PathPrefix(String prefix) implements Condition {}

    /** The path (without query) is exactly this. */
    record Path(String path) implements Condition {}

    /** The host, without port, compared without regard to case. */
    record Host(String host) implements Condition {}

    /** The method, compared exactly (RFC 9110 §9.1). */
    record Method(String method) implements Condition {}

    /**
     * A header of that name is there and, if a value is given, one of its field lines equals it
     * without regard to case.
     */
    record Header(String name, Optional<String> value) implements Condition {}

    /** A cookie of that name is there and, if a value is given, equals it exactly. */
    record Cookie(String name, Optional<String> value) implements Condition {}

    /** The client's resolved address lies in one of these networks. */
    record Source(List<Network> networks) implements Condition {
        public Source {
            networks = List.copyOf(networks);
        }
    }

    /**
     * The server name that a TLS client asked for (SNI), lower case: exactly this, or with {@code
     * *.} in front one label more.
     */
    record ServerName(String name) implements Condition {}

    /** The cluster-wide request rate of the request's key in that table is above this. */
    record RateAbove(String table, long above) implements Condition {}
}
