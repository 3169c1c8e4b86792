package proa.node.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is scraped. Values are read when somebody asks, not kept up to date: a frontend that a
 * reload brings is there at the next scrape, and one that it removes is gone. Any thread.
 */
public final class Exposition implements AutoCloseable {

    /** What {@link #text} is, as HTTP says it. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /**
     * An exposition.
     *
     * @param source adds the values of a moment; called by each scrape
     */
    public Exposition(Consumer<Scrape> source) {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        MultiCollector collector = () -> snapshots(source);
        registry.getPrometheusRegistry().register(collector);
    }

    private static MetricSnapshots snapshots(Consumer<Scrape> source) {
        Scrape scrape = new Scrape();
        source.accept(scrape);
        return scrape.snapshots();
    }

    /** All of it in the text format, version 0.0.4. */
    public String text() {
        return registry.scrape();
    }

    /**
     * All of it as a message of OTLP, for a collector.
     *
     * @param resource who tells, as attributes
     * @param began since when counters count
     */
    public byte[] otlp(Map<String, String> resource, Instant began) {
        return OtlpMessage.of(
                registry.getPrometheusRegistry().scrape(), resource, began, Instant.now());
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
