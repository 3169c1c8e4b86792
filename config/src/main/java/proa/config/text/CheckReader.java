package proa.config.text;

import com.typesafe.config.ConfigList;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.ScriptStep;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code backends.NAME.check}. */
final class CheckReader {

    private CheckReader() {}

    static Check read(Section section) {
        Duration every = section.get(CheckKeys.Check.EVERY);
        Duration timeout =
                section.find(CheckKeys.Check.TIMEOUT)
                        .orElse(shorter(every, CheckKeys.Check.TIMEOUT_MAX));
        return new Check(
                probe(section),
                section.find(CheckKeys.Check.PORT),
                every,
                section.find(CheckKeys.Check.FAST),
                section.get(CheckKeys.Check.JITTER),
                timeout,
                section.find(CheckKeys.Check.SLOW).orElse(Check.slow(timeout)),
                section.get(CheckKeys.Check.FALL),
                section.get(CheckKeys.Check.RISE),
                section.find(CheckKeys.Check.TLS),
                section.get(CheckKeys.Check.HINTS));
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Probe probe(Section section) {
        List<String> written =
                CheckKeys.Check.PROBES.stream()
                        .filter(section::has)
                        .map(Key::name)
                        .filter(name -> !name.equals("tcp") || section.get(CheckKeys.Check.TCP))
                        .toList();
        if (written.size() != 1) {
            section.report()
                    .error(
                            section.path(),
                            written.isEmpty()
                                    ? "`check` says neither `tcp` nor `http` nor another probe"
                                    : "`check` has `"
                                            + String.join("` and `", written)
                                            + "`; only one could win",
                            "`tcp = true` or `http { get = \"/health\" }`");
        }
        return Stream.of(http(section), script(section), udp(section), ready(section))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(Probe.Tcp::new);
    }

    private static Optional<Probe> http(Section section) {
        return section.child(CheckKeys.Check.HTTP, CheckKeys.Http.SHAPE).map(HttpProbeReader::read);
    }

    private static Optional<Probe> ready(Section section) {
        Optional<Probe> redis =
                section.child(CheckKeys.Check.REDIS, CheckKeys.Ready.REDIS)
                        .map(_ -> new Probe.Redis());
        Optional<Probe> postgresql =
                section.child(CheckKeys.Check.POSTGRESQL, CheckKeys.Ready.POSTGRESQL)
                        .map(CheckReader::postgresql);
        Optional<Probe> mysql =
                section.child(CheckKeys.Check.MYSQL, CheckKeys.Ready.MYSQL).map(CheckReader::mysql);
        Optional<Probe> smtp =
                section.child(CheckKeys.Check.SMTP, CheckKeys.Ready.SMTP)
                        .map(below -> new Probe.Smtp(below.get(CheckKeys.Ready.SMTP_HELLO)));
        Optional<Probe> ldap =
                section.child(CheckKeys.Check.LDAP, CheckKeys.Ready.LDAP)
                        .map(_ -> new Probe.Ldap());
        Optional<Probe> grpc =
                section.child(CheckKeys.Check.GRPC, CheckKeys.Ready.GRPC)
                        .map(
                                below ->
                                        new Probe.Grpc(
                                                below.find(CheckKeys.Ready.GRPC_SERVICE)
                                                        .orElse("")));
        return Stream.of(redis, postgresql, mysql, smtp, ldap, grpc)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Probe postgresql(Section section) {
        return new Probe.Postgresql(
                section.get(CheckKeys.Ready.POSTGRESQL_USER),
                section.find(CheckKeys.Ready.POSTGRESQL_DATABASE));
    }

    private static Probe mysql(Section section) {
        Optional<String> user = section.find(CheckKeys.Ready.MYSQL_USER);
        if (!section.has(CheckKeys.Ready.MYSQL_USER)) {
            section.report()
                    .warn(
                            section.path(),
                            "the server counts each probe as an interrupted connection and may"
                                    + " block this host (max_connect_errors)",
                            "user = proa, a user without password and rights");
        }
        return new Probe.Mysql(user);
    }

    private static Optional<Probe> script(Section section) {
        return section.has(CheckKeys.Check.SCRIPT)
                ? Optional.of(new Probe.Script(steps(section, CheckKeys.Check.SCRIPT)))
                : Optional.empty();
    }

    /** Only an answer shows that somebody is there. */
    private static Optional<Probe> udp(Section section) {
        if (!section.has(CheckKeys.Check.UDP)) {
            return Optional.empty();
        }
        List<ScriptStep> steps = steps(section, CheckKeys.Check.UDP);
        if (!steps.isEmpty() && steps.stream().allMatch(ScriptStep.Send.class::isInstance)) {
            section.report()
                    .error(
                            section.path(CheckKeys.Check.UDP),
                            "no answer is expected, so every server would pass",
                            "[ { send = \"ping\" }, { expect = \"pong\" } ]");
        }
        return Optional.of(new Probe.Udp(steps));
    }

    private static List<ScriptStep> steps(Section section, Key<ConfigList> key) {
        List<ScriptStep> steps =
                section.items(key).stream()
                        .flatMap(item -> section.open(item, CheckKeys.Step.SHAPE).stream())
                        .flatMap(step -> step(step).stream())
                        .toList();
        if (section.find(key).filter(List::isEmpty).isPresent()) {
            section.report()
                    .error(
                            section.path(key),
                            "`" + key.name() + "` has no step",
                            "[ { send = \"PING\\r\\n\" }, { expect = \"+PONG\" } ]");
        }
        return steps;
    }

    private static Optional<ScriptStep> step(Section step) {
        if (CheckKeys.Step.SHAPE.keys().stream().filter(step::has).count() != 1) {
            step.report()
                    .error(
                            step.path(),
                            "a step is exactly one of `"
                                    + String.join("`, `", CheckKeys.Step.SHAPE.names())
                                    + "`",
                            "{ send = \"PING\\r\\n\" }");
        }
        Optional<ScriptStep> send =
                step.find(CheckKeys.Step.SEND)
                        .or(() -> step.find(CheckKeys.Step.SEND_HEX))
                        .map(ScriptStep.Send::new);
        return send.or(
                        () ->
                                step.find(CheckKeys.Step.EXPECT)
                                        .or(() -> step.find(CheckKeys.Step.EXPECT_HEX))
                                        .map(ScriptStep.Await::new))
                .or(() -> step.find(CheckKeys.Step.EXPECT_REGEX).map(ScriptStep.Match::new));
    }
}
