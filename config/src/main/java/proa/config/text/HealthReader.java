package proa.config.text;

import proa.config.HealthConfig;
import proa.config.HealthConfig.Agent;
import proa.config.HealthConfig.Failure;
import proa.config.HealthConfig.Passive;

import java.time.Duration;
import java.util.List;

/** Reads what a backend has besides its check: {@code agent}, {@code passive}, panic. */
final class HealthReader {

    private HealthReader() {}

    static HealthConfig read(Section backend) {
        return new HealthConfig(
                backend.child(HealthKeys.AGENT, HealthKeys.Agent.SHAPE).map(HealthReader::agent),
                backend.child(HealthKeys.PASSIVE, HealthKeys.Traffic.SHAPE)
                        .map(HealthReader::passive),
                backend.get(HealthKeys.PANIC_BELOW));
    }

    private static Agent agent(Section section) {
        Duration every = section.get(HealthKeys.Agent.EVERY);
        return new Agent(
                section.get(HealthKeys.Agent.PORT),
                every,
                section.find(HealthKeys.Agent.TIMEOUT)
                        .orElse(CheckReader.shorter(every, CheckKeys.Check.TIMEOUT_MAX)),
                section.find(HealthKeys.Agent.SEND).orElse(""));
    }

    private static Passive passive(Section section) {
        List<Failure> counted =
                section.some(
                        HealthKeys.Traffic.COUNTED,
                        Kinds.choice(HealthKeys.Traffic.FAILURES),
                        "failure",
                        "leave it out for the usual ones, or `passive` itself for none");
        return new Passive(
                section.get(HealthKeys.Traffic.COUNT),
                section.get(HealthKeys.Traffic.WITHIN),
                section.get(HealthKeys.Traffic.OUT),
                section.get(HealthKeys.Traffic.OUT_MAX),
                section.get(HealthKeys.Traffic.EJECTED_MAX),
                counted.isEmpty()
                        ? Passive.COUNTED_DEFAULT
                        : counted.stream().distinct().sorted().toList());
    }
}
