package proa.config.change;

import java.util.List;

/** One difference between two configurations. */
public sealed interface Change {

    /** It in an operator's words. */
    String text();

    /** What became of something that has a name. */
    enum How {
        ADDED,
        REMOVED,
        CHANGED
    }

    /**
     * A frontend.
     *
     * @param keys what differs in it; empty unless it changed
     */
    record Frontend(How how, String name, List<String> keys) implements Change {
        public Frontend {
            keys = List.copyOf(keys);
        }

        @Override
        public String text() {
            return words("frontend " + name, how, keys);
        }
    }

    /**
     * A backend, its servers apart.
     *
     * @param keys what differs in it; empty unless it changed
     */
    record Backend(How how, String name, List<String> keys) implements Change {
        public Backend {
            keys = List.copyOf(keys);
        }

        @Override
        public String text() {
            return words("backend " + name, how, keys);
        }
    }

    /**
     * A server of a backend that stays.
     *
     * @param keys what differs in it; empty unless it changed
     */
    record Server(How how, String backend, String name, List<String> keys) implements Change {
        public Server {
            keys = List.copyOf(keys);
        }

        @Override
        public String text() {
            return words("server " + backend + "/" + name, how, keys);
        }
    }

    /**
     * A table.
     *
     * @param keys what differs in it; empty unless it changed
     */
    record Table(How how, String name, List<String> keys) implements Change {
        public Table {
            keys = List.copyOf(keys);
        }

        @Override
        public String text() {
            return words("table " + name, how, keys);
        }
    }

    /**
     * Who is told of what happens.
     *
     * @param keys what differs in it; empty unless it changed
     */
    record Notify(How how, String name, List<String> keys) implements Change {
        public Notify {
            keys = List.copyOf(keys);
        }

        @Override
        public String text() {
            return words("notify." + name, how, keys);
        }
    }

    /**
     * Something that only a start takes in.
     *
     * @param key its place in the file
     * @param why what keeps it from following
     */
    record AtStart(String key, String why) implements Change {
        @Override
        public String text() {
            return key + ": changes at a restart only: " + why;
        }
    }

    private static String words(String what, How how, List<String> keys) {
        return switch (how) {
            case ADDED -> what + " added";
            case REMOVED -> what + " removed";
            case CHANGED -> what + " changed: " + String.join(", ", keys);
        };
    }
}
