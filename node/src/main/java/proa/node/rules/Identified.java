package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.config.Network;
import proa.config.RecordOptions.Accept;
import proa.config.RecordOptions.RequestId;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic;
import proa.node.message.Edits;
import proa.node.message.FieldEdit;

import java.util.List;

/**
 * Gives each request its id before the rules see to it: that of a sender who is believed, or a new
 * one. The server gets it as a field, the log by {@link Facts#identified}; whatever others sent in
 * that field is gone. Safe from any event loop.
 */
public final class Identified implements Traffic {

    private static final int CHARACTERS_MAX = 128;

    private final RequestId config;
    private final List<Network> trusted;
    private final RequestIds ids;
    private final Traffic inner;

    /**
     * Ids for the requests that others decide about.
     *
     * @param trusted whose ids are kept with {@link Accept#TRUSTED}
     */
    public Identified(RequestId config, List<Network> trusted, RequestIds ids, Traffic inner) {
        this.config = config;
        this.trusted = trusted;
        this.ids = ids;
        this.inner = inner;
    }

    @Override
    public boolean follows() {
        return inner.follows();
    }

    @Override
    public Decision decide(Facts facts) {
        String id = id(facts);
        if (id != null) {
            facts.identified(id, config.respond() ? config.header() : "");
        }
        Decision decision = inner.decide(facts);
        return decision instanceof Decision.Forward(var to, var edits)
                ? new Decision.Forward(to, with(id, edits))
                : decision;
    }

    private @Nullable String id(Facts facts) {
        String said = believes(facts) ? facts.header(config.header()) : null;
        if (said != null && isHarmless(said)) {
            return said;
        }
        return config.generate() ? ids.next() : null;
    }

    private boolean believes(Facts facts) {
        return switch (config.accept()) {
            case NOBODY -> false;
            case ANYBODY -> true;
            case TRUSTED -> trusted.stream().anyMatch(network -> network.contains(facts.sender()));
        };
    }

    /** Letters, digits and a few marks: it goes into logs, and into those of others. */
    private static boolean isHarmless(String id) {
        if (id.isEmpty() || id.length() > CHARACTERS_MAX) {
            return false;
        }
        for (int at = 0; at < id.length(); at++) {
            char c = id.charAt(at);
            boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!plain && "-._:=+/@".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private Edits with(@Nullable String id, @Nullable Edits edits) {
        if (id == null) {
            return Edits.around(edits, List.of(new FieldEdit.Remove(config.header())), List.of());
        }
        FieldEdit set = new FieldEdit.Set(config.header(), id);
        return Edits.around(edits, List.of(set), config.respond() ? List.of(set) : List.of());
    }
}
