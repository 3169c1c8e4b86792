package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

/** An OpenAPI description, and whether answers are as it says. */
record Described(Map<?, ?> document) {

    private static Map<?, ?> in(Map<?, ?> of, Object... names) {
        Map<?, ?> at = of;
        for (Object name : names) {
            assertThat(at.get(name)).as("%s of %s", name, at.keySet()).isInstanceOf(Map.class);
            at = (Map<?, ?>) at.get(name);
        }
        return at;
    }

    Map<?, ?> operation(String method, String path) {
        return in(document, "paths", path, method.toLowerCase(java.util.Locale.ROOT));
    }

    /** An answer of that status is as described: all that is required, nothing else. */
    void assertDescribes(String method, String path, int status, Object answer) {
        Map<?, ?> responses = in(operation(method, path), "responses");
        Map<?, ?> response =
                responses.containsKey(String.valueOf(status))
                        ? in(responses, String.valueOf(status))
                        : in(document, "components", "responses", "Error");
        Map<?, ?> schema = in(response, "content", "application/json", "schema");
        assertIs(schema, answer, method + " " + path + " " + status);
    }

    private void assertIs(Map<?, ?> schema, Object value, String where) {
        if (schema.get("$ref") instanceof String reference) {
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            assertIs(in(document, "components", "schemas", name), value, where + " " + name);
            return;
        }
        Object type = schema.get("type");
        if (type == null) {
            return; // anything
        }
        switch (type.toString()) {
            case "object" -> assertObject(schema, value, where);
            case "array" -> {
                assertThat(value).as(where).isInstanceOf(List.class);
                Map<?, ?> items = in(schema, "items");
                ((List<?>) value).forEach(item -> assertIs(items, item, where + "[]"));
            }
            case "string" -> assertThat(value).as(where).isInstanceOf(String.class);
            case "boolean" -> assertThat(value).as(where).isInstanceOf(Boolean.class);
            case "integer" -> {
                assertThat(value).as(where).isInstanceOf(Number.class);
                double number = ((Number) value).doubleValue();
                assertThat(number).as(where).isEqualTo(Math.rint(number));
            }
            case "number" -> assertThat(value).as(where).isInstanceOf(Number.class);
            default -> throw new AssertionError(where + ": type " + type);
        }
    }

    private void assertObject(Map<?, ?> schema, Object value, String where) {
        assertThat(value).as(where).isInstanceOf(Map.class);
        if (!schema.containsKey("properties")) {
            return;
        }
        Map<?, ?> properties = in(schema, "properties");
        Map<?, ?> object = (Map<?, ?>) value;
        for (Object required : (List<?>) schema.get("required")) {
            assertThat(object.containsKey(required)).as(where + ": " + required).isTrue();
        }
        object.forEach(
                (name, part) -> {
                    assertThat(properties.containsKey(name)).as(where + ": " + name).isTrue();
                    assertIs(in(properties, name), part, where + "." + name);
                });
    }
}
