package proa.node.admin;

import java.util.List;

/** What would be if: of a request, of a configuration. Changes nothing. Safe from any thread. */
public interface Advice {

    /**
     * Which rule, route and server a request would get, and why.
     *
     * @param from the client's address; empty: this machine's own
     * @param headers field lines, {@code Name: value}
     */
    Answer explain(String method, String url, String from, List<String> headers);

    /**
     * What a configuration would change.
     *
     * @param file its name, absolute: others are relative to its folder
     * @param text what is in it
     */
    Answer plan(String file, String text);
}
