package proa.node.listener;

/**
 * Says through a pipeline, before the end of input is said, that the other side has ended its
 * direction without the farewell of TLS: what has come may not be all.
 */
public enum Cut {
    EVENT
}
