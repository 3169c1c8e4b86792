package proa.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class JsonTest {

    @Test
    void writesEveryKindOfValueInOrder() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("text", "a");
        document.put("number", 7L);
        document.put("truth", true);
        document.put("list", List.of("x", List.of(), Map.of()));
        document.put("raw", new Json.Raw("{\"own\":1}"));
        assertThat(Json.of(document))
                .isEqualTo(
                        "{\"text\":\"a\",\"number\":7,\"truth\":true,\"list\":[\"x\",[],{}],"
                                + "\"raw\":{\"own\":1}}");
    }

    @Test
    void escapesWhatMustBeEscaped() {
        assertThat(Json.of("a\"b\\c\nd\u0001é")).isEqualTo("\"a\\\"b\\\\c\\u000ad\\u0001é\"");
    }
}
