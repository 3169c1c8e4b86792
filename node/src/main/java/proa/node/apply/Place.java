package proa.node.apply;

import proa.config.text.Outcome;

import java.util.List;

/** The running node that a configuration is for. Any thread; may block for seconds. */
public interface Place {

    /** The hash of the configuration in use. */
    String hash();

    /**
     * Does everything that can fail, and keeps it ready; what is in use stays.
     *
     * @return why it cannot; empty: it is ready
     */
    List<String> hold(Outcome.Ok next);

    /**
     * Puts in use what is kept ready.
     *
     * @param by who asked for it
     * @return why it cannot; empty: it is in use
     */
    List<String> take(String by);

    /** Forgets what is kept ready. */
    void release();
}
