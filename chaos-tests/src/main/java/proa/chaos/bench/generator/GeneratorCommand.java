package proa.chaos.bench.generator;

import picocli.CommandLine.Command;

import proa.chaos.lab.Conversation;
import proa.chaos.report.Json;
import proa.config.command.Subcommand;

import java.io.IOException;

/**
 * {@code proa bench-load}: the generator's process. Lines of standard input: {@code run PLAN},
 * {@code hold PLAN} and {@code release}, a plan as JSON; each is answered with an {@link Outcome}.
 */
@Command(
        name = "bench-load",
        hidden = true,
        description = "The load generator of the bench, steered through standard input.")
public final class GeneratorCommand implements Subcommand {

    private static final Outcome NOTHING = new Outcome(0, 0, 0, 0, 0, Failures.NONE, "");

    @Override
    public Integer call() throws IOException {
        try (Generator generator = new Generator()) {
            Conversation.answer(question -> answer(generator, question));
        }
        return 0;
    }

    private static Outcome answer(Generator generator, String question) throws IOException {
        String[] words = question.split(" ", 2);
        return switch (words[0]) {
            case "run" -> generator.run(Json.read(words[1], Plan.class));
            case "hold" -> generator.hold(Json.read(words[1], Plan.class));
            case "release" -> {
                generator.release();
                yield NOTHING;
            }
            default -> throw new IOException("not a question: " + question);
        };
    }
}
