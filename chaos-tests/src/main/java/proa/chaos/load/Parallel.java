package proa.chaos.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** The same work by several virtual threads. */
final class Parallel {

    private Parallel() {}

    /** Runs the workers 0 to count − 1 to their end. */
    static void run(int count, IntConsumer worker) {
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            int own = number;
            threads.add(Thread.ofVirtual().start(() -> worker.accept(own)));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
