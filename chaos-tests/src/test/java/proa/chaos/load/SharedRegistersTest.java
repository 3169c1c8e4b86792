package proa.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.chaos.history.Guilt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What clients find out about a store that keeps its promise, and about one that does not. */
class SharedRegistersTest {

    private static final int TURNS = 64;

    private final SharedRegisters registers = new SharedRegisters();
    private ServerSocket listener;
    private volatile boolean forgetful;
    private volatile boolean silent;

    @BeforeEach
    void open() throws IOException {
        listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private RespConnection connect() throws IOException {
        return RespConnection.open(
                new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));
    }

    /** A store that gives back the first value of each key when it is forgetful. */
    private void serve() {
        Map<String, List<String>> store = new HashMap<>();
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        client.getInputStream(), StandardCharsets.US_ASCII));
                for (String count = in.readLine(); count != null; count = in.readLine()) {
                    List<String> words = new ArrayList<>();
                    for (int left = Integer.parseInt(count.substring(1)); left > 0; left--) {
                        in.readLine(); // a length
                        words.add(in.readLine());
                    }
                    if (silent) {
                        break;
                    }
                    client.getOutputStream()
                            .write(answer(store, words).getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException ended) {
                // The next one.
            }
        }
    }

    private String answer(Map<String, List<String>> store, List<String> words) {
        List<String> values = store.computeIfAbsent(words.get(1), _ -> new ArrayList<>());
        if (words.getFirst().equals("SET")) {
            values.add(words.get(2));
            return "+OK\r\n";
        }
        if (values.isEmpty()) {
            return "$-1\r\n";
        }
        String value = forgetful ? values.getFirst() : values.getLast();
        return "$%d\r\n%s\r\n".formatted(value.length(), value);
    }

    private void turns() throws IOException {
        try (RespConnection connection = connect()) {
            for (int n = 0; n < TURNS; n++) {
                registers.turn("a", "lb1", connection);
            }
        }
    }

    @Test
    void aStoreThatGivesBackWhatWasWrittenLastIsFine() throws IOException {
        turns();
        LoadReport.Registers judged = registers.judge();
        assertThat(judged.writes()).isEqualTo(TURNS / 4);
        assertThat(judged.reads()).isEqualTo(TURNS * 3 / 4);
        assertThat(judged.guilty()).as("%s", judged.breaches()).isZero();
    }

    @Test
    void aStoreThatGivesBackAnOlderValueIsFoundOut() throws IOException {
        turns();
        forgetful = true;
        turns();
        LoadReport.Registers judged = registers.judge();
        assertThat(judged.guilty()).isPositive();
        LoadReport.Breach first = judged.breaches().getFirst();
        assertThat(first.kind()).isEqualTo(Guilt.Kind.STALE_READ);
        assertThat(first.through()).isEqualTo("lb1");
        assertThat(first.insteadEndedNanos()).isLessThan(first.begunNanos());
        assertThat(registers.judgeAndForget()).isEqualTo(judged);
        assertThat(registers.judge()).isEqualTo(new LoadReport.Registers(0, 0, 0, 0, List.of()));
        forgetful = false;
        turns();
        assertThat(registers.judge().guilty()).isZero();
    }

    @Test
    void aFullHistorySaysHowMuchItLeftOut() throws IOException {
        SharedRegisters few = new SharedRegisters(TURNS / 2);
        try (RespConnection connection = connect()) {
            for (int n = 0; n < TURNS; n++) {
                few.turn("a", "lb1", connection);
            }
        }
        LoadReport.Registers judged = few.judge();
        assertThat(judged.reads() + judged.writes()).isEqualTo(TURNS / 2);
        assertThat(judged.left()).isEqualTo(TURNS / 2);
        few.forget();
        assertThat(few.judge().left()).isZero();
    }

    /** The balancers may be somebody's, who runs a drill again within the hour. */
    @Test
    void whatAnEarlierRunHasLeftIsNotTakenForInvented() throws IOException {
        turns();
        SharedRegisters next = new SharedRegisters();
        silent = true;
        try (RespConnection broken = connect()) {
            next.turn("a", "lb1", broken);
        } catch (IOException _) {
            // Its first write does not get through.
        }
        silent = false;
        try (RespConnection connection = connect()) {
            for (int n = 0; n < 3; n++) {
                next.turn("a", "lb1", connection);
            }
        }
        LoadReport.Registers judged = next.judge();
        assertThat(judged.reads()).isEqualTo(3);
        assertThat(judged.guilty()).as("%s", judged.breaches()).isZero();
    }

    /** Nobody knows whether a write that was not answered has taken place. */
    @Test
    void aWriteThatBreaksMayHaveTakenPlace() throws IOException {
        turns();
        silent = true;
        for (int n = 0; n < 4; n++) {
            try (RespConnection broken = connect()) {
                registers.turn("a", "lb1", broken);
            } catch (IOException _) {
                // as wanted
            }
        }
        silent = false;
        turns();
        LoadReport.Registers judged = registers.judge();
        assertThat(judged.writes()).isEqualTo(TURNS / 2 + 1);
        assertThat(judged.guilty()).as("%s", judged.breaches()).isZero();
    }
}
