package proa.chaos.bench.program;

/**
 * What a configuration has on top of one frontend and one backend.
 *
 * @param tables in {@code tables}
 * @param frontend keys of the frontend
 * @param rules elements of its {@code rules}
 * @param routes elements of its {@code routes} in front of the last
 * @param backend keys of the backend
 */
public record Additions(
        String tables, String frontend, String rules, String routes, String backend) {

    public static final Additions NONE = new Additions("", "", "", "", "");

    public Additions withTable(String table) {
        return new Additions(table, frontend, rules, routes, backend);
    }

    public Additions withFrontend(String keys) {
        return new Additions(tables, keys, rules, routes, backend);
    }

    public Additions withRules(String elements) {
        return new Additions(tables, frontend, elements, routes, backend);
    }

    public Additions withRoutes(String elements) {
        return new Additions(tables, frontend, rules, elements, backend);
    }

    public Additions withBackend(String keys) {
        return new Additions(tables, frontend, rules, routes, keys);
    }

    /** These and others, which must not say the same. */
    public Additions and(Additions other) {
        return new Additions(
                tables + "\n" + other.tables,
                frontend + "\n" + other.frontend,
                rules + "\n" + other.rules,
                routes + "\n" + other.routes,
                backend + "\n" + other.backend);
    }
}
