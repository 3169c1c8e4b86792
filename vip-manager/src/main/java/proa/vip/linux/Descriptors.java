package proa.vip.linux;

import java.util.ArrayList;
import java.util.List;

/** The numbers of this process's file descriptors. Stateless. */
public final class Descriptors {

    private static final int HOLES_MAX = 64;

    private Descriptors() {}

    /**
     * Occupies every free number below the highest in use, for the rest of the process's life, so
     * that whatever is opened later gets a higher one and is closed earlier when the process dies.
     */
    public static void fillHoles() throws KernelException {
        List<Waker> opened = new ArrayList<>();
        Waker last = Waker.open();
        Waker before;
        do {
            before = last;
            opened.add(before);
            last = Waker.open();
        } while (last.number() != before.number() + 1 && opened.size() < HOLES_MAX);
        last.close();
    }
}
