package proa.chaos.observe;

/**
 * Probes of a part of a period.
 *
 * @param probes sent in it
 * @param unanswered of these
 * @param slowestMillis the longest that an answered one waited
 */
public record Part(int probes, int unanswered, double slowestMillis) {}
