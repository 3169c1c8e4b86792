package proa.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.cluster.sessions.SessionChange.Effect;
import proa.cluster.sessions.SessionChange.Outcome;
import proa.cluster.sessions.SessionValue.Kind;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What edits make of what is there, and that repeating them changes nothing. */
class SessionEditTest {

    private static final long NOW = 1_000_000;
    private static final long ENDS = NOW + 500;

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<byte[]> words(String... texts) {
        return Stream.of(texts).map(SessionEditTest::bytes).toList();
    }

    private static SessionValue text(String value, long expiresAt) {
        return new SessionValue(bytes(value), expiresAt, new SessionStamp(1, 1));
    }

    private static SessionChange change(SessionEdit edit) {
        return new SessionChange.Edit(new SessionStamp(2, 1), NOW, edit);
    }

    private static Effect applied(SessionEdit edit, SessionValue existing) {
        return change(edit).appliedTo(existing);
    }

    private static SessionValue hash(String... namesAndValues) {
        return applied(SessionEdit.putFields(words(namesAndValues)), null).next();
    }

    /** The same, written before the edits of these tests. */
    private static SessionValue earlier(SessionValue hash) {
        return new SessionValue(hash.value(), ENDS, new SessionStamp(1, 1), hash.kind(), 0);
    }

    private static void becomes(Effect effect, String value, long expiresAt, long answer) {
        assertThat(effect.outcome()).isEqualTo(Outcome.DONE);
        assertThat(new String(effect.next().value(), UTF_8)).isEqualTo(value);
        assertThat(effect.next().expiresAtMillis()).isEqualTo(expiresAt);
        assertThat(effect.next().answer()).isEqualTo(answer);
    }

    @Test
    void aCounterBeginsAtNothingAndKeepsItsExpiry() {
        becomes(applied(SessionEdit.add(5), null), "5", SessionStore.NEVER, 5);
        becomes(applied(SessionEdit.add(-7), text("5", ENDS)), "-2", ENDS, -2);
        becomes(applied(SessionEdit.add(1), text("9", NOW)), "1", SessionStore.NEVER, 1);
    }

    @Test
    void whatIsNoNumberIsLeftAlone() {
        for (String value : List.of("", "a", "1.0", "01", "+1", " 1", "9223372036854775808")) {
            Effect effect = applied(SessionEdit.add(1), text(value, ENDS));
            assertThat(effect.outcome()).as(value).isEqualTo(Outcome.NOT_A_NUMBER);
            assertThat(effect.next()).isNull();
        }
        assertThat(applied(SessionEdit.add(1), text("" + Long.MAX_VALUE, ENDS)).outcome())
                .isEqualTo(Outcome.OVERFLOW);
        assertThat(applied(SessionEdit.add(-1), text("" + Long.MIN_VALUE, ENDS)).outcome())
                .isEqualTo(Outcome.OVERFLOW);
    }

    @Test
    void bytesAreAppendedUpToTheLimit() {
        becomes(applied(SessionEdit.append(bytes("b")), text("a", ENDS)), "ab", ENDS, 2);
        becomes(applied(SessionEdit.append(bytes("b")), null), "b", SessionStore.NEVER, 1);
        byte[] most = new byte[SessionStore.VALUE_BYTES_MAX];
        SessionValue full = new SessionValue(most, ENDS, new SessionStamp(1, 1));
        assertThat(applied(SessionEdit.append(bytes("b")), full).outcome())
                .isEqualTo(Outcome.TOO_LARGE);
    }

    @Test
    void fieldsAreSetInOneStepAndNewOnesCounted() {
        Effect effect =
                applied(
                        SessionEdit.putFields(words("user", "7", "cart", "", "user", "8")),
                        earlier(hash("user", "1", "age", "3")));
        assertThat(effect.next().kind()).isEqualTo(Kind.HASH);
        assertThat(effect.next().answer()).isEqualTo(1);
        assertThat(effect.next().expiresAtMillis()).isEqualTo(ENDS);
        HashFields fields = HashFields.decode(effect.next().value());
        assertThat(fields.all().stream().map(field -> field.getKey()))
                .containsExactly("user", "age", "cart");
        assertThat(fields.get(bytes("user"))).isEqualTo(bytes("8"));
        assertThat(fields.get(bytes("cart"))).isEmpty();
        assertThat(fields.get(bytes("none"))).isNull();
    }

