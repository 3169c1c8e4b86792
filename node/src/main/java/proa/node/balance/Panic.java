package proa.node.balance;

import java.util.List;

/**
 * When so few servers are up that they would be crushed, or none is, the checks themselves are in
 * doubt: serving with all of them is better than with few or none.
 */
final class Panic {

    private Panic() {}

    /**
     * Whether too few servers are up. Servers in maintenance are not counted; backups stand in for
     * primaries of which none is up, and then there is no panic.
     *
     * @param belowPercent smallest share of the primaries that is enough; 0: never panic
     */
    static boolean threatens(List<PooledServer> servers, int belowPercent) {
        int counted = 0;
        int up = 0;
        boolean backup = false;
        for (PooledServer server : servers) {
            Standing standing = server.standing();
            if (server.backup()) {
                backup |= standing.up();
            } else if (server.order() != Order.MAINTENANCE) {
                counted++;
                up += standing.up() ? 1 : 0;
            }
        }
        return up * 100 < belowPercent * counted && (up > 0 || !backup);
    }
}
