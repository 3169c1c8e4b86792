package proa.vip.forwarding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the map of one service is to hold.
 *
 * @param buckets the service's table; empty: nobody can take a connection
 */
public record Filling(Service service, Optional<Buckets> buckets) {

    /** The map's name. */
    public String map() {
        return RuleSet.name(service);
    }

    /** Where the marks lead to, from {@link RuleSet#MARK} on; none: no connection is taken. */
    public List<Value> values() {
        return buckets.map(this::values).orElse(List.of());
    }

    private List<Value> values(Buckets table) {
        Map<String, Value> servers = new HashMap<>();
        List<Value> values = new ArrayList<>(Buckets.SIZE);
        for (int at = 0; at < Buckets.SIZE; at++) {
            int bucket = at;
            values.add(
                    servers.computeIfAbsent(table.nameAt(at), name -> value(table, bucket, name)));
        }
        return values;
    }

    private Value value(Buckets table, int bucket, String server) {
        return switch (service.forwarding()) {
            case NAT -> new Value.Place(table.at(bucket));
            case STATELESS -> new Value.Address(table.at(bucket).getAddress());
            case DSR -> new Value.Mark(DirectReturn.number(service, server));
            case PROXY -> throw new IllegalStateException("the node carries " + service.frontend());
        };
    }
}