    @Test
    void aHashGoesWithItsLastField() {
        SessionValue both = earlier(hash("a", "1", "b", "2"));
        Effect one = applied(SessionEdit.removeFields(words("a", "none")), both);
        assertThat(one.next().answer()).isEqualTo(1);
        assertThat(HashFields.decode(one.next().value()).size()).isEqualTo(1);
        Effect all = applied(SessionEdit.removeFields(words("a", "b")), both);
        assertThat(all.next().aliveAt(NOW)).isFalse();
        assertThat(all.next().answer()).isEqualTo(2);
        Effect none = applied(SessionEdit.removeFields(words("x")), both);
        assertThat(none.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(none.next()).isNull();
    }

    @Test
    void aFieldIsSetOnceAndCounts() {
        SessionValue hash = earlier(hash("n", "5"));
        assertThat(applied(SessionEdit.putFieldIfAbsent(bytes("n"), bytes("6")), hash).outcome())
                .isEqualTo(Outcome.REFUSED);
        assertThat(
                        applied(SessionEdit.putFieldIfAbsent(bytes("m"), bytes("6")), hash)
                                .next()
                                .answer())
                .isEqualTo(1);
        assertThat(applied(SessionEdit.addToField(bytes("n"), 2), hash).next().answer())
                .isEqualTo(7);
        assertThat(
                        applied(SessionEdit.addToField(bytes("n"), 1), earlier(hash("n", "x")))
                                .outcome())
                .isEqualTo(Outcome.NOT_A_NUMBER);
    }

    @Test
    void onlyTheHolderOfTheTokenLetsALockGo() {
        assertThat(applied(SessionEdit.removeIfEqual(bytes("mine")), text("yours", ENDS)).outcome())
                .isEqualTo(Outcome.REFUSED);
        assertThat(applied(SessionEdit.removeIfEqual(bytes("mine")), null).outcome())
                .isEqualTo(Outcome.REFUSED);
        Effect gone = applied(SessionEdit.removeIfEqual(bytes("mine")), text("mine", ENDS));
        assertThat(gone.next().aliveAt(NOW)).isFalse();
        assertThat(gone.next().answer()).isEqualTo(1);
        becomes(
                applied(SessionEdit.expireIfEqual(bytes("mine"), 900), text("mine", ENDS)),
                "mine",
                NOW + 900,
                1);
    }

    @Test
    void aWindowBeginsWithItsFirstHit() {
        becomes(applied(SessionEdit.hit(900), null), "1", NOW + 900, 1);
        becomes(applied(SessionEdit.hit(900), text("4", ENDS)), "5", ENDS, 5);
        becomes(applied(SessionEdit.hit(900), text("4", SessionStore.NEVER)), "1", NOW + 900, 1);
    }

    @Test
    void oneKindIsNotTakenForTheOther() {
        SessionValue hash = earlier(hash("a", "1"));
        for (SessionEdit edit :
                List.of(
                        SessionEdit.add(1),
                        SessionEdit.append(bytes("x")),
                        SessionEdit.removeIfEqual(bytes("x")),
                        SessionEdit.hit(9))) {
            assertThat(applied(edit, hash).outcome()).isEqualTo(Outcome.WRONG_TYPE);
        }
        assertThat(applied(SessionEdit.putFields(words("a", "1")), text("t", ENDS)).outcome())
                .isEqualTo(Outcome.WRONG_TYPE);
    }

    static List<SessionEdit> edits() {
        return List.of(
                SessionEdit.add(3),
                SessionEdit.append(bytes("x")),
                SessionEdit.hit(900),
                SessionEdit.putFields(words("a", "1", "b", "2")),
                SessionEdit.putFieldIfAbsent(bytes("a"), bytes("1")),
                SessionEdit.addToField(bytes("a"), 4));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void aRepetitionUnderItsStampChangesNothingAndIsAnsweredAlike(SessionEdit edit) {
        SessionValue once = applied(edit, null).next();
        SessionValue stored = SessionValue.decode(once.encode());
        Effect again = SessionChange.decode(change(edit).encode()).appliedTo(stored);
        assertThat(again.outcome()).isEqualTo(Outcome.DONE);
        assertThat(again.next().answer()).isEqualTo(once.answer());
        assertThat(Arrays.equals(again.next().value(), once.value())).isTrue();
        SessionReply reply = SessionReply.decode(SessionReply.of(again, stored, false).encode());
        assertThat(reply.answer()).isEqualTo(once.answer());
        assertThat(reply.expiresAtMillis()).isEqualTo(once.expiresAtMillis());
    }

    @Test
    void aHashKeepsItsFieldsThroughEveryOtherChange() {
        SessionValue hash = earlier(hash("a", "1"));
        SessionValue touched =
                new SessionChange.Expire(new SessionStamp(3, 1), NOW, NOW + 9_000)
                        .appliedTo(hash)
                        .next();
        assertThat(SessionValue.decode(touched.encode()).kind()).isEqualTo(Kind.HASH);
        assertThat(SessionValue.textAt(touched.encode(), NOW)).isNull();
    }

    @Test
    void aHashTooLargeIsRefused() {
        byte[] most = new byte[SessionStore.VALUE_BYTES_MAX];
        assertThat(applied(SessionEdit.putFields(List.of(bytes("a"), most)), null).outcome())
                .isEqualTo(Outcome.TOO_LARGE);
    }

    @Test
    void fieldsCutShortAreNoHash() {
        byte[] cut = Arrays.copyOf(hash("a", "12").value(), 8);
        assertThatThrownBy(() -> HashFields.decode(cut)).hasMessageContaining("cut short");
    }
}
