package proa.config.text;

import proa.config.Condition;
import proa.config.Network;

import java.util.List;
import java.util.Locale;

/**
 * Whether one condition holds whenever another does, as far as that can be seen without thinking
 * hard: never claims it wrongly, and misses what would take a proof.
 */
final class Implication {

    private Implication() {}

    /** Whether {@code wide} certainly holds for every request that {@code narrow} holds for. */
    static boolean covers(Condition wide, Condition narrow) {
        return byParts(wide, narrow) || simply(wide, narrow);
    }

    private static boolean byParts(Condition wide, Condition narrow) {
        return switch (narrow) {
                    case Condition.All(List<Condition> of) ->
                            of.stream().anyMatch(each -> covers(wide, each));
                    case Condition.Any(List<Condition> of) ->
                            !of.isEmpty() && of.stream().allMatch(each -> covers(wide, each));
                    case Condition _ -> false;
                }
                || switch (wide) {
                    case Condition.All(List<Condition> of) ->
                            !of.isEmpty() && of.stream().allMatch(each -> covers(each, narrow));
                    case Condition.Any(List<Condition> of) ->
                            of.stream().anyMatch(each -> covers(each, narrow));
                    case Condition _ -> false;
                };
    }

    private static boolean simply(Condition wide, Condition narrow) {
        return switch (wide) {
            case Condition.Always _ -> true;
            case Condition.Share _, Condition.RateAbove _ -> false;
            case Condition.PathPrefix(String prefix) -> pathBegins(narrow, prefix);
            case Condition.PathSuffix(String suffix) -> pathEnds(narrow, suffix);
            case Condition.HostSuffix(String suffix) -> hostEnds(narrow, lower(suffix));
            case Condition.Host(String host) ->
                    narrow instanceof Condition.Host(String other)
                            && lower(other).equals(lower(host));
            case Condition.Header(String name, var value) ->
                    narrow instanceof Condition.Header(String other, var theirs)
                            && other.equalsIgnoreCase(name)
                            && (value.isEmpty()
                                    || theirs.isPresent()
                                            && theirs.get().equalsIgnoreCase(value.get()));
            case Condition.Cookie(String name, var value) ->
                    narrow instanceof Condition.Cookie(String other, var theirs)
                            && other.equals(name)
                            && (value.isEmpty() || value.equals(theirs));
            case Condition.Parameter(String name, var value) ->
                    narrow instanceof Condition.Parameter(String other, var theirs)
                            && other.equals(name)
                            && (value.isEmpty() || value.equals(theirs));
            case Condition.Source(List<Network> networks) ->
                    narrow instanceof Condition.Source(List<Network> others)
                            && within(networks, others);
            case Condition.Destination(List<Network> networks) ->
                    narrow instanceof Condition.Destination(List<Network> others)
                            && within(networks, others);
            case Condition.Secure(boolean certified) -> secure(narrow, certified);
            case Condition.ServerName(String name) ->
                    narrow instanceof Condition.ServerName(String other) && names(name, other);
            case Condition.All _,
                    Condition.Any _,
                    Condition.None _,
                    Condition.Path _,
                    Condition.Method _,
                    Condition.Matches _,
                    Condition.DestinationPort _,
                    Condition.TimeOfDay _,
                    Condition.TlsIs _ ->
                    wide.equals(narrow) && !changes(wide);
        };
    }

    private static boolean pathBegins(Condition narrow, String prefix) {
        return switch (narrow) {
            case Condition.PathPrefix(String other) -> other.startsWith(prefix);
            case Condition.Path(String path) -> path.startsWith(prefix);
            case Condition _ -> false;
        };
    }

    private static boolean pathEnds(Condition narrow, String suffix) {
        return switch (narrow) {
            case Condition.PathSuffix(String other) -> other.endsWith(suffix);
            case Condition.Path(String path) -> path.endsWith(suffix);
            case Condition _ -> false;
        };
    }

    private static boolean hostEnds(Condition narrow, String suffix) {
        return switch (narrow) {
            case Condition.HostSuffix(String other) -> lower(other).endsWith(suffix);
            case Condition.Host(String host) -> lower(host).endsWith(suffix);
            case Condition _ -> false;
        };
    }

    private static boolean secure(Condition narrow, boolean certified) {
        return switch (narrow) {
            case Condition.Secure(boolean shown) -> shown || !certified;
            case Condition.TlsIs(var fact, _) -> fact.ofCertificate() || !certified;
            case Condition _ -> false;
        };
    }

    /** A pattern stands for one label, whatever it is. */
    private static boolean names(String wide, String narrow) {
        int dot = narrow.indexOf('.');
        return wide.equals(narrow)
                || dot > 0
                        && wide.startsWith("*.")
                        && wide.substring(1).equals(narrow.substring(dot));
    }

    /** Whether it may hold at one moment and not at the next: by chance, or by being counted. */
    private static boolean changes(Condition condition) {
        return switch (condition) {
            case Condition.Share _, Condition.RateAbove _ -> true;
            case Condition.All(List<Condition> of) -> of.stream().anyMatch(Implication::changes);
            case Condition.Any(List<Condition> of) -> of.stream().anyMatch(Implication::changes);
            case Condition.None(List<Condition> of) -> of.stream().anyMatch(Implication::changes);
            case Condition _ -> false;
        };
    }

    private static boolean within(List<Network> wide, List<Network> narrow) {
        return !narrow.isEmpty()
                && narrow.stream()
                        .allMatch(network -> wide.stream().anyMatch(each -> holds(each, network)));
    }

    private static boolean holds(Network wide, Network narrow) {
        return wide.prefixLength() <= narrow.prefixLength() && wide.contains(narrow.address());
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
