package proa.node.metrics;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is scraped, as a message of OTLP 1: the same names, labels and numbers. Counters and
 * histograms are cumulative since the process began.
 */
final class OtlpMessage {

    private static final String SCOPE = "proa";
    private static final String TOTAL = "_total";

    private final long beganNanos;
    private final long nowNanos;

    private OtlpMessage(Instant began, Instant now) {
        beganNanos = nanos(began);
        nowNanos = nanos(now);
    }

    private static long nanos(Instant at) {
        return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    }

    /**
     * The message of a moment.
     *
     * @param resource who tells, as attributes
     * @param began since when is counted
     */
    static byte[] of(
            MetricSnapshots snapshots, Map<String, String> resource, Instant began, Instant now) {
        OtlpMessage message = new OtlpMessage(began, now);
        ScopeMetrics.Builder scope =
                ScopeMetrics.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName(SCOPE));
        for (MetricSnapshot snapshot : snapshots) {
            message.add(snapshot, scope);
        }
        Resource.Builder about = Resource.newBuilder();
        resource.forEach((name, value) -> about.addAttributes(attribute(name, value)));
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder().setResource(about).addScopeMetrics(scope))
                .build()
                .toByteArray();
    }

    /** Kinds that neither we nor Micrometer's meters have are left out. */
    private void add(MetricSnapshot snapshot, ScopeMetrics.Builder to) {
        String name = snapshot.getMetadata().getPrometheusName();
        Metric.Builder metric = Metric.newBuilder();
        String help = snapshot.getMetadata().getHelp();
        if (help != null) {
            metric.setDescription(help);
        }
        switch (snapshot) {
            case GaugeSnapshot gauge -> to.addMetrics(metric.setName(name).setGauge(gauge(gauge)));
            case CounterSnapshot counter ->
                    to.addMetrics(metric.setName(name + TOTAL).setSum(sum(counter)));
            case HistogramSnapshot histogram ->
                    to.addMetrics(metric.setName(name).setHistogram(histogram(histogram)));
            case SummarySnapshot summary ->
                    to.addMetrics(metric.setName(name).setSummary(summary(summary)));
            default -> {}
        }
    }

    private Gauge gauge(GaugeSnapshot gauge) {
        Gauge.Builder all = Gauge.newBuilder();
        gauge.getDataPoints()
                .forEach(
                        point ->
                                all.addDataPoints(
                                        NumberDataPoint.newBuilder()
                                                .setTimeUnixNano(nowNanos)
                                                .addAllAttributes(attributes(point.getLabels()))
                                                .setAsDouble(point.getValue())));
        return all.build();
    }

    private Sum sum(CounterSnapshot counter) {
        Sum.Builder all =
                Sum.newBuilder()
                        .setIsMonotonic(true)
                        .setAggregationTemporality(
                                AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
        counter.getDataPoints()
                .forEach(
                        point ->
                                all.addDataPoints(
                                        NumberDataPoint.newBuilder()
                                                .setStartTimeUnixNano(beganNanos)
                                                .setTimeUnixNano(nowNanos)
                                                .addAllAttributes(attributes(point.getLabels()))
                                                .setAsDouble(point.getValue())));
        return all.build();
    }

    private Histogram histogram(HistogramSnapshot histogram) {
        Histogram.Builder all =
                Histogram.newBuilder()
                        .setAggregationTemporality(
                                AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
        for (HistogramSnapshot.HistogramDataPointSnapshot point : histogram.getDataPoints()) {
            HistogramDataPoint.Builder to =
                    HistogramDataPoint.newBuilder()
                            .setStartTimeUnixNano(beganNanos)
                            .setTimeUnixNano(nowNanos)
                            .addAllAttributes(attributes(point.getLabels()))
                            .setCount(point.getCount())
                            .setSum(point.getSum());
            ClassicHistogramBuckets buckets = point.getClassicBuckets();
            for (int at = 0; at < buckets.size(); at++) {
                to.addBucketCounts(buckets.getCount(at));
                if (!Double.isInfinite(buckets.getUpperBound(at))) {
                    to.addExplicitBounds(buckets.getUpperBound(at));
                }
            }
            all.addDataPoints(to);
        }
        return all.build();
    }

    private Summary summary(SummarySnapshot summary) {
        Summary.Builder all = Summary.newBuilder();
        summary.getDataPoints()
                .forEach(
                        point ->
                                all.addDataPoints(
                                        SummaryDataPoint.newBuilder()
                                                .setStartTimeUnixNano(beganNanos)
                                                .setTimeUnixNano(nowNanos)
                                                .addAllAttributes(attributes(point.getLabels()))
                                                .setCount(point.getCount())
                                                .setSum(point.getSum())));
        return all.build();
    }

    private static List<KeyValue> attributes(Labels labels) {
        List<KeyValue> attributes = new ArrayList<>();
        for (int at = 0; at < labels.size(); at++) {
            attributes.add(attribute(labels.getName(at), labels.getValue(at)));
        }
        return attributes;
    }

    private static KeyValue attribute(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
