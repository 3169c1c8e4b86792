package proa.chaos.bench;

/**
 * How long the bench takes.
 *
 * @param warmUpRequests of each program before anything counts
 * @param warmUpSecondsMax after which measuring begins, steady or not
 * @param rounds of Proa and its peer; under foreign load up to as many again
 * @param seconds of each program in a round, and of a slice of the warm-up
 * @param connections of the generator
 */
record Effort(
        long warmUpRequests, int warmUpSecondsMax, int rounds, int seconds, int connections) {}
