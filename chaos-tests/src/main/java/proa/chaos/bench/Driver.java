package proa.chaos.bench;

import proa.chaos.bench.generator.Failures;
import proa.chaos.bench.generator.Outcome;
import proa.chaos.bench.program.CpuTime;
import proa.chaos.bench.program.GeneratorProcess;
import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts one workload on one program, and counts what that costs. */
final class Driver {

    private final Workload workload;
    private final Effort effort;
    private final GeneratorProcess generator;

    Driver(Workload workload, Effort effort, GeneratorProcess generator) {
        this.workload = workload;
        this.effort = effort;
        this.generator = generator;
    }

    /** As much as the program gives, until its cost is steady. */
    WarmUp warmUp(Program program) throws IOException {
        WarmUp warmUp =
                new WarmUp(effort, (long) (workload.warmUpAnswers() * effort.warmUpShare()));
        while (!warmUp.over()) {
            warmUp.add(fullSpeed(program));
        }
        return warmUp;
    }

    /** As much as the program gives. */
    Slice fullSpeed(Program program) throws IOException {
        return measure(program, () -> workload.wantsH2Load() ? h2load(program) : own(program, 0));
    }

    /** Answers at a fixed rate, whose times count from when they were due. */
    Slice paced(Program program, double answersPerSecond) throws IOException {
        return measure(
                program,
                () ->
                        workload.wantsH2Load()
                                ? h2load(program, answersPerSecond)
                                : own(program, answersPerSecond));
    }

    /** What was agreed on in the handshake, or empty; the same of everybody is equal work. */
    String suite(Program program) throws IOException {
        if (workload.wantsH2Load()) {
            String said = Programs.output(H2Load.once(Programs.OTHERS_CORE, url(program)));
            return H2Load.parse(said, List.of()).suite();
        }
        return generator
                .run(workload.plan(program.port(), effort).at(1.0 / effort.seconds()))
                .suite();
    }

    private Outcome h2load(Program program) throws IOException {
        return H2Load.parse(
                Programs.output(
                        H2Load.command(Programs.OTHERS_CORE, url(program), effort.seconds())),
                List.of());
    }

    private Outcome h2load(Program program, double perSecond) throws IOException {
        Path log = Files.createTempFile("proa-h2load", ".log");
        try {
            int core = Programs.OTHERS_CORE;
            String said =
                    Programs.output(
                            H2Load.command(core, url(program), effort.seconds(), perSecond, log));
            return H2Load.parse(said, Files.readAllLines(log));
        } finally {
            Files.delete(log);
        }
    }

    private String url(Program program) {
        String scheme = workload.isSecured() ? "https" : "http";
        return scheme + "://127.0.0.1:" + program.port() + "/";
    }

    private Outcome own(Program program, double perSecond) throws IOException {
        return generator.run(workload.plan(program.port(), effort).at(perSecond));
    }

    private interface Load {
        Outcome put() throws IOException;
    }

    private Slice measure(Program program, Load load) throws IOException {
        long cpu = CpuTime.micros(program);
        long busy = CpuTime.busyMicros(Programs.BALANCER_CORE);
        long begun = System.nanoTime();
        Outcome outcome = load.put();
        if (!outcome.failures().equals(Failures.NONE) || outcome.answers() == 0) {
            throw new IOException(
                    "%s failed in %s: %d answers, %s"
                            .formatted(
                                    program.name(),
                                    workload.label(),
                                    outcome.answers(),
                                    outcome.failures()));
        }
        return Slice.of(
                outcome,
                workload.unitsPerAnswer(),
                CpuTime.micros(program) - cpu,
                CpuTime.busyMicros(Programs.BALANCER_CORE) - busy,
                (System.nanoTime() - begun) / 1e3);
    }
}
