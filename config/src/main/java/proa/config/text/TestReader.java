package proa.config.text;

import proa.config.Condition;
import proa.config.Condition.Part;
import proa.config.TlsFact;
import proa.config.TlsVersion;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the tests of a condition that take more than one key, and those with a form of their own.
 */
final class TestReader {

    private static final RuleKinds.Span WHOLE_DAY = new RuleKinds.Span(0, 24 * 60);

    /** Programs print the bytes of a serial number; it is compared as the number it is. */
    private static final Pattern LEADING_ZEROS = Pattern.compile("^0+(?=.)");

    private final Section section;
    private final List<Condition> found = new ArrayList<>();

    private TestReader(Section section) {
        this.section = section;
    }

    static List<Condition> tests(Section section) {
        TestReader reader = new TestReader(section);
        reader.named();
        reader.texts();
        reader.tls();
        reader.destination();
        reader.moment();
        return reader.found;
    }

    private void named() {
        Optional<String> value = section.find(FrontendKeys.Test.VALUE);
        Optional<String> matches = section.find(RuleKeys.Test.MATCHES);
        ConditionReader.text(section, FrontendKeys.Test.HEADER)
                .map(
                        name ->
                                matching(
                                        Part.HEADER,
                                        name,
                                        ofBytes(matches),
                                        new Condition.Header(name, value)))
                .ifPresent(found::add);
        ConditionReader.text(section, FrontendKeys.Test.COOKIE)
                .map(
                        name ->
                                matching(
                                        Part.COOKIE,
                                        name,
                                        ofBytes(matches),
                                        new Condition.Cookie(name, value)))
                .ifPresent(found::add);
        ConditionReader.text(section, RuleKeys.Test.QUERY)
                .map(
                        name ->
                                matching(
                                        Part.PARAMETER,
                                        name,
                                        matches,
                                        new Condition.Parameter(name, value)))
                .ifPresent(found::add);
        certificate(value, matches);
        owner();
    }

    /** Fields are compared as they were sent. */
    private Optional<String> ofBytes(Optional<String> matches) {
        matches.filter(pattern -> !RuleKinds.isAscii(pattern))
                .ifPresent(
                        pattern ->
                                section.report()
                                        .error(
                                                section.path(RuleKeys.Test.MATCHES),
                                                "\"" + Kinds.clip(pattern) + "\" is never met",
                                                "bytes are compared: "
                                                        + RuleKinds.asBytes(pattern)));
        return matches;
    }

    private static Condition matching(
            Part part, String name, Optional<String> matches, Condition plain) {
        return matches.<Condition>map(pattern -> new Condition.Matches(part, name, pattern))
                .orElse(plain);
    }

    private void certificate(Optional<String> value, Optional<String> matches) {
        if (!section.has(TlsKeys.Test.CERTIFICATE)) {
            return;
        }
        String asked = section.find(TlsKeys.Test.CERTIFICATE).orElse(TlsKeys.VERIFIED);
        boolean verified = asked.equals(TlsKeys.VERIFIED);
        boolean compared = value.isPresent() || matches.isPresent();
        if (verified == compared && section.find(TlsKeys.Test.CERTIFICATE).isPresent()) {
            section.report()
                    .error(
                            section.path(TlsKeys.Test.CERTIFICATE),
                            verified
                                    ? "a certificate is verified or not, there is no value"
                                    : "nothing to compare it with",
                            "{ certificate = subject, matches = \"^CN=ops,\" }");
        }
        found.add(
                verified
                        ? new Condition.Secure(true)
                        : matching(
                                Part.TLS,
                                asked,
                                matches,
                                equal(TlsFact.named(asked), value.orElse(""))));
    }

    private static Condition equal(TlsFact fact, String value) {
        return new Condition.TlsIs(
                fact,
                switch (fact) {
                    case VERSION, CIPHER, SUBJECT, ISSUER -> value;
                    case SERIAL -> LEADING_ZEROS.matcher(digits(value)).replaceFirst("");
                    case FINGERPRINT -> digits(value);
                });
    }

