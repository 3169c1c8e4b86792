package proa.cluster.sessions;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionChange.Effect;
import proa.cluster.sessions.SessionChange.Outcome;
import proa.cluster.sessions.SessionValue.Kind;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What each {@link SessionEdit} does to what is there. The answer is kept with the value, so that a
 * repetition under the same stamp gets the same one.
 */
final class Edits {

    private final SessionChange.Edit change;
    private final SessionEdit edit;
    private final @Nullable SessionValue alive;

    private Edits(SessionChange.Edit change, @Nullable SessionValue alive) {
        this.change = change;
        this.edit = change.edit();
        this.alive = alive;
    }

    /** The effect on a value that is alive, or on nothing. */
    static Effect apply(SessionChange.Edit change, @Nullable SessionValue alive) {
        return new Edits(change, alive).effect();
    }

    private Effect effect() {
        return switch (edit.operation()) {
            case ADD -> add(edit.number(), expiresAt());
            case APPEND -> append();
            case PUT_FIELDS -> onFields(this::putAll);
            case PUT_FIELD_IF_ABSENT -> onFields(this::putIfAbsent);
            case REMOVE_FIELDS -> onFields(this::removeAll);
            case ADD_TO_FIELD -> onFields(this::addToField);
            case REMOVE_IF_EQUAL ->
                    ifEqual(found -> written(found.removed(change.nowMillis(), change.stamp()), 1));
            case EXPIRE_IF_EQUAL -> ifEqual(this::expire);
            case HIT -> hit();
            case PLACE -> place();
            case REMOVE_IF_STAMPED -> removeIfStamped();
        };
    }

    private long expiresAt() {
        return alive == null ? SessionStore.NEVER : alive.expiresAtMillis();
    }

    private static Effect refused(Outcome why) {
        return new Effect(why, null, null);
    }

    private static Effect written(SessionValue next, long answer) {
        return new Effect(Outcome.DONE, next.answering(answer), null);
    }

    private Effect written(byte[] value, Kind kind, long expiresAt, long answer) {
        if (value.length > SessionStore.VALUE_BYTES_MAX) {
            return refused(Outcome.TOO_LARGE);
        }
        return written(new SessionValue(value, expiresAt, change.stamp(), kind, 0), answer);
    }

    private boolean isHash() {
        return alive != null && alive.kind() == Kind.HASH;
    }

    private byte @Nullable [] text() {
        return alive == null ? null : alive.value();
    }

    private Effect add(long by, long expiresAt) {
        if (isHash()) {
            return refused(Outcome.WRONG_TYPE);
        }
        byte[] before = text();
        return sum(before == null ? Long.valueOf(0) : number(before), by, expiresAt);
    }

    private Effect sum(@Nullable Long before, long by, long expiresAt) {
        if (before == null) {
            return refused(Outcome.NOT_A_NUMBER);
        }
        long sum = before + by;
        return overflows(before, by, sum)
                ? refused(Outcome.OVERFLOW)
                : written(bytes(sum), Kind.TEXT, expiresAt, sum);
    }

