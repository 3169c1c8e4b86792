package proa.cluster.sessions;

/**
 * One key and what the engine stored under it.
 *
 * @param key as applications name it
 * @param value the bytes of a {@link SessionValue}
 */
public record SessionCopy(String key, byte[] value) {}
