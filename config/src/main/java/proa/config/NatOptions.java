package proa.config;

import java.util.Optional;

/**
 * What the kernel does for connections that it translates ({@code forwarding = nat}) beyond that.
 *
 * @param synProxy whether it answers beginnings of connections with cookies
 * @param replicated whether connections that the table of servers no longer leads to are told to
 *     the other nodes, so that they outlive their owner too; not together with cookies
 */
public record NatOptions(Optional<SynProxy> synProxy, boolean replicated) {

    /** Nothing beyond. */
    public static final NatOptions NONE = new NatOptions(Optional.empty(), false);
}
