package proa.node.protocol.resp;

/**
 * What a connection has said about itself. Touched by one command at a time; the event loop looks
 * at {@link #mayAct} only.
 */
final class Client {

    private final long id;
    private final boolean mustAuthenticate;
    private int version = 2;
    private int database;
    private volatile boolean authenticated;
    private Rights rights = Rights.DEFAULT;
    private String user = Users.DEFAULT;
    private String name = "";
    private boolean leaving;

    Client(long id, boolean mustAuthenticate) {
        this.id = id;
        this.mustAuthenticate = mustAuthenticate;
    }

    /** As right after connecting, but for the identifier. */
    void reset() {
        version = 2;
        database = 0;
        authenticated = false;
        rights = Rights.DEFAULT;
        user = Users.DEFAULT;
        name = "";
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
