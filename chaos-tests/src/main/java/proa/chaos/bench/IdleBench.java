package proa.chaos.bench;

import proa.chaos.bench.IdleMemory.Held;
import proa.chaos.bench.generator.Failures;
import proa.chaos.bench.generator.Outcome;
import proa.chaos.bench.generator.Plan;
import proa.chaos.bench.program.GeneratorProcess;
import proa.chaos.bench.program.Memory;
import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.program.Programs.Answers;
import proa.chaos.bench.program.Service;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Memory under idle keep-alive connections of HTTP/1.1, of freshly started programs. */
final class IdleBench {

    /** The workload's name. */
    static final String NAME = "idle-connections";

    static final int CONNECTIONS = 5_000;

    /** Each makes its one request within this time. */
    private static final int HOLD_SECONDS = 5;

    /** A heap in use has settled after this. */
    private static final int LOAD_SECONDS = 5;

    private static final int STARTS_MAX = 3;

    private static final Workload WORKLOAD = Workload.HTTP1_KEEP_ALIVE;

    private final List<Peer> peers;
    private final Effort effort;
    private final GeneratorProcess generator;
    private final PrintStream progress;

    IdleBench(List<Peer> peers, Effort effort, GeneratorProcess generator, PrintStream progress) {
        this.peers = peers;
        this.effort = effort;
        this.generator = generator;
        this.progress = progress;
    }

    /** About how long it takes. */
    static int seconds(Effort effort, int programs) {
        return starts(effort) * programs * (HOLD_SECONDS + LOAD_SECONDS + 3);
    }

    private static int starts(Effort effort) {
        return Math.min(STARTS_MAX, effort.rounds());
    }

    /** Programs that were started have ended when this returns; Proa's figures come first. */
    IdleMemory measure() throws IOException {
        Map<String, List<Held>> found = new LinkedHashMap<>();
        for (int start = 0; start < starts(effort); start++) {
            for (Held each : once()) {
                found.computeIfAbsent(each.program(), _ -> new ArrayList<>()).add(each);
            }
        }
        return new IdleMemory(CONNECTIONS, found.values().stream().map(Held::medians).toList());
    }

    private List<Held> once() throws IOException {
        try (Programs programs = Programs.open()) {
            Service service = WORKLOAD.service(programs.certificate());
            Program server = programs.server(Answers.HTTP);
            List<Held> found = new ArrayList<>();
            found.add(measure(programs, programs.proa(service, server)));
            for (Peer peer : peers) {
                found.add(measure(programs, peer.start(programs, service, server)));
            }
            programs.succeeded();
            return found;
        }
    }

    private Held measure(Programs programs, Program program) throws IOException {
        Plan plan = WORKLOAD.plan(program.port(), effort);
        require(program, generator.run(plan.lasting(LOAD_SECONDS)));
        long before = Memory.kibibytes(program);
        double perSecond = (double) CONNECTIONS / HOLD_SECONDS;
        Plan idle = plan.lasting(HOLD_SECONDS).over(CONNECTIONS).at(perSecond);
        require(program, generator.hold(idle));
        Held held = Held.of(program.name(), before, Memory.kibibytes(program), CONNECTIONS);
        generator.release();
        programs.end(program);
        progress.printf(
                "%s: %s %.0f MB, with %d connections %.0f MB, %.1f KiB each%n",
                NAME,
                held.program(),
                held.megabytesBefore(),
                CONNECTIONS,
                held.megabytes(),
                held.kibPerConnection());
        return held;
    }

    private static void require(Program program, Outcome outcome) throws IOException {
        if (!outcome.failures().equals(Failures.NONE)) {
            throw new IOException(program.name() + " failed: " + outcome.failures());
        }
    }
}
