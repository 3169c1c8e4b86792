package proa.config.text;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.Sources;

import java.util.List;

/** Reads {@code source} of backends. */
final class SourceReader {

    static final Key<ConfigValue> SOURCE =
            Key.optional(
                    "source",
                    Kinds.any("address, list of addresses or section"),
                    "the kernel chooses",
                    "address that connections to the servers come from, those of checks and agents"
                            + " included, or several, taken in turn: towards one server each has"
                            + " all local ports. A server gets those of its own family. An address"
                            + " that this host does not have fails the attempt"
                            + " (`proa_server_sources_missing_total`). Where nodes have different"
                            + " ones, by node: `{ lb1 = \"10.0.0.11\", lb2 = [\"10.0.0.12\"] }`");

    private SourceReader() {}

    static Sources read(Section backend) {
        if (backend.find(SOURCE).orElse(null) instanceof ConfigObject byNode) {
            return new Sources(
                    List.of(),
                    backend.under(SOURCE, byNode).stream()
                            .map(
                                    item ->
                                            new Sources.OfNode(
                                                    item.name(),
                                                    backend.all(item, Kinds.address())))
                            .toList());
        }
        return new Sources(backend.all(SOURCE, Kinds.address()));
    }
}
