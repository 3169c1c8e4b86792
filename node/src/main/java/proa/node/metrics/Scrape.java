package proa.node.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

import proa.node.metrics.Family.Kind;
import proa.node.record.Latency;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The values of one moment, put together. One thread. */
public final class Scrape {

    /** Frontends, backends and servers times what each has; a file of 1 MiB stays far below. */
    static final int SERIES_MAX = 200_000;

    private static final double NANOS = 1e9;
    private static final String TOTAL = "_total";

    private final Map<Family, List<Point>> points = new EnumMap<>(Family.class);
    private int series;

    private record Point(Labels labels, double value, List<Latency> latency) {}

    Scrape() {}

    /** A value. */
    public void add(Family family, double value, String... labels) {
        put(family, new Point(labels(family, labels), value, List.of()));
    }

    /** A number of things; beyond 2⁵³ it is rounded. */
    public void add(Family family, long value, String... labels) {
        add(family, (double) value, labels);
    }

    /** 1 or 0. */
    public void add(Family family, boolean holds, String... labels) {
        add(family, holds ? 1.0 : 0.0, labels);
    }

    /** A histogram. */
    public void add(Family family, Latency latency, String... labels) {
        put(family, new Point(labels(family, labels), 0, List.of(latency)));
    }

    private void put(Family family, Point point) {
        if (series++ < SERIES_MAX) {
            points.computeIfAbsent(family, _ -> new ArrayList<>()).add(point);
        }
    }

    private static Labels labels(Family family, String... values) {
        return Labels.of(family.labels().toArray(String[]::new), values);
    }

    MetricSnapshots snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        points.forEach((family, of) -> all.add(snapshot(family, of)));
        return new MetricSnapshots(all);
    }

    private static MetricSnapshot snapshot(Family family, List<Point> points) {
        return switch (family.kind()) {
            case GAUGE -> gauge(family, points);
            case COUNTER -> counter(family, points);
            case HISTOGRAM -> histogram(family, points);
        };
    }

    private static GaugeSnapshot gauge(Family family, List<Point> points) {
        GaugeSnapshot.Builder all =
                GaugeSnapshot.builder().name(family.exposedName()).help(family.meaning());
        points.forEach(
                point ->
                        all.dataPoint(
                                GaugeDataPointSnapshot.builder()
                                        .value(point.value)
                                        .labels(point.labels)
                                        .build()));
        return all.build();
    }

    private static CounterSnapshot counter(Family family, List<Point> points) {
        String name = family.exposedName();
        CounterSnapshot.Builder all =
                CounterSnapshot.builder()
                        .name(name.substring(0, name.length() - TOTAL.length()))
                        .help(family.meaning());
        points.forEach(
                point ->
                        all.dataPoint(
                                CounterDataPointSnapshot.builder()
                                        .value(point.value)
                                        .labels(point.labels)
                                        .build()));
        return all.build();
    }

    private static HistogramSnapshot histogram(Family family, List<Point> points) {
        HistogramSnapshot.Builder all =
                HistogramSnapshot.builder().name(family.exposedName()).help(family.meaning());
        for (Point point : points) {
            Latency latency = point.latency.getFirst();
            all.dataPoint(
                    HistogramDataPointSnapshot.builder()
                            .classicHistogramBuckets(buckets(latency))
                            .sum(latency.sumNanos() / NANOS)
                            .labels(point.labels)
                            .build());
        }
        return all.build();
    }

    private static ClassicHistogramBuckets buckets(Latency latency) {
        long[] bounds = Latency.bounds();
        long[] counts = latency.counts();
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int at = 0; at < bounds.length; at++) {
            buckets.bucket(bounds[at] / NANOS, counts[at]);
        }
        return buckets.bucket(Double.POSITIVE_INFINITY, counts[bounds.length]).build();
    }

    /** Whether a counter's name says so. */
    static boolean isNamedRightly(Family family) {
        return (family.kind() == Kind.COUNTER) == family.exposedName().endsWith(TOTAL);
    }
}
