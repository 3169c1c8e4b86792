package proa.config;

/**
 * One step of a scripted probe. Bytes are written as text of one character each (ISO 8859-1), so
 * that a step is a value.
 */
public sealed interface ScriptStep {

    /** Sends these bytes. */
    record Send(String bytes) implements ScriptStep {}

    /** Waits until these bytes have come; what comes behind them is for the next step. */
    record Await(String bytes) implements ScriptStep {}

    /** Waits until an RE2 expression matches what has come since the last match. */
    record Match(String regex) implements ScriptStep {}
}
