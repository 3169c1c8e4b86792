package proa.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionEdit.Operation;
import proa.cluster.sessions.SessionStore.Condition;
import proa.testing.Patience;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What every engine of the session store must do. An engine's test extends this. */
public abstract class SessionStoreConformance {

    private static final long HOUR = 3_600_000;

    /** Members' clocks differ; those of one machine by their rounding and a slew. */
    private static final long CLOCKS_APART_MILLIS = 50;

    /** What the machine was elsewhere in is staged again: a value's life, a call. */
    private static final int STAGED_MAX = 3;

    /** Keys of one test do not meet those of another. */
    private final String mine = UUID.randomUUID() + ":";

    /** The store to write to. */
    protected abstract SessionStore store();

    /** Another member's view of the same store, or the same one. */
    protected abstract SessionStore elsewhere();

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private boolean put(String key, String value) throws SessionException {
        return store().set(mine + key, bytes(value), HOUR, Condition.ALWAYS);
    }

    /** Calls whose outcome nobody may know. */
    private interface Stage {
        void plays(String keys) throws Exception;
    }

    /** With other keys, until every outcome is known: of one that is not, nothing is promised. */
    private void untilKnown(Stage stage) throws Exception {
        for (int staged = 1; ; staged++) {
            try {
                stage.plays(mine + staged + ":");
                return;
            } catch (SessionException.Unknown e) {
                if (staged == STAGED_MAX) {
                    throw e;
                }
            }
        }
    }

