package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.util.List;
import java.util.function.Consumer;

/** A store in which every key is the same trouble, or holds {@code x}. */
public final class FakeStore implements SessionStore {

    private final @Nullable SessionException trouble;

    public FakeStore(@Nullable SessionException trouble) {
        this.trouble = trouble;
    }

    private <T> T orTrouble(T answer) throws SessionException {
        if (trouble != null) {
            throw trouble;
        }
        return answer;
    }

    private byte[] value() throws SessionException {
        return orTrouble(new byte[] {'x'});
    }

    @Override
    public byte[] get(String key) throws SessionException {
        return value();
    }

    @Override
    public List<byte @Nullable []> getAll(List<String> keys) throws SessionException {
        byte[] value = value();
        return keys.stream().<byte @Nullable []>map(_ -> value).toList();
    }

    @Override
    public boolean set(String key, byte[] value, long ttlMillis, Condition condition)
            throws SessionException {
        return orTrouble(true);
    }

    @Override
    public Exchange exchange(String key, byte[] value, long ttlMillis, Condition condition)
            throws SessionException {
        return new Exchange(true, value());
    }

    @Override
    public Edited edit(String key, SessionEdit edit) throws SessionException {
        return orTrouble(new Edited(SessionChange.Outcome.DONE, 1, NEVER));
    }

    @Override
    public SessionValue find(String key) throws SessionException {
        return new SessionValue(value(), NEVER, new SessionStamp(1, 1));
    }

    @Override
    public Holders holders(String key) {
        return new Holders("lb1", "lb2");
    }

    @Override
    public boolean delete(String key) throws SessionException {
        return orTrouble(true);
    }

    @Override
    public byte[] getAndDelete(String key) throws SessionException {
        return value();
    }

    @Override
    public boolean expire(String key, long ttlMillis) throws SessionException {
        return orTrouble(true);
    }

    @Override
    public byte[] getAndExpire(String key, long ttlMillis) throws SessionException {
        return value();
    }

    @Override
    public long ttlMillis(String key) throws SessionException {
        return orTrouble(NEVER);
    }

    @Override
    public boolean exists(String key) throws SessionException {
        return orTrouble(true);
    }

    @Override
    public Page scan(long cursor, @Nullable String glob, int count) throws SessionException {
        return orTrouble(new Page(0, List.of()));
    }

    @Override
    public long size(String prefix) throws SessionException {
        return orTrouble(1L);
    }

    @Override
    public boolean writable() {
        return trouble == null;
    }

    @Override
    public int members() {
        return 1;
    }

    @Override
    public boolean settled() {
        return true;
    }

    @Override
    public long nowMillis() {
        return 0;
    }

    @Override
    public void copies(Consumer<List<SessionCopy>> to) throws SessionException {
        to.accept(List.of(new SessionCopy("x", find("x").encode())));
    }

    @Override
    public void bring(SessionCopy copy) throws SessionException {
        throw new UnsupportedOperationException("nothing is kept");
    }

    @Override
    public Life life() throws SessionException {
        return orTrouble(new Life("fake", 0));
    }

    @Override
    public long remembers(String life, long takenMillis) throws SessionException {
        return orTrouble(takenMillis);
    }

    @Override
    public void open() {}

    @Override
    public void close() {}
}