    private static boolean overflows(long before, long by, long sum) {
        return ((before ^ sum) & (by ^ sum)) < 0;
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** A whole number as it is written by Redis, or null. */
    private static @Nullable Long number(byte[] word) {
        try {
            String text = HashFields.text(word);
            long number = Long.parseLong(text);
            return Long.toString(number).equals(text) ? number : null;
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private Effect append() {
        if (isHash()) {
            return refused(Outcome.WRONG_TYPE);
        }
        byte[] before = text();
        byte[] more = edit.words().getFirst();
        byte[] whole =
                before == null
                        ? more
                        : ByteBuffer.allocate(before.length + more.length)
                                .put(before)
                                .put(more)
                                .array();
        return written(whole, Kind.TEXT, expiresAt(), whole.length);
    }

    /** What has no end, whatever it is, becomes the first of a window. */
    private Effect hit() {
        long ends = Expiry.at(change.nowMillis(), edit.number());
        return expiresAt() == SessionStore.NEVER
                ? written(bytes(1), Kind.TEXT, ends, 1)
                : add(1, expiresAt());
    }

    /** What has expired on the way is not there for any reader either. */
    private Effect place() {
        long until = edit.number();
        SessionValue placed =
                new SessionValue(
                        edit.words().getFirst(),
                        until,
                        change.stamp(),
                        edit.placesHash() ? Kind.HASH : Kind.TEXT,
                        0);
        boolean passed = until != SessionStore.NEVER && until <= change.nowMillis();
        return written(
                passed ? placed.removed(change.nowMillis(), change.stamp()) : placed,
                change.stamp().number());
    }

    private Effect removeIfStamped() {
        return alive != null && alive.stamp().equals(edit.stamped())
                ? written(alive.removed(change.nowMillis(), change.stamp()), 1)
                : refused(Outcome.REFUSED);
    }

    /** Changes fields; the outcome is DONE with the answer, or why nothing changes. */
    private interface FieldChange {
        Changed change(HashFields fields);
    }

    private record Changed(Outcome outcome, long answer) {}

    private Effect onFields(FieldChange work) {
        byte[] before = text();
        if (before != null && !isHash()) {
            return refused(Outcome.WRONG_TYPE);
        }
        HashFields fields = before == null ? new HashFields() : HashFields.decode(before);
        Changed changed = work.change(fields);
        if (changed.outcome != Outcome.DONE) {
            return refused(changed.outcome);
        }
        if (fields.size() == 0 && alive != null) {
            return written(alive.removed(change.nowMillis(), change.stamp()), changed.answer);
        }
        return fields.bytes() > SessionStore.VALUE_BYTES_MAX
                ? refused(Outcome.TOO_LARGE)
                : written(fields.encode(), Kind.HASH, expiresAt(), changed.answer);
    }

    private Changed putAll(HashFields fields) {
        List<byte[]> words = edit.words();
        long added = 0;
        for (int at = 0; at + 1 < words.size(); at += 2) {
            added += fields.put(words.get(at), words.get(at + 1)) ? 1 : 0;
        }
        return new Changed(Outcome.DONE, added);
    }

    private Changed putIfAbsent(HashFields fields) {
        byte[] name = edit.words().getFirst();
        if (fields.get(name) != null) {
            return new Changed(Outcome.REFUSED, 0);
        }
        fields.put(name, edit.words().getLast());
        return new Changed(Outcome.DONE, 1);
    }

    private Changed removeAll(HashFields fields) {
        long removed = edit.words().stream().filter(fields::remove).count();
        return new Changed(removed == 0 ? Outcome.REFUSED : Outcome.DONE, removed);
    }

    private Changed addToField(HashFields fields) {
        byte[] name = edit.words().getFirst();
        byte[] before = fields.get(name);
        Long number = before == null ? Long.valueOf(0) : number(before);
        if (number == null) {
            return new Changed(Outcome.NOT_A_NUMBER, 0);
        }
        long sum = number + edit.number();
        if (overflows(number, edit.number(), sum)) {
            return new Changed(Outcome.OVERFLOW, 0);
        }
        fields.put(name, bytes(sum));
        return new Changed(Outcome.DONE, sum);
    }

    private Effect expire(SessionValue found) {
        return edit.number() <= 0
                ? written(found.removed(change.nowMillis(), change.stamp()), 1)
                : written(
                        found.until(Expiry.at(change.nowMillis(), edit.number()), change.stamp()),
                        1);
    }

    /** What happens to a value that is as expected. */
    private interface Matched {
        Effect of(SessionValue found);
    }

    private Effect ifEqual(Matched matched) {
        if (isHash()) {
            return refused(Outcome.WRONG_TYPE);
        }
        return alive != null && Arrays.equals(alive.value(), edit.words().getFirst())
                ? matched.of(alive)
                : refused(Outcome.REFUSED);
    }
}
