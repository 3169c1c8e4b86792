package proa.chaos.bench.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A tripwire, not a measurement: what does not depend on the machine is held to three times the
 * promise, what does to a hundred times.
 */
@Tag("bench")
class TableBenchTest {

    private static final double LENIENCY = 3;
    private static final double OF_A_BUSY_MACHINE = 100;

    @Test
    void nothingGrewOutOfAllProportion() throws Exception {
        List<TableFigure> figures = new TableBench(20_000, 1, System.out).measure();
        Map<String, TableFigure> named =
                figures.stream().collect(Collectors.toMap(TableFigure::name, Function.identity()));
        for (String name : List.of("table-entry", "table-lookup-allocation")) {
            TableFigure figure = named.get(name);
            assertThat(figure.value()).as(name).isLessThan(figure.promised() * LENIENCY);
        }
        for (String name : List.of("table-lag", "table-lookup", "table-transfer")) {
            TableFigure figure = named.get(name);
            assertThat(figure.value())
                    .as(name)
                    .isPositive()
                    .isLessThan(figure.promised() * OF_A_BUSY_MACHINE);
        }
        TableFigure updates = named.get("table-updates");
        assertThat(updates.value()).isGreaterThan(updates.promised() / OF_A_BUSY_MACHINE);
    }
}
