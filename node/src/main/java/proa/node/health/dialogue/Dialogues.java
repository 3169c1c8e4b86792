package proa.node.health.dialogue;

import proa.config.BackendConfig.Probe;
import proa.config.ScriptStep;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The dialogue of each kind of probe. */
public final class Dialogues {

    private Dialogues() {}

    /**
     * Prepares the probes of one server: patterns are compiled and messages written here, once.
     *
     * @param overHttp2 who carries a call over HTTP/2
     * @return a new dialogue for each probe; safe from any thread
     */
    public static Supplier<Dialogue> of(
            Probe probe, InetSocketAddress server, Function<GrpcHealth, Dialogue> overHttp2) {
        return switch (probe) {
            case Probe.Tcp() -> () -> new ScriptDialogue(Script.EMPTY);
            case Probe.Http http -> {
                HttpQuestion question = HttpQuestion.of(http, server);
                yield () -> new HttpDialogue(question);
            }
            case Probe.Script(var steps) -> script(steps);
            case Probe.Udp(var steps) -> script(steps);
            case Probe.Redis() -> RedisDialogue::new;
            case Probe.Postgresql(var user, var database) ->
                    () -> new PostgresqlDialogue(user, database.orElse(user));
            case Probe.Mysql(var user) -> () -> new MysqlDialogue(user.orElse(""));
            case Probe.Smtp(var hello) -> () -> new SmtpDialogue(hello);
            case Probe.Ldap() -> LdapDialogue::new;
            case Probe.Grpc(var service) -> () -> overHttp2.apply(new GrpcHealth(service));
        };
    }

    private static Supplier<Dialogue> script(List<ScriptStep> steps) {
        Script script = Script.of(steps);
        return () -> new ScriptDialogue(script);
    }
}
