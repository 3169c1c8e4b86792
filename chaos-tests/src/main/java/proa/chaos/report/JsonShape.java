package proa.chaos.report;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a Java type looks like in JSON, and how to make one of its values. */
interface JsonShape {

    /** The value; absent members arrive as null. */
    @Nullable Object from(@Nullable Object json);

    static JsonShape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            JsonShape last = of(generic.getActualTypeArguments()[argumentCount(generic) - 1]);
            return switch (generic.getRawType()) {
                case Class<?> raw when raw == List.class -> json -> list(json, last);
                case Class<?> raw when raw == Map.class -> json -> map(json, last);
                case Class<?> raw when raw == Optional.class ->
                        json -> Optional.ofNullable(json == null ? null : last.from(json));
                default -> throw new IllegalArgumentException("no JSON for " + type);
            };
        }
        return switch (type) {
            case Class<?> raw when raw == int.class || raw == Integer.class ->
                    json -> number(json).intValue();
            case Class<?> raw when raw == long.class || raw == Long.class ->
                    json -> number(json).longValue();
            case Class<?> raw when raw == double.class || raw == Double.class ->
                    json -> json == null ? Double.NaN : number(json).doubleValue();
            case Class<?> raw when raw == boolean.class -> json -> Boolean.TRUE.equals(json);
            case Class<?> raw when raw == String.class -> json -> json == null ? "" : json;
            case Class<?> raw when raw.isEnum() -> json -> constant(json, raw);
            case Class<?> raw when raw.isRecord() -> json -> record(json, raw);
            default -> throw new IllegalArgumentException("no JSON for " + type);
        };
    }

    private static Object constant(@Nullable Object json, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(json)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("JSON: no " + type.getSimpleName() + ": " + json);
    }

    private static int argumentCount(ParameterizedType generic) {
        return generic.getActualTypeArguments().length;
    }

    private static Number number(@Nullable Object json) {
        return switch (json) {
            case null -> 0;
            case Number number -> number;
            default -> throw new IllegalArgumentException("JSON: a number, not " + json);
        };
    }

    private static List<Object> list(@Nullable Object json, JsonShape element) {
        return switch (json) {
            case null -> List.of();
            case List<?> list -> list.stream().map(element::from).map(JsonShape::present).toList();
            default -> throw new IllegalArgumentException("JSON: a list, not " + json);
        };
    }

    private static Map<String, Object> map(@Nullable Object json, JsonShape value) {
        Map<String, Object> values = new LinkedHashMap<>();
        members(json).forEach((name, member) -> values.put(name, present(value.from(member))));
        return values;
    }

    private static Map<String, @Nullable Object> members(@Nullable Object json) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (json instanceof Map<?, ?> map) {
            map.forEach((name, member) -> members.put(String.valueOf(name), member));
        } else if (json != null) {
            throw new IllegalArgumentException("JSON: an object, not " + json);
        }
        return members;
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("JSON: a value, not null");
        }
        return value;
    }

    /** A record of that type, from a JSON object. */
    static Object record(@Nullable Object json, Class<?> type) {
        Map<String, @Nullable Object> members = members(json);
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int at = 0; at < components.length; at++) {
            values[at] =
                    of(components[at].getGenericType()).from(members.get(components[at].getName()));
        }
        try {
            Class<?>[] types =
                    Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("JSON: no valid " + type.getSimpleName(), e);
        }
    }

    /** One component of a record. */
    static @Nullable Object get(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's accessor fails: " + component, e);
        }
    }
}
