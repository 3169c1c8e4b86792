package proa.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A collector that gets the metrics of a node by OTLP over HTTP.
 *
 * @param url where they are posted; never logged, since it may be all that one needs to write there
 * @param every how often, 1 s to 10 min
 * @param timeout how long one attempt may take, 1 s to 1 min
 * @param token file whose first line goes along as a bearer token, or as the value of {@code field}
 * @param field name of the field with the token as it is; empty: {@code Authorization: Bearer}
 */
public record OtlpConfig(
        String url,
        Duration every,
        Duration timeout,
        Optional<Path> token,
        Optional<String> field) {}
