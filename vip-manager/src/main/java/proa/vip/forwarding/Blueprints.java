package proa.vip.forwarding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether the nodes' files make the same tables. Each node tells the others on every connection
 * what its tables are built from; what is different is told once, and once more when it is so no
 * longer.
 *
 * <pre>
 *   a peer connects               begin anew with it; what was told of it stands until it has spoken
 *   it says one frontend          compare with ours; a change is told
 *   it has said all of them       what it left out is compared, too; a change is told
 *   it says nothing (older)       nothing is known of it, nothing is told
 * </pre>
 *
 * <p>A difference takes no address away: every node goes on with the table of its own file, and
 * nothing but names is ever taken from a peer. Not thread-safe.
 */
public final class Blueprints {

    /** A peer's frontends beyond this are ignored: no file has so many. */
    static final int FRONTENDS_MAX = 1_024;

    private final Map<String, Blueprint> own = new LinkedHashMap<>();
    private final Map<String, Map<String, Blueprint>> heard = new HashMap<>();
    private final Map<String, Difference> differences = new TreeMap<>();

    /**
     * One frontend is not the same at a peer, or is the same again.
     *
     * @param peer node name
     * @param group the frontend's traffic group; the peer's when this node does not have it
     * @param frontend frontend name
     * @param what is different, in words; empty: nothing any more
     */
    public record Difference(String peer, String group, String frontend, String what) {}

    /** Those of this host. */
    public Blueprints(List<Service> services) {
        services.forEach(service -> own.put(service.frontend(), Blueprint.of(service)));
    }

    /** What peers are to be told, in the order of the file. */
    public List<Blueprint> own() {
        return List.copyOf(own.values());
    }

    /** What is different now, by frontend and peer. */
    public List<Difference> differences() {
        return List.copyOf(differences.values());
    }

    /** A peer has connected, and may have been started with another file. */
    public void connected(String peer) {
        heard.put(peer, new LinkedHashMap<>());
    }

    /** A peer says one of its frontends. */
    public List<Difference> said(String peer, Blueprint theirs) {
        Map<String, Blueprint> all = heard.computeIfAbsent(peer, _ -> new LinkedHashMap<>());
        if (all.size() >= FRONTENDS_MAX) {
            return List.of();
        }
        all.put(theirs.frontend(), theirs);
        Blueprint ours = own.get(theirs.frontend());
        return ours == null
                ? changed(peer, theirs, Optional.of("this node's file has no such frontend"))
                : changed(peer, ours, ours.differenceTo(theirs));
    }

    /** A peer has said all its frontends. */
    public List<Difference> all(String peer) {
        Map<String, Blueprint> theirs = heard.getOrDefault(peer, Map.of());
        List<Difference> changed = new ArrayList<>();
        for (Blueprint ours : own.values()) {
            if (!theirs.containsKey(ours.frontend())) {
                changed.addAll(changed(peer, ours, Optional.of("it is not in that node's file")));
            }
        }
        List<Difference> gone =
                differences.values().stream()
                        .filter(each -> each.peer().equals(peer))
                        .filter(each -> !own.containsKey(each.frontend()))
                        .filter(each -> !theirs.containsKey(each.frontend()))
                        .toList();
        for (Difference each : gone) {
            differences.remove(key(peer, each.frontend()));
            changed.add(new Difference(peer, each.group(), each.frontend(), ""));
        }
        return changed;
    }

    private List<Difference> changed(String peer, Blueprint of, Optional<String> what) {
        String key = key(peer, of.frontend());
        Difference now = new Difference(peer, of.group(), of.frontend(), what.orElse(""));
        Difference before =
                what.isPresent() ? differences.put(key, now) : differences.remove(key);
        boolean same = before == null ? what.isEmpty() : before.equals(now);
        return same ? List.of() : List.of(now);
    }

    private static String key(String peer, String frontend) {
        return frontend + ' ' + peer;
    }
}