    /** What a thread of its own has done; it fails as the thread has. */
    private static <T> T known(Future<T> done) throws Exception {
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SessionException.Unknown unknown) {
                throw unknown;
            }
            throw e;
        }
    }

    @Test
    void whatWasWrittenIsReadFromEveryMember() throws Exception {
        assertThat(put("a", "one")).isTrue();
        assertThat(store().get(mine + "a")).isEqualTo(bytes("one"));
        assertThat(elsewhere().get(mine + "a")).isEqualTo(bytes("one"));
    }

    @Test
    void itsCopiesAreWhatCanBeKeptAndBroughtBack() throws Exception {
        put("kept", "one");
        put("removed", "one");
        store().delete(mine + "removed");
        List<SessionCopy> copies = new ArrayList<>();
        for (SessionStore each : new HashSet<>(List.of(store(), elsewhere()))) {
            each.copies(copies::addAll);
        }
        SessionCopy kept = only(copies, "kept");
        SessionValue value = SessionValue.decode(kept.value());
        assertThat(value.value()).isEqualTo(bytes("one"));
        assertThat(SessionValue.decode(only(copies, "removed").value()).value())
                .as("removals are remembered")
                .isNull();
        store().bring(new SessionCopy(mine + "moved", kept.value()));
        assertThat(elsewhere().get(mine + "moved")).isEqualTo(bytes("one"));
        assertThat(elsewhere().ttlMillis(mine + "moved"))
                .isBetween(HOUR - 120_000, HOUR + CLOCKS_APART_MILLIS);
    }

    private SessionCopy only(List<SessionCopy> copies, String key) {
        return copies.stream()
                .filter(copy -> copy.key().equals(mine + key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsBroughtInYieldsToWhatWasWrittenLater() throws Exception {
        put("written", "old");
        put("deleted", "old");
        SessionValue written = elsewhere().find(mine + "written");
        SessionValue deleted = elsewhere().find(mine + "deleted");
        put("written", "new");
        store().delete(mine + "deleted");
        store().bring(new SessionCopy(mine + "written", written.encode()));
        store().bring(new SessionCopy(mine + "deleted", deleted.encode()));
        assertThat(elsewhere().get(mine + "written")).isEqualTo(bytes("new"));
        assertThat(elsewhere().get(mine + "deleted")).isNull();
    }

    @Test
    void itsMembersAreInOneLifeAndRememberTheNewestOfAFormerOne() throws Exception {
        assertThat(store().life().id()).isNotEmpty().isEqualTo(elsewhere().life().id());
        assertThat(store().remembers(mine + "former", 5)).isEqualTo(5);
        assertThat(elsewhere().remembers(mine + "former", 3)).isEqualTo(5);
        assertThat(store().remembers(mine + "former", 8)).isEqualTo(8);
        assertThat(elsewhere().remembers(mine + "former", 8)).isEqualTo(8);
    }

    @Test
    void anEmptyValueIsAValue() throws Exception {
        put("empty", "");
        assertThat(elsewhere().get(mine + "empty")).isEmpty();
        assertThat(elsewhere().exists(mine + "empty")).isTrue();
    }

    @Test
    void everyByteSurvivesInKeyAndValue() throws Exception {
        StringBuilder key = new StringBuilder(mine);
        byte[] value = new byte[256];
        for (int at = 0; at < 256; at++) {
            key.append((char) at);
            value[at] = (byte) at;
        }
        store().set(key.toString(), value, HOUR, Condition.ALWAYS);
        assertThat(elsewhere().get(key.toString())).isEqualTo(value);
    }

    @Test
    void theLargestValueFits() throws Exception {
        byte[] value = new byte[SessionStore.VALUE_BYTES_MAX];
        value[value.length - 1] = 7;
        store().set(mine + "large", value, HOUR, Condition.ALWAYS);
        assertThat(elsewhere().get(mine + "large")).isEqualTo(value);
    }

    @Test
    void aKeyThatWasNeverWrittenIsAbsent() throws Exception {
        assertThat(store().get(mine + "none")).isNull();
        assertThat(store().exists(mine + "none")).isFalse();
        assertThat(store().ttlMillis(mine + "none")).isEqualTo(SessionStore.ABSENT);
        assertThat(store().delete(mine + "none")).isFalse();
        assertThat(store().getAndDelete(mine + "none")).isNull();
        assertThat(store().expire(mine + "none", HOUR)).isFalse();
        assertThat(store().getAndExpire(mine + "none", HOUR)).isNull();
    }

    @Test
    void manyKeysAreReadInTheOrderAsked() throws Exception {
        put("1", "one");
        put("3", "three");
        List<byte[]> found =
                elsewhere().getAll(List.of(mine + "3", mine + "2", mine + "1", mine + "3"));
        assertThat(found).containsExactly(bytes("three"), null, bytes("one"), bytes("three"));
    }

    @Test
    void theLastWriteFromAnyMemberStays() throws Exception {
        for (int round = 0; round < 20; round++) {
            SessionStore writer = round % 2 == 0 ? store() : elsewhere();
            writer.set(mine + "turns", bytes("v" + round), HOUR, Condition.ALWAYS);
            SessionStore reader = round % 2 == 0 ? elsewhere() : store();
            assertThat(reader.get(mine + "turns")).isEqualTo(bytes("v" + round));
        }
    }

    @Test
    void aDeletedKeyIsGoneAndCanBeWrittenAgain() throws Exception {
        put("gone", "one");
        assertThat(elsewhere().delete(mine + "gone")).isTrue();
        assertThat(store().get(mine + "gone")).isNull();
        assertThat(store().exists(mine + "gone")).isFalse();
        assertThat(store().ttlMillis(mine + "gone")).isEqualTo(SessionStore.ABSENT);
        assertThat(store().delete(mine + "gone")).isFalse();
        assertThat(store().expire(mine + "gone", HOUR)).isFalse();
        put("gone", "two");
        assertThat(elsewhere().get(mine + "gone")).isEqualTo(bytes("two"));
    }

    @Test
    void getAndDeleteReturnsTheValueOnce() throws Exception {
        untilKnown(
                keys -> {
                    store().set(keys + "once", bytes("one"), HOUR, Condition.ALWAYS);
                    assertThat(elsewhere().getAndDelete(keys + "once")).isEqualTo(bytes("one"));
                    assertThat(store().getAndDelete(keys + "once")).isNull();
                });
    }

    @Test
    void ifAbsentWritesOnlyTheFirst() throws Exception {
        assertThat(store().set(mine + "nx", bytes("one"), HOUR, Condition.IF_ABSENT)).isTrue();
        assertThat(elsewhere().set(mine + "nx", bytes("two"), HOUR, Condition.IF_ABSENT)).isFalse();
        assertThat(store().get(mine + "nx")).isEqualTo(bytes("one"));
        store().delete(mine + "nx");
        assertThat(elsewhere().set(mine + "nx", bytes("three"), HOUR, Condition.IF_ABSENT))
                .isTrue();
    }

    @Test
    void ifPresentWritesOnlyOverSomething() throws Exception {
        assertThat(store().set(mine + "xx", bytes("one"), HOUR, Condition.IF_PRESENT)).isFalse();
        assertThat(store().get(mine + "xx")).isNull();
        put("xx", "one");
        assertThat(elsewhere().set(mine + "xx", bytes("two"), HOUR, Condition.IF_PRESENT)).isTrue();
        assertThat(store().get(mine + "xx")).isEqualTo(bytes("two"));
    }

    @Test
    void exchangeTellsWhatWasThereBefore() throws Exception {
        untilKnown(
                keys -> {
                    String key = keys + "ex";
                    SessionStore.Exchange first =
                            store().exchange(key, bytes("1"), HOUR, Condition.ALWAYS);
                    SessionStore.Exchange second =
                            elsewhere().exchange(key, bytes("2"), HOUR, Condition.ALWAYS);
                    SessionStore.Exchange refused =
                            store().exchange(key, bytes("3"), HOUR, Condition.IF_ABSENT);
                    assertThat(first.before()).isNull();
                    assertThat(second.before()).isEqualTo(bytes("1"));
                    assertThat(refused.written()).isFalse();
                    assertThat(refused.before()).isEqualTo(bytes("2"));
                    assertThat(store().get(key)).isEqualTo(bytes("2"));
                });
    }

    @Test
    void ofManyWhoWriteIfAbsentAtOnceOneWins() throws Exception {
        untilKnown(keys -> assertThat(whoWriteIfAbsent(keys + "race")).isEqualTo(1));
    }

    private int whoWriteIfAbsent(String key) throws Exception {
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int at = 0; at < 16; at++) {
            byte[] value = bytes("writer " + at);
            SessionStore through = at % 2 == 0 ? store() : elsewhere();
            writers.add(() -> through.set(key, value, HOUR, Condition.IF_ABSENT));
        }
        int won = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> result : threads.invokeAll(writers)) {
                won += known(result) ? 1 : 0;
            }
        }
        return won;
    }

    @Test
    void aValueExpires() throws Exception {
        store().set(mine + "short", bytes("x"), 5_000, Condition.ALWAYS);
        assertThat(elsewhere().get(mine + "short")).isNotNull();
        awaitAbsent(elsewhere(), mine + "short");
        awaitAbsent(store(), mine + "short");
        assertThat(store().exists(mine + "short")).isFalse();
        assertThat(store().set(mine + "short", bytes("y"), HOUR, Condition.IF_PRESENT)).isFalse();
        assertThat(store().set(mine + "short", bytes("y"), HOUR, Condition.IF_ABSENT)).isTrue();
    }

    private static void awaitAbsent(SessionStore reader, String key) throws Exception {
        Patience patience = new Patience(Duration.ofSeconds(30));
        while (reader.get(key) != null) {
            assertThat(patience.isOver()).as("%s has not expired", key).isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    void aTimeToLiveOfZeroIsGoneAtOnce() throws Exception {
        store().set(mine + "zero", bytes("x"), 0, Condition.ALWAYS);
        assertThat(elsewhere().get(mine + "zero")).isNull();
    }

    @Test
    void timeToLiveIsWhatWasSet() throws Exception {
        store().set(mine + "ttl", bytes("x"), 60_000, Condition.ALWAYS);
        assertThat(elsewhere().ttlMillis(mine + "ttl"))
                .isBetween(50_000L, 60_000 + CLOCKS_APART_MILLIS);
        store().set(mine + "ttl", bytes("x"), SessionStore.NEVER, Condition.ALWAYS);
        assertThat(elsewhere().ttlMillis(mine + "ttl")).isEqualTo(SessionStore.NEVER);
    }

    @Test
    void keepKeepsTheExpiry() throws Exception {
        store().set(mine + "keep", bytes("x"), 60_000, Condition.ALWAYS);
        store().set(mine + "keep", bytes("y"), SessionStore.KEEP, Condition.ALWAYS);
        assertThat(elsewhere().ttlMillis(mine + "keep"))
                .isBetween(50_000L, 60_000 + CLOCKS_APART_MILLIS);
        assertThat(elsewhere().get(mine + "keep")).isEqualTo(bytes("y"));
        store().set(mine + "kept", bytes("x"), SessionStore.KEEP, Condition.ALWAYS);
        assertThat(elsewhere().ttlMillis(mine + "kept")).isEqualTo(SessionStore.NEVER);
    }

    @Test
    void expireMovesTheExpiryAndLeavesTheValue() throws Exception {
        store().set(mine + "touch", bytes("x"), 60_000, Condition.ALWAYS);
        assertThat(elsewhere().expire(mine + "touch", HOUR)).isTrue();
        assertThat(store().ttlMillis(mine + "touch")).isGreaterThan(60_000);
        assertThat(store().get(mine + "touch")).isEqualTo(bytes("x"));
        assertThat(elsewhere().expire(mine + "touch", SessionStore.NEVER)).isTrue();
        assertThat(store().ttlMillis(mine + "touch")).isEqualTo(SessionStore.NEVER);
        assertThat(store().expire(mine + "touch", 0)).isTrue();
        assertThat(elsewhere().get(mine + "touch")).isNull();
    }

    @Test
    void getAndExpireReturnsTheValueAndMovesItsExpiry() throws Exception {
        untilKnown(
                keys -> {
                    String key = keys + "touch";
                    store().set(key, bytes("x"), SessionStore.NEVER, Condition.ALWAYS);
                    assertThat(elsewhere().getAndExpire(key, HOUR)).isEqualTo(bytes("x"));
                    assertThat(store().ttlMillis(key)).isBetween(1L, HOUR + CLOCKS_APART_MILLIS);
                });
    }

    @Test
    void aRenamedValueKeepsItsKindAndExpiryAndTakesTheOthersPlace() throws Exception {
        for (int at = 0; at < 20; at++) { // keys of every owner
            String from = mine + "rename:" + at;
            String to = mine + "renamed:" + at;
            store().set(from, bytes("text"), 60_000, Condition.ALWAYS);
            elsewhere().set(to, bytes("of before"), SessionStore.NEVER, Condition.ALWAYS);
            assertThat(store().rename(from, to)).isTrue();
            assertThat(elsewhere().exists(from)).isFalse();
            assertThat(elsewhere().get(to)).isEqualTo(bytes("text"));
            assertThat(elsewhere().ttlMillis(to)).isBetween(50_000L, 60_000 + CLOCKS_APART_MILLIS);
            assertThat(store().rename(from, to)).as("nothing is there").isFalse();
            assertThat(elsewhere().get(to)).isEqualTo(bytes("text"));
        }
        String hash = mine + "hash";
        store().edit(hash, SessionEdit.putFields(List.of(bytes("user"), bytes("7"))));
        assertThat(elsewhere().rename(hash, mine + "login")).isTrue();
        assertThat(store().find(mine + "login").kind()).isEqualTo(SessionValue.Kind.HASH);
        assertThat(store().ttlMillis(mine + "login")).isEqualTo(SessionStore.NEVER);
        assertThat(store().rename(mine + "login", mine + "login")).isTrue();
        assertThat(store().exists(mine + "login")).isTrue();
    }

    @Test
    void noChangeIsLostWhileAValueIsRenamed() throws Exception {
        int rounds = 50;
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int at = 0; at < rounds; at++) {
                String round = "count:" + at;
                untilKnown(keys -> renameWhatIsCounted(keys + round, other));
            }
        }
    }

    private void renameWhatIsCounted(String from, ExecutorService other) throws Exception {
        String to = from + ":renamed";
        store().edit(from, SessionEdit.add(1));
        Future<SessionStore.Edited> added =
                other.submit(() -> elsewhere().edit(from, SessionEdit.add(1)));
        assertThat(store().rename(from, to)).isTrue();
        known(added);
        store().rename(from, to + ":late");
        long sum = number(to) + number(to + ":late");
        assertThat(sum).isEqualTo(2);
    }

    /** What somebody else does between the two steps of a renaming. */
    private interface Meanwhile {
        void happens() throws SessionException;
    }

    /** The same store, but for what happens once before something is removed under that key. */
    private SessionStore beforeRemoval(String key, Meanwhile meanwhile) {
        AtomicBoolean happened = new AtomicBoolean();
        return (SessionStore)
                Proxy.newProxyInstance(
                        SessionStore.class.getClassLoader(),
                        new Class<?>[] {SessionStore.class},
                        (_, method, arguments) -> {
                            if (arguments[0].equals(key)
                                    && arguments.length == 2
                                    && arguments[1] instanceof SessionEdit edit
                                    && edit.operation() == Operation.REMOVE_IF_STAMPED
                                    && happened.compareAndSet(false, true)) {
                                meanwhile.happens();
                            }
                            try {
                                return method.invoke(store(), arguments);
                            } catch (InvocationTargetException failed) {
                                throw failed.getTargetException();
                            }
                        });
    }

    private boolean renamed(String from, String to, Meanwhile meanwhile) throws Exception {
        store().set(from, bytes("of a user"), HOUR, Condition.ALWAYS);
        return new Renaming(beforeRemoval(from, meanwhile)).rename(from, to);
    }

    @Test
    void whatIsRemovedWhileItIsRenamedIsGoneUnderBothKeys() throws Exception {
        for (int at = 0; at < 10; at++) { // keys of every owner
            String from = mine + "ended:" + at;
            String to = mine + "new:" + at;
            assertThat(renamed(from, to, () -> elsewhere().delete(from))).isFalse();
            assertThat(elsewhere().exists(from)).isFalse();
            assertThat(elsewhere().exists(to)).isFalse();
        }
    }

    @Test
    void whatIsChangedAndThenRemovedMeanwhileStaysWhereSomebodyHasChangedIt() throws Exception {
        String from = mine + "left";
        String to = mine + "taken";
        assertThat(
                        renamed(
                                from,
                                to,
                                () -> {
                                    elsewhere().set(to, bytes("other"), HOUR, Condition.ALWAYS);
                                    elsewhere().delete(from);
                                }))
                .isFalse();
        assertThat(store().get(to)).isEqualTo(bytes("other"));
    }

    @Test
    void ofTwoWhoRenameOneKeyOneDoes() throws Exception {
        for (String second : List.of("other", "same")) {
            String from = mine + "one:" + second;
            String to = mine + "same";
            String theirs = mine + second;
            assertThat(
                            renamed(
                                    from,
                                    to,
                                    () -> assertThat(elsewhere().rename(from, theirs)).isTrue()))
                    .isFalse();
            assertThat(elsewhere().exists(from)).isFalse();
            assertThat(elsewhere().get(theirs)).isEqualTo(bytes("of a user"));
            assertThat(elsewhere().exists(to)).isEqualTo(second.equals("same"));
        }
    }

    private long number(String key) throws SessionException {
        byte[] value = elsewhere().get(key);
        return value == null ? 0 : Long.parseLong(new String(value, UTF_8));
    }

    @Test
    void aTouchedValueOutlivesItsFirstExpiry() throws Exception {
        put("marker", "x");
        boolean touched = false;
        for (int staged = 0; !touched && staged < STAGED_MAX; staged++) {
            store().set(mine + "long", bytes("x"), 1_000, Condition.ALWAYS);
            touched = store().expire(mine + "long", HOUR); // not if it was over before that
        }
        assertThat(touched).isTrue();
        store().set(mine + "marker", bytes("x"), 3_500, Condition.ALWAYS);
        awaitAbsent(elsewhere(), mine + "marker");
        assertThat(elsewhere().get(mine + "long")).isEqualTo(bytes("x"));
    }

    @Test
    void aScanSeesEveryKeyOnceWhileOthersComeAndGo() throws Exception {
        Set<String> written = new HashSet<>();
        for (int at = 0; at < 500; at++) {
            written.add(mine + "scan:" + at);
            put("scan:" + at, "x");
        }
        store().delete(mine + "scan:7");
        written.remove(mine + "scan:7");
        List<String> seen = new ArrayList<>();
        long cursor = 0;
        int pages = 0;
        do {
            SessionStore.Page page = elsewhere().scan(cursor, mine + "scan:*", 50);
            seen.addAll(page.keys());
            cursor = page.next();
            put("other:" + pages, "x");
            store().delete(mine + "other:" + (pages - 1));
        } while (cursor != 0 && ++pages < 10_000);
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(written);
        assertThat(pages).isGreaterThan(3);
    }

    @Test
    void aScanFiltersByPattern() throws Exception {
        put("sess:a", "x");
        put("sess:b", "x");
        put("other:a", "x");
        assertThat(scanAll(mine + "sess:?"))
                .containsExactlyInAnyOrder(mine + "sess:a", mine + "sess:b");
        assertThat(scanAll(mine + "*:a"))
                .containsExactlyInAnyOrder(mine + "sess:a", mine + "other:a");
        assertThat(scanAll(null)).contains(mine + "sess:a", mine + "sess:b", mine + "other:a");
        assertThat(scanAll(mine + "nothing*")).isEmpty();
    }

    private Set<String> scanAll(String glob) throws SessionException {
        Set<String> seen = new HashSet<>();
        long cursor = 0;
        do {
            SessionStore.Page page = elsewhere().scan(cursor, glob, 100);
            seen.addAll(page.keys());
            cursor = page.next();
        } while (cursor != 0);
        return seen;
    }

    @Test
    void anyCursorAClientMakesUpIsAnswered() throws Exception {
        for (long cursor : new long[] {-1, 1, 77, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40}) {
            assertThat(store().scan(cursor, null, 10)).isNotNull();
        }
    }

    @Test
    void sizeCountsWhatIsAlive() throws Exception {
        put("size:1", "x");
        put("size:2", "x");
        put("size:3", "x");
        store().delete(mine + "size:3");
        assertThat(elsewhere().size(mine + "size:")).isEqualTo(2);
        assertThat(elsewhere().size("")).isGreaterThanOrEqualTo(2);
    }

    /** Not for a moment where members have just lost each other: the machine was elsewhere. */
    @Test
    void theStoreIsWritable() {
        Patience patience = new Patience(Duration.ofSeconds(30));
        while (!store().writable() || !elsewhere().writable()) {
            assertThat(patience.isOver()).as("still not writable").isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    protected void whatIsAtHandIsWhatWasAcknowledged() throws Exception {
        int held = 0;
        for (int at = 0; at < 200; at++) {
            put("at hand " + at, "first");
            put("at hand " + at, "second");
            for (SessionStore member : List.of(store(), elsewhere())) {
                byte[] found = member.atHand(mine + "at hand " + at);
                assertThat(found).isIn(null, bytes("second"));
                held += found == null ? 0 : 1;
            }
        }
        assertThat(held).as("owners and backups among the members asked").isPositive();
        store().delete(mine + "at hand 1");
        assertThat(store().atHand(mine + "at hand 1")).isNull();
        assertThat(elsewhere().atHand(mine + "at hand 1")).isNull();
    }

    @Test
    void countersOfSeveralMembersAddUp() throws Exception {
        AtomicInteger either = new AtomicInteger();
        List<Future<?>> counting = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int at = 0; at < 8; at++) {
                SessionStore member = at % 2 == 0 ? store() : elsewhere();
                counting.add(
                        threads.submit(
                                () -> {
                                    for (int turn = 0; turn < 50; turn++) {
                                        either.addAndGet(addedOrUnknown(member, mine + "sum"));
                                    }
                                    return null;
                                }));
            }
            for (Future<?> each : counting) {
                each.get();
            }
        }
        assertThat(store().edit(mine + "sum", SessionEdit.add(0)).answer())
                .isBetween(400L - either.get(), 400L);
    }

    /** Adds one; 1 if nobody knows whether it was added. */
    private static int addedOrUnknown(SessionStore member, String key) throws SessionException {
        try {
            member.edit(key, SessionEdit.add(1));
            return 0;
        } catch (SessionException.Unknown _) {
            return 1;
        }
    }

    @Test
    void aHashIsNoTextAndTellsItsKind() throws Exception {
        SessionEdit fields = SessionEdit.putFields(List.of(bytes("a"), bytes("1")));
        assertThat(store().edit(mine + "hash", fields).answer()).isEqualTo(1);
        SessionValue found = elsewhere().find(mine + "hash");
        assertThat(found.kind()).isEqualTo(SessionValue.Kind.HASH);
        assertThat(HashFields.decode(found.value()).get(bytes("a"))).isEqualTo(bytes("1"));
        assertThatThrownBy(() -> elsewhere().get(mine + "hash"))
                .isInstanceOf(SessionException.WrongType.class);
        assertThatThrownBy(() -> store().getAndDelete(mine + "hash"))
                .isInstanceOf(SessionException.WrongType.class);
        assertThat(store().exists(mine + "hash")).isTrue();
        assertThat(store().edit(mine + "hash", SessionEdit.add(1)).outcome())
                .isEqualTo(SessionChange.Outcome.WRONG_TYPE);
        assertThat(put("hash", "text")).isTrue();
        assertThat(elsewhere().get(mine + "hash")).isEqualTo(bytes("text"));
    }
}
