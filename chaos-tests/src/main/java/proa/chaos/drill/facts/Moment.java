package proa.chaos.drill.facts;

/**
 * Something that happened.
 *
 * @param atMillis since the first fault of the drill
 * @param kind {@code fault}, {@code undone}, {@code owner}, {@code silence}, {@code answer}, {@code
 *     whole} or {@code note}
 * @param what in a few words
 */
public record Moment(double atMillis, String kind, String what) {}
