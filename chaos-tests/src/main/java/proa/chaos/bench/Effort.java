package proa.chaos.bench;

/**
 * How long the bench takes.
 *
 * @param warmUpShare of the requests that a workload wants of each program before anything counts
 * @param warmUpSecondsMax of each program, after which measuring begins, steady or not
 * @param steady the last three slices of a warm-up differ by at most this share, 0.05: five per
 *     cent
 * @param rounds of Proa and its peers; under foreign load up to as many again
 * @param seconds of each program in a round at full speed
 * @param paced whether as many follow at a fixed rate; else latency is that of full speed
 * @param connections of the generator
 */
record Effort(
        double warmUpShare,
        int warmUpSecondsMax,
        double steady,
        int rounds,
        int seconds,
        boolean paced,
        int connections) {

    /** Slices of a program that is warm from the start. */
    private static final int SLICES_MIN = 3;

    private static final int START_SECONDS = 5;

    /** About how long a workload takes with so many programs, on a quiet machine. */
    int secondsOf(int programs) {
        int warmUp = warmUpSecondsMax / 2 + (programs - 1) * SLICES_MIN * seconds;
        return START_SECONDS + warmUp + rounds * programs * (paced ? 2 : 1) * seconds;
    }
}
