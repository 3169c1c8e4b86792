package proa.vip.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Set;

/**
 * Which users of this host may be the node and give orders: root, vipd's own and the node's. The
 * same may do everything on the node's own socket, so that moves and maintenance need the same
 * right by whichever way they come. Whoever else may connect may look. Immutable.
 */
final class Orderers {

    private static final String ROOT = "0";

    private final Set<UserPrincipal> users;
    private final String words;

    private Orderers(Set<UserPrincipal> users, String words) {
        this.users = users;
        this.words = words;
    }

    /**
     * Those of a socket of ours.
     *
     * @param socket made by this process
     * @param nodeUser who the node runs as; empty: the same as this process
     * @throws Refusal when there is no such user
     */
    static Orderers of(Path socket, String nodeUser) throws IOException {
        UserPrincipalLookupService known = socket.getFileSystem().getUserPrincipalLookupService();
        UserPrincipal own = Files.getOwner(socket);
        UserPrincipal root = known.lookupPrincipalByName(ROOT);
        if (nodeUser.isEmpty()) {
            return new Orderers(Set.copyOf(List.of(own, root)), words(own));
        }
        try {
            UserPrincipal node = known.lookupPrincipalByName(nodeUser);
            return new Orderers(Set.copyOf(List.of(own, root, node)), words(own, node));
        } catch (UserPrincipalNotFoundException _) {
            throw new Refusal("--node-user: this host has no user " + nodeUser);
        }
    }

    private static String words(UserPrincipal... besidesRoot) {
        List<String> names =
                List.of(besidesRoot).stream()
                        .map(UserPrincipal::getName)
                        .filter(name -> !name.equals("root"))
                        .distinct()
                        .toList();
        return names.isEmpty() ? "root" : "root and " + String.join(", ", names);
    }

    boolean include(UserPrincipal user) {
        return users.contains(user);
    }

    /** Who they are. */
    String words() {
        return words;
    }
}
