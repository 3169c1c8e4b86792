package proa.node.health.dialogue;

import com.google.re2j.Pattern;

import org.jspecify.annotations.Nullable;

import proa.config.Expect;

/**
 * Whether the body of an answer is what is expected.
 *
 * @param cut whether the body may go on behind what was read
 */
record BodyJudge(HttpQuestion question, boolean cut) {

    /** What is wrong with a body, or null. */
    @Nullable String wrong(String body) {
        Expect expect = question.expect();
        String string = expect.string().orElse("");
        if (!body.contains(string)) {
            return "the body does not contain " + Shown.quoted(string) + where();
        }
        Pattern regex = question.regex();
        if (regex != null && !regex.matcher(body).find()) {
            return "the body does not match " + Shown.quoted(regex.pattern()) + where();
        }
        return expect.json().isEmpty() ? null : wrongJson(expect, body);
    }

    private String where() {
        return cut ? " within its first " + question.expect().bodyBytesMax() + " bytes" : "";
    }

    private @Nullable String wrongJson(Expect expect, String body) {
        Json document = JsonReader.read(body);
        if (document == null) {
            return "the body is not JSON" + where();
        }
        for (Expect.JsonValue expected : expect.json()) {
            String wrong = wrong(expected, JsonPath.of(expected.path()).in(document));
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static @Nullable String wrong(Expect.JsonValue expected, @Nullable Json found) {
        if (found == null) {
            return "the body has no " + expected.path();
        }
        return found.is(expected.value())
                ? null
                : expected.path()
                        + " is "
                        + Shown.clipped(found.shown())
                        + ", "
                        + Shown.clipped(expected.value())
                        + " expected";
    }
}
