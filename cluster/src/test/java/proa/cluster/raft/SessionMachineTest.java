package proa.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionChange.Outcome;
import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class SessionMachineTest {

    private static final long START = 1_800_000_000_000L;

    private final SessionMachine machine = new SessionMachine();
    private long counter = START << 16;

    private SessionStamp stamp(int node) {
        return new SessionStamp(++counter, node);
    }

    private static SessionCommand change(
            long now, String key, boolean before, SessionChange change) {
        return new SessionCommand(
                now, change.stamp(), new SessionCommand.Deed.Change(key, before, change));
    }

    private SessionCommand set(long now, String key, String value, long ttl) {
        // Its writer's clock is an hour off: only the leader's counts.
        long theirs = now - 3_600_000;
        long until = ttl == SessionStore.NEVER ? ttl : theirs + ttl;
        return change(
                now,
                key,
                true,
                new SessionChange.Write(
                        stamp(1),
                        theirs,
                        value.getBytes(UTF_8),
                        until,
                        SessionStore.Condition.ALWAYS));
    }

    private SessionCommand edit(long now, String key, SessionEdit edit) {
        return change(now, key, false, new SessionChange.Edit(stamp(2), now, edit));
    }

    private static SessionReply reply(SessionAnswer answer) {
        return ((SessionAnswer.Changed) answer).reply();
    }

    private static SessionValue read(SessionMachine in, String key) {
        return ((SessionAnswer.Values) in.answer(new SessionQuery.Read(List.of(key))))
                .values()
                .getFirst();
    }

    @Test
    void expiryFollowsTheTimesInTheLogAlone() {
        machine.apply(set(START, "key", "value", 1_000));
        assertThat(read(machine, "key").expiresAtMillis()).isEqualTo(START + 1_000);
        SessionQuery query = new SessionQuery.Read(List.of("key"));
        assertThat(machine.dependsOn(query, START + 999)).isFalse();
        assertThat(machine.dependsOn(query, START + 1_000)).isTrue();
        machine.apply(
                new SessionCommand(START + 999, stamp(1), new SessionCommand.Deed.Look(query)));
        assertThat(read(machine, "key")).isNotNull();
        machine.apply(
                new SessionCommand(START + 1_000, stamp(1), new SessionCommand.Deed.Look(query)));
        assertThat(read(machine, "key")).isNull();
        machine.apply(new SessionCommand(START, stamp(1), new SessionCommand.Deed.Look(query)));
        assertThat(machine.nowMillis()).as("never back").isEqualTo(START + 1_000);
    }

    @Test
    void aRepeatedStampGetsItsFirstAnswerAgain() {
        machine.apply(set(START, "key", "first", SessionStore.NEVER));
        SessionCommand exchange = set(START, "key", "second", SessionStore.NEVER);
        SessionCommand add = edit(START, "sum", SessionEdit.add(5));
        SessionReply first = reply(machine.apply(exchange));
        machine.apply(add);
        machine.apply(set(START, "key", "third", SessionStore.NEVER));
        machine.apply(edit(START, "sum", SessionEdit.add(1)));
        assertThat(first.before()).isEqualTo("first".getBytes(UTF_8));
        for (SessionMachine each : List.of(machine, restored(machine))) {
            assertThat(reply(each.apply(exchange)).before()).isEqualTo("first".getBytes(UTF_8));
            assertThat(reply(each.apply(add)).answer()).isEqualTo(5);
            assertThat(read(each, "key").value()).isEqualTo("third".getBytes(UTF_8));
            assertThat(read(each, "sum").value()).isEqualTo("6".getBytes(UTF_8));
        }
    }

    @Test
    void whatIsNoLongerRememberedIsNotDoneAgain() {
        SessionMachine few = new SessionMachine(10);
        SessionCommand first = edit(START, "sum", SessionEdit.add(1));
        few.apply(first);
        for (int at = 0; at < 10; at++) {
            few.apply(edit(START, "sum", SessionEdit.add(1)));
        }
        assertThat(few.apply(first)).isEqualTo(new SessionAnswer.Forgotten(first.stamp().time()));
        assertThat(reply(few.apply(edit(START, "sum", SessionEdit.add(0)))).answer()).isEqualTo(11);
    }

    @Test
    void whoeverIsLaterInTheLogWinsWhateverItsClockSays() {
        SessionCommand early = set(START, "key", "stamped early", SessionStore.NEVER);
        SessionCommand late = set(START, "key", "stamped late", SessionStore.NEVER);
        assertThat(reply(machine.apply(late)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(reply(machine.apply(early)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(read(machine, "key").value()).isEqualTo("stamped early".getBytes(UTF_8));
    }

    @Test
    void whatHasEndedIsRemovedWithLaterChanges() {
        for (int at = 0; at < 100; at++) {
            machine.apply(set(START, "short:" + at, "x", 1_000));
        }
        for (int at = 0; at < 60; at++) {
            machine.apply(set(START + 2_000, "other", "x", SessionStore.NEVER));
        }
        assertThat(machine.copies()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theSameLogMakesTheSameSessionsOnEveryMember(long seed) {
        Random random = new Random(seed);
        List<byte[]> log = new ArrayList<>();
        long now = START;
        for (int at = 0; at < 3_000; at++) {
            now += random.nextInt(200);
            String key = "key " + random.nextInt(40);
            SessionCommand command =
                    switch (random.nextInt(6)) {
                        case 0 -> edit(now, key, SessionEdit.add(random.nextInt(9)));
                        case 1 -> edit(now, key, SessionEdit.hit(5_000));
                        case 2 -> change(now, key, true, new SessionChange.Remove(stamp(3), now));
                        case 3 ->
                                change(
                                        now,
                                        key,
                                        false,
                                        new SessionChange.Expire(stamp(3), now, now + 700));
                        case 4 -> set(now, key, "v" + at, random.nextInt(3_000));
                        default -> set(now, key, "v" + at, SessionStore.NEVER);
                    };
            log.add(command.encode());
            if (random.nextInt(5) == 0) {
                log.add(log.get(Math.max(0, log.size() - 1 - random.nextInt(50))));
            }
        }
        SessionMachine whole = new SessionMachine();
        SessionMachine interrupted = new SessionMachine();
        int snapshotAt = random.nextInt(log.size());
        for (int at = 0; at < log.size(); at++) {
            if (at == snapshotAt) {
                interrupted = restored(interrupted);
            }
            byte[] one = whole.apply(SessionCommand.decode(log.get(at))).encode();
            byte[] other = interrupted.apply(SessionCommand.decode(log.get(at))).encode();
            assertThat(other).as("answer %d, seed %d", at, seed).isEqualTo(one);
        }
        assertThat(MachineFormat.bytes(interrupted)).isEqualTo(MachineFormat.bytes(whole));
        assertThat(MachineFormat.bytes(whole.copy())).isEqualTo(MachineFormat.bytes(whole));
    }

    @Test
    void aSnapshotThatIsNotWholeIsRefused() {
        machine.apply(set(START, "key", "value", 1_000));
        byte[] whole = MachineFormat.bytes(machine);
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
            assertThatThrownBy(() -> MachineFormat.read(cut))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static SessionMachine restored(SessionMachine machine) {
        return MachineFormat.read(ByteBuffer.wrap(MachineFormat.bytes(machine)));
    }
}
