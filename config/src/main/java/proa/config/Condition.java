package proa.config;

import java.time.DayOfWeek;
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

    /** The path (without query), in the form of {@link NormalPath}, begins with this. */
    record PathPrefix(String prefix) implements Condition {}

    /** The path (without query), in the form of {@link NormalPath}, is exactly this. */
    record Path(String path) implements Condition {}

    /** The path (without query), in the form of {@link NormalPath}, ends with this. */
    record PathSuffix(String suffix) implements Condition {}

    /** The host, without port, ends with this, compared without regard to case. */
    record HostSuffix(String suffix) implements Condition {}

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

    /**
     * TLS with the client ends here.
     *
     * @param certified and it has shown a certificate that one of the frontend's authorities signed
     */
    record Secure(boolean certified) implements Condition {}

    /** What TLS tells of the client is exactly this. */
    record TlsIs(TlsFact fact, String value) implements Condition {}

    /** The cluster-wide request rate of the request's key in that table is above this. */
    record RateAbove(String table, long above) implements Condition {}

    /**
     * The query has a parameter of that name and, if a value is given, one of its values equals it.
     * Names and values are compared decoded.
     */
    record Parameter(String name, Optional<String> value) implements Condition {}

    /**
     * A regular expression is found in a part of the request.
     *
     * @param part which part
     * @param name of the header, cookie, parameter or fact of TLS; empty for the others
     * @param pattern RE2 syntax, matched in linear time; it is searched for, {@code ^} and {@code
     *     $} bind it to the ends
     */
    record Matches(Part part, String name, String pattern) implements Condition {}

    /** What of a request a regular expression is searched for in. */
    enum Part {
        /** The path, without query, in the form of {@link NormalPath}. */
        PATH,
        /** The path, without query, as sent. */
        RAW_PATH,
        /** The host, without port, in lower case. */
        HOST,
        /** Any field line of that name. */
        HEADER,
        /** The first cookie of that name. */
        COOKIE,
        /** Any parameter of that name, decoded. */
        PARAMETER,
        /** What TLS tells of the client, the {@link TlsFact} of that name. */
        TLS
    }

    /** The address the client connected to lies in one of these networks. */
    record Destination(List<Network> networks) implements Condition {
        public Destination {
            networks = List.copyOf(networks);
        }
    }

    /** The port the client connected to, 1 to 65535. */
    record DestinationPort(int port) implements Condition {}

    /**
     * A random part of all requests.
     *
     * @param millionths 1 to {@link #WHOLE}
     */
    record Share(int millionths) implements Condition {
        /** Every request. */
        public static final int WHOLE = 1_000_000;
    }

    /**
     * The time of the day and of the week.
     *
     * @param fromMinute first minute of the day, 0 to 1439
     * @param toMinute minute after the last, 1 to 1440; not after {@code fromMinute}: the span goes
     *     over midnight and belongs to the day it begins on
     * @param days on which it begins; empty: every day
     * @param zone whose clock, a name of the time-zone database
     */
    record TimeOfDay(int fromMinute, int toMinute, List<DayOfWeek> days, String zone)
            implements Condition {
        public TimeOfDay {
            days = List.copyOf(days);
        }
    }
}
