package proa.node.admin;

import java.util.List;
import java.util.Map;

/** A running node as monitoring sees it. Safe from any thread; never blocks for long. */
public interface Monitoring {

    /** All metrics, in the text format of Prometheus. */
    String metrics();

    /** Whether its event loops turn. */
    boolean live();

    /** What keeps this node from serving; empty: ready. */
    List<String> lacking();

    /** What is wrong without keeping it from serving, such as a reload that was refused. */
    List<String> warnings();

    /** What each frontend lacks, by name; an empty list: nothing. */
    Map<String, List<String>> frontends();
}
