package proa.cluster.raft;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.Glob;
import proa.cluster.sessions.ScanCursor;
import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionValue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The sessions that a log makes: the same log, the same sessions, on every member. Time is that of
 * the log alone, the latest its entries have told. A command that comes again is answered as the
 * first time; answers are part of the state, and the oldest go when there are too many. A command
 * that is not later than one whose answer is gone is not carried out: it may have been before.
 *
 * <p>What has ended is removed a few keys at a time, with each change, in the order of a scan. Of
 * one thread.
 */
public final class SessionMachine {

    /** Answers that are remembered: of some seconds, for repeats come within four. */
    static final int ANSWERS_MAX = 100_000;

    /** Their bytes. */
    static final int ANSWER_BYTES_MAX = 32 << 20;

    /** An answer and what it takes to keep it. */
    private static final int ENVELOPE_BYTES = 64;

    private static final int SWEEP_KEYS = 4;
    private static final int LIVES_MAX = 64;
    private static final int PAGE_KEYS_MAX = 10_000;

    /** A key's place in a scan. */
    private record Place(long hash, String key) implements Comparable<Place> {
        static Place of(String key) {
            return new Place(ScanCursor.hash(key), key);
        }

        @Override
        public int compareTo(Place other) {
            int byHash = Long.compare(hash, other.hash);
            return byHash != 0 ? byHash : key.compareTo(other.key);
        }
    }

    private final int answersMax;
    private final TreeMap<Place, SessionValue> values;
    private final LinkedHashMap<SessionStamp, byte[]> answers;
    private final Map<Integer, Long> forgotten;
    private final LinkedHashMap<String, Long> lives;
    private long answerBytes;
    private long nowMillis;
    private long lastStamp;
    private String life = "";
    private long begunMillis;
    private Place swept = new Place(-1, "");

    /** Nothing yet. */
    public SessionMachine() {
        this(ANSWERS_MAX);
    }

    SessionMachine(int answersMax) {
        this.answersMax = answersMax;
        values = new TreeMap<>();
        answers = new LinkedHashMap<>();
        forgotten = new HashMap<>();
        lives = new LinkedHashMap<>();
    }

    private SessionMachine(SessionMachine other) {
        answersMax = other.answersMax;
        values = new TreeMap<>(other.values);
        answers = new LinkedHashMap<>(other.answers);
        forgotten = new HashMap<>(other.forgotten);
        lives = new LinkedHashMap<>(other.lives);
        answerBytes = other.answerBytes;
        nowMillis = other.nowMillis;
        lastStamp = other.lastStamp;
        life = other.life;
        begunMillis = other.begunMillis;
        swept = other.swept;
    }

    /** The same at this moment; values are shared, for they do not change. */
    public SessionMachine copy() {
        return new SessionMachine(this);
    }

    /** The log's time: milliseconds since 1970. */
    public long nowMillis() {
        return nowMillis;
    }

    /** Carries out the next entry of the log and answers it. */
    public SessionAnswer apply(SessionCommand command) {
        nowMillis = Math.max(nowMillis, command.nowMillis());
        if (command.deed() instanceof SessionCommand.Deed.Look(var query)) {
            return answer(query);
        }
        SessionStamp stamp = command.stamp();
        byte[] first = answers.get(stamp);
        if (first != null) {
            return SessionAnswer.decode(first);
        }
        long gone = forgotten.getOrDefault(stamp.node(), Long.MIN_VALUE);
        if (stamp.time() <= gone) {
            return new SessionAnswer.Forgotten(gone);
        }
        SessionAnswer answer =
                switch (command.deed()) {
                    case SessionCommand.Deed.Change change -> change(change, stamp);
                    case SessionCommand.Deed.Keep keep -> keep(keep);
                    case SessionCommand.Deed.Remember remember -> remember(remember);
                    case SessionCommand.Deed.Begin begin -> begin(begin);
                    case SessionCommand.Deed.Look look -> answer(look.query());
                };
        keep(stamp, answer.encode());
        sweep();
        return answer;
    }

    private SessionAnswer change(SessionCommand.Deed.Change asked, SessionStamp stamp) {
        Place place = Place.of(asked.key());
        SessionValue existing = values.get(place);
        lastStamp = Math.max(lastStamp + 1, stamp.time());
        SessionChange change =
                asked.change().at(new SessionStamp(lastStamp, stamp.node()), nowMillis);
        boolean noText =
                existing != null
                        && existing.aliveAt(nowMillis)
                        && existing.kind() != SessionValue.Kind.TEXT;
        if (asked.wantsBefore() && noText) {
            return new SessionAnswer.Changed(
                    new SessionReply(SessionChange.Outcome.WRONG_TYPE, 0, null));
        }
        SessionChange.Effect effect = change.appliedTo(existing);
        SessionValue next = effect.next();
        if (next != null) {
            values.put(place, next);
        }
        return new SessionAnswer.Changed(SessionReply.of(effect, existing, asked.wantsBefore()));
    }

    private SessionAnswer keep(SessionCommand.Deed.Keep keep) {
        SessionValue arrived = SessionValue.decode(keep.value());
        Place place = Place.of(keep.key());
        SessionValue present = values.get(place);
        boolean stays = present != null && present.stamp().compareTo(arrived.stamp()) >= 0;
        lastStamp = Math.max(lastStamp, arrived.stamp().time());
        if (!stays && !arrived.expiredAt(nowMillis)) {
            values.put(place, arrived);
        }
        return new SessionAnswer.Count(0);
    }

