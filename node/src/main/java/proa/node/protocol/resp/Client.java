package proa.node.protocol.resp;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * What a connection has said about itself. Changed by one command at a time; the event loop looks
 * at {@link #mayAct} only, and any thread may {@link #description}.
 */
final class Client {

    private static final String UNKNOWN = "?:0";

    private final long id;
    private final boolean mustAuthenticate;
    private final Rights unnamed;
    private volatile int version = 2;
    private volatile int database;
    private volatile boolean authenticated;
    private volatile String user = Users.DEFAULT;
    private volatile String name = "";
    private volatile String library = "";
    private volatile String libraryVersion = "";
    private volatile String remote = UNKNOWN;
    private volatile String local = UNKNOWN;
    private volatile long beganNanos;
    private volatile long heardNanos;
    private volatile String command = "NULL";
    private Rights rights;
    private boolean leaving;

    Client(long id, Users users) {
        this.id = id;
        mustAuthenticate = !users.isEmpty();
        unnamed = users.unnamed();
        rights = unnamed;
    }

    /** As right after connecting, but for the identifier and the library. */
    void reset() {
        version = 2;
        database = 0;
        authenticated = false;
        rights = unnamed;
        user = Users.DEFAULT;
        name = "";
    }

    /** The connection is there. */
    void connected(SocketAddress from, SocketAddress to, long nowNanos) {
        remote = text(from);
        local = text(to);
        beganNanos = nowNanos;
        heardNanos = nowNanos;
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : UNKNOWN;
    }

    /** Bytes have arrived. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** A command runs, in the way CLIENT LIST names it. */
    void runs(String newCommand) {
        if (!command.equals(newCommand)) { // mostly the same as before, and then nothing is written
            command = newCommand;
        }
    }

    /**
     * One line as in Redis' CLIENT LIST, without what is not counted here: descriptors, buffers and
     * memory. The connection of a frontend with TLS has the addresses of the TCP connection.
     */
    String description(long nowNanos) {
        return "id="
                + id
                + " addr="
                + remote
                + " laddr="
                + local
                + " name="
                + name
                + " age="
                + seconds(nowNanos - beganNanos)
                + " idle="
                + seconds(nowNanos - heardNanos)
                + " flags=N db="
                + database
                + " sub=0 psub=0 ssub=0 multi=-1 watch=0 cmd="
                + command
                + " user="
                + user
                + " resp="
                + version
                + " lib-name="
                + library
                + " lib-ver="
                + libraryVersion;
    }

    private static long seconds(long nanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(nanos));
    }

    long id() {
        return id;
    }

    int version() {
        return version;
    }

    void speak(int newVersion) {
        version = newVersion;
    }

    boolean mayAct() {
        return authenticated || !mustAuthenticate;
    }

    void authenticate(String asUser, Rights withRights) {
        user = asUser;
        rights = withRights;
        authenticated = true;
    }

    String user() {
        return user;
    }

    Rights rights() {
        return rights;
    }

    String name() {
        return name;
    }

    void callItself(String newName) {
        name = newName;
    }

    void isOfLibrary(String newLibrary) {
        library = newLibrary;
    }

    void isOfLibraryVersion(String newVersion) {
        libraryVersion = newVersion;
    }

    void select(int index) {
        database = index;
    }

    /** Each database is a range of keys of its own. */
    String prefix() {
        return database + ":";
    }

    /** The connection ends after this command's reply. */
    void leave() {
        leaving = true;
    }

    boolean leaving() {
        return leaving;
    }
}