    private static String digits(String value) {
        return value.replace(":", "").toLowerCase(Locale.ROOT);
    }

    private void tls() {
        if (section.has(TlsKeys.Test.TLS)) {
            Condition secure = new Condition.Secure(false);
            found.add(
                    section.find(TlsKeys.Test.TLS).orElse(true)
                            ? secure
                            : new Condition.None(List.of(secure)));
        }
        if (section.has(TlsKeys.Test.VERSION)) {
            TlsVersion version = section.find(TlsKeys.Test.VERSION).orElse(TlsVersion.TLS_1_2);
            found.add(new Condition.TlsIs(TlsFact.VERSION, version.word()));
        }
        ConditionReader.text(section, TlsKeys.Test.CIPHER)
                .ifPresent(suite -> found.add(new Condition.TlsIs(TlsFact.CIPHER, suite)));
    }

    private void owner() {
        boolean value = section.has(FrontendKeys.Test.VALUE);
        boolean matches = section.has(RuleKeys.Test.MATCHES);
        if (value && matches) {
            section.report()
                    .error(
                            section.path(RuleKeys.Test.MATCHES),
                            "either `value` or `matches`",
                            "matches = \"^2$\"");
        }
        if ((value || matches) && found.isEmpty()) {
            Key<?> key = value ? FrontendKeys.Test.VALUE : RuleKeys.Test.MATCHES;
            section.report()
                    .error(
                            section.path(key),
                            "`"
                                    + key.name()
                                    + "` needs `header`, `cookie`, `query` or `certificate`",
                            "{ header = X-Version, value = \"2\" }");
        }
    }

    private void texts() {
        ConditionReader.text(section, RuleKeys.Test.PATH_SUFFIX)
                .ifPresent(suffix -> found.add(new Condition.PathSuffix(suffix)));
        ConditionReader.text(section, RuleKeys.Test.HOST_SUFFIX)
                .ifPresent(suffix -> found.add(new Condition.HostSuffix(suffix)));
        ConditionReader.text(section, RuleKeys.Test.PATH_REGEX)
                .ifPresent(pattern -> found.add(new Condition.Matches(Part.PATH, "", pattern)));
        ConditionReader.text(section, RuleKeys.Test.RAW_PATH_REGEX)
                .ifPresent(pattern -> found.add(new Condition.Matches(Part.RAW_PATH, "", pattern)));
        ConditionReader.text(section, RuleKeys.Test.HOST_REGEX)
                .ifPresent(pattern -> found.add(new Condition.Matches(Part.HOST, "", pattern)));
    }

    private void destination() {
        if (section.has(RuleKeys.Test.DST)) {
            found.add(
                    new Condition.Destination(
                            ConditionReader.networks(section, RuleKeys.Test.DST)));
        }
        if (section.has(RuleKeys.Test.DST_PORT)) {
            found.add(
                    new Condition.DestinationPort(section.find(RuleKeys.Test.DST_PORT).orElse(1)));
        }
    }

    private void moment() {
        if (section.has(RuleKeys.Test.SHARE)) {
            found.add(new Condition.Share(section.find(RuleKeys.Test.SHARE).orElse(1)));
        }
        Optional<String> zone = section.find(RuleKeys.Test.ZONE);
        if (section.has(RuleKeys.Test.TIME) || section.has(RuleKeys.Test.DAYS)) {
            RuleKinds.Span span = section.find(RuleKeys.Test.TIME).orElse(WHOLE_DAY);
            List<DayOfWeek> days =
                    section.some(
                            RuleKeys.Test.DAYS,
                            RuleKeys.Test.DAY,
                            "day",
                            "days = [mon, tue], or leave it out for every day");
            found.add(new Condition.TimeOfDay(span.from(), span.to(), days, zone.orElse("UTC")));
        } else if (zone.isPresent()) {
            section.report()
                    .error(
                            section.path(RuleKeys.Test.ZONE),
                            "`zone` needs `time` or `days`",
                            "{ time = \"09:00-17:30\", zone = Europe/Berlin }");
        }
    }
}
