package proa.chaos.bench.program;

import proa.chaos.bench.generator.Outcome;
import proa.chaos.bench.generator.Plan;
import proa.chaos.lab.Launcher;
import proa.chaos.report.Json;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Our own generator, in a process beside the servers. One thread asks it. */
public final class GeneratorProcess implements AutoCloseable {

    private static final int END_SECONDS_MAX = 5;

    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;

    private GeneratorProcess(Process process) {
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it. */
    public static GeneratorProcess start() throws IOException {
        List<String> command =
                new ArrayList<>(List.of("taskset", "-c", String.valueOf(Programs.OTHERS_CORE)));
        command.addAll(Launcher.command(List.of("bench-load")));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(Launcher.ENVIRONMENT);
        return new GeneratorProcess(builder.start());
    }

    /** Carries a plan out. */
    public Outcome run(Plan plan) throws IOException {
        return ask("run " + Json.line(plan));
    }

    /** Carries a plan out and leaves the connections open. */
    public Outcome hold(Plan plan) throws IOException {
        return ask("hold " + Json.line(plan));
    }

    /** Closes the connections that were left open. */
    public void release() throws IOException {
        ask("release");
    }

    private Outcome ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the generator has ended");
        }
        return Json.read(answer, Outcome.class);
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
