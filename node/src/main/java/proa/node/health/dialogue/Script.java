package proa.node.health.dialogue;

import com.google.re2j.Pattern;

import proa.config.ScriptStep;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The steps of a scripted probe, ready to use. */
record Script(List<Step> steps) {

    /** Being connected is enough. */
    static final Script EMPTY = new Script(List.of());

    static Script of(List<ScriptStep> steps) {
        return new Script(steps.stream().map(Script::step).toList());
    }

    private static Step step(ScriptStep step) {
        return switch (step) {
            case ScriptStep.Send(var bytes) ->
                    new Send(bytes.getBytes(StandardCharsets.ISO_8859_1));
            case ScriptStep.Await(var bytes) -> new Await(bytes);
            case ScriptStep.Match(var regex) -> new Match(Pattern.compile(regex));
        };
    }

    /** One step. */
    sealed interface Step {}

    /** These bytes are sent. */
    record Send(byte[] bytes) implements Step {}

    /** These come, one character each. */
    record Await(String bytes) implements Step {}

    /** What comes matches, one character for each byte. */
    record Match(Pattern regex) implements Step {}
}