    private SessionAnswer remember(SessionCommand.Deed.Remember remember) {
        long before = lives.getOrDefault(remember.life(), Long.MIN_VALUE);
        long newest = Math.max(before, remember.takenMillis());
        lives.put(remember.life(), newest);
        if (lives.size() > LIVES_MAX) {
            lives.pollFirstEntry();
        }
        return new SessionAnswer.Count(newest);
    }

    private SessionAnswer begin(SessionCommand.Deed.Begin begin) {
        if (life.isEmpty()) {
            life = begin.life();
            begunMillis = nowMillis;
        }
        return new SessionAnswer.Count(0);
    }

    private void keep(SessionStamp stamp, byte[] answer) {
        answers.put(stamp, answer);
        answerBytes += answer.length + ENVELOPE_BYTES;
        while (answers.size() > answersMax || answerBytes > ANSWER_BYTES_MAX) {
            Map.Entry<SessionStamp, byte[]> oldest = answers.firstEntry();
            answers.remove(oldest.getKey());
            answerBytes -= oldest.getValue().length + ENVELOPE_BYTES;
            forgotten.merge(oldest.getKey().node(), oldest.getKey().time(), Math::max);
        }
    }

    private void sweep() {
        for (int looked = 0; looked < SWEEP_KEYS; looked++) {
            Map.Entry<Place, SessionValue> next = values.higherEntry(swept);
            if (next == null) {
                swept = new Place(-1, "");
                return;
            }
            swept = next.getKey();
            if (next.getValue().expiredAt(nowMillis)) {
                values.remove(swept);
            }
        }
    }

    /** Answers without changing anything. */
    public SessionAnswer answer(SessionQuery query) {
        return switch (query) {
            case SessionQuery.Read read -> {
                List<@Nullable SessionValue> found = new ArrayList<>();
                read.keys().forEach(key -> found.add(alive(key)));
                yield new SessionAnswer.Values(found);
            }
            case SessionQuery.Scan scan -> page(scan);
            case SessionQuery.Size size ->
                    new SessionAnswer.Count(
                            values.entrySet().stream()
                                    .filter(
                                            each ->
                                                    each.getValue().aliveAt(nowMillis)
                                                            && each.getKey()
                                                                    .key
                                                                    .startsWith(size.prefix()))
                                    .count());
            case SessionQuery.Life _ ->
                    new SessionAnswer.Life(life, Math.max(0, nowMillis - begunMillis));
        };
    }

    private @Nullable SessionValue alive(String key) {
        SessionValue found = values.get(Place.of(key));
        return found != null && found.aliveAt(nowMillis) ? found : null;
    }

    /** Whether the answer would be another one at that time, with no change. */
    public boolean dependsOn(SessionQuery query, long millis) {
        return !(query instanceof SessionQuery.Read read)
                || read.keys().stream()
                        .map(this::alive)
                        .anyMatch(found -> found != null && !found.aliveAt(millis));
    }

    private SessionAnswer page(SessionQuery.Scan scan) {
        ScanCursor from = ScanCursor.decode(scan.cursor());
        if (scan.cursor() < 0 || from.partition() > 0) {
            return new SessionAnswer.Keys(0, List.of());
        }
        int wanted = Math.clamp(scan.count(), 1, PAGE_KEYS_MAX);
        Glob glob = new Glob(scan.glob() == null ? "*" : scan.glob());
        NavigableMap<Place, SessionValue> rest =
                values.tailMap(new Place(from.afterHash() + 1, ""), true);
        List<String> keys = new ArrayList<>();
        int looked = 0;
        long last = -1;
        for (Map.Entry<Place, SessionValue> each : rest.entrySet()) {
            // Keys of one hash stay in one page: a cursor cannot point between them.
            if (looked >= wanted && each.getKey().hash != last) {
                return new SessionAnswer.Keys(new ScanCursor(0, last).encode(), keys);
            }
            looked++;
            last = each.getKey().hash;
            if (each.getValue().aliveAt(nowMillis) && glob.matches(each.getKey().key)) {
                keys.add(each.getKey().key);
            }
        }
        return new SessionAnswer.Keys(0, keys);
    }

    /** Hands out every value and the memory of removals. */
    public List<SessionCopy> copies() {
        List<SessionCopy> copies = new ArrayList<>();
        values.forEach((place, value) -> copies.add(new SessionCopy(place.key, value.encode())));
        return copies;
    }

    // ---- for MachineFormat

    /** What is neither a value nor an answer. */
    record Rest(
            long nowMillis,
            long lastStamp,
            String life,
            long begunMillis,
            long sweptHash,
            String sweptKey,
            Map<Integer, Long> forgotten,
            Map<String, Long> lives) {}

    Rest rest() {
        return new Rest(
                nowMillis, lastStamp, life, begunMillis, swept.hash, swept.key, forgotten, lives);
    }

    void each(BiConsumer<String, SessionValue> value, BiConsumer<SessionStamp, byte[]> answer) {
        values.forEach((place, each) -> value.accept(place.key, each));
        answers.forEach(answer);
    }

    void restore(Rest rest) {
        nowMillis = rest.nowMillis;
        lastStamp = rest.lastStamp;
        life = rest.life;
        begunMillis = rest.begunMillis;
        swept = new Place(rest.sweptHash, rest.sweptKey);
        forgotten.putAll(rest.forgotten);
        lives.putAll(rest.lives);
    }

    void restore(String key, SessionValue value) {
        values.put(Place.of(key), value);
    }

    void restore(SessionStamp stamp, byte[] answer) {
        keep(stamp, answer);
    }
}
