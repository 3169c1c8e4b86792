package proa.vip.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with lease tables as on a kernel without the owner flag. Looks every 20 ms whether they
 * are still there and prints each time it has made them again. Started and killed by tests.
 */
public final class UnguardedLease {

    private UnguardedLease() {}

    /**
     * Runs until killed.
     *
     * @param arguments addresses under lease
     */
    public static void main(String[] arguments) throws IOException {
        List<LeaseTables.Leased> leased = new ArrayList<>();
        for (String address : arguments) {
            leased.add(new LeaseTables.Leased(InetAddress.getByName(address), 2));
        }
        try (LeaseTables tables = LeaseTables.open("lab", leased, Set.of(250), false)) {
            System.out.println("made, guarded: " + tables.owned());
            while (true) {
                if (tables.restoreIfMissing()) {
                    System.out.println("made again");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }
}
