package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig.Sticky;
import proa.node.exchange.Facts;
import proa.node.message.Edits;
import proa.node.message.FieldEdit;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A replicated table of values that servers give to clients, such as session identifiers. A value
 * is noted when it passes in a response, and found again in requests. Values that no server gave
 * are not noted, so nobody can fill the table from outside.
 */
final class LearnedStickiness implements Stickiness {

    private final StickyEntries entries;
    private final String field;
    private final @Nullable String cookie;
    private final List<Part> found;
    private final Set<String> elsewhere;

    /**
     * @param elsewhere as of {@link TableStickiness}
     */
    LearnedStickiness(StickyEntries entries, Sticky.Learn learn, Set<String> elsewhere) {
        this.elsewhere = elsewhere;
        this.entries = entries;
        this.field = learn.header().orElse(SetCookies.FIELD);
        this.cookie = learn.cookie().orElse(null);
        this.found = learn.found().stream().map(Part::of).toList();
    }

    @Override
    public Client client(Facts facts) {
        for (Part part : found) {
            String value = part.of(facts);
            if (value != null) {
                return new Known(TextKeys.of(value));
            }
        }
        return NOBODY;
    }

    @Override
    public Edits edits(@Nullable Edits ofRules, Supplier<@Nullable String> server) {
        UnaryOperator<String> note =
                value -> {
                    note(value, server.get());
                    return value;
                };
        return Edits.around(ofRules, List.of(), List.of(new FieldEdit.Replace(field, note)));
    }

    private void note(String line, @Nullable String server) {
        String value = cookie == null ? line : SetCookies.value(line, cookie);
        if (server != null && value != null && !value.isEmpty()) {
            entries.stick(TextKeys.of(value), server);
        }
    }

    /** A client that brought a value, learned or not. */
    private final class Known implements Client {
        private final TableKey key;
        private boolean learned;

        Known(TableKey key) {
            this.key = key;
        }

        @Override
        public @Nullable String server() {
            String server = entries.server(key);
            learned |= server != null;
            return server;
        }

        private boolean isElsewhere() {
            String stuck = elsewhere.isEmpty() ? null : entries.server(key);
            return stuck != null && elsewhere.contains(stuck);
        }

        @Override
        public String stick(PooledServer server) {
            return learned && !isElsewhere() ? entries.stick(key, server.name()) : server.name();
        }
    }
}
