package proa.node.hello;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.node.hello.Hello.Partial;
import proa.node.hello.Hello.Refused;
import proa.node.hello.Hello.Whole;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

class ClientHelloTest {

    private static Hello read(byte[] bytes) {
        return ClientHello.read(bytes, bytes.length);
    }

    @Test
    void theServerNameIsFoundInAnyCase() {
        assertThat(read(Hellos.hello("Shop.Example"))).isEqualTo(new Whole("shop.example"));
        assertThat(read(Hellos.hello(""))).isEqualTo(new Whole(""));
    }

    @Test
    void whatTheJdkSendsIsUnderstood() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("shop.example", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("shop.example")));
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        engine.wrap(ByteBuffer.allocate(0), out);

        assertThat(ClientHello.read(out.array(), out.position()))
                .isEqualTo(new Whole("shop.example"));
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 40, 64, 1 << 14})
    void cutAnywhereItIsPartialAndSaysHowMuchIsNeeded(int fragmentBytes) {
        byte[] whole = Hellos.records(Hellos.message("shop.example"), fragmentBytes);

        for (int length = 0; length < whole.length; length++) {
            Hello hello = ClientHello.read(whole, length);
            assertThat(hello).as("%d bytes", length).isInstanceOf(Partial.class);
            assertThat(((Partial) hello).bytesNeeded()).isBetween(length + 1, whole.length);
        }
        assertThat(read(whole)).isEqualTo(new Whole("shop.example"));
    }

    @Test
    void tooManyRecordsAreRefused() {
        byte[] crumbs = Hellos.records(Hellos.message("shop.example"), 4);

        assertThat(read(crumbs)).isInstanceOf(Refused.class);
    }

    @Test
    void whatIsNotTlsIsRefusedAtItsFirstByte() {
        byte[] plain = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        assertThat(ClientHello.read(plain, 1)).isEqualTo(new Refused("not TLS"));
    }

    @Test
    void whatDoesNotAddUpIsRefused() {
        byte[] hello = Hellos.hello("shop.example");
        assertThat(read(with(hello, 1, 2))).isEqualTo(new Refused("not a record of TLS"));
        assertThat(read(with(hello, 5, 2))).isEqualTo(new Refused("not a ClientHello"));
        assertThat(read(with(hello, 6, 1)).toString()).contains("a ClientHello of 65");
        assertThat(read(with(hello, 9, 2))).isEqualTo(new Refused("a malformed ClientHello"));
        assertThat(read(with(hello, 43, 33))).isInstanceOf(Refused.class);

        byte[] longer = Hellos.records(append(Hellos.message("shop.example"), 1), 1 << 14);
        assertThat(read(longer)).isEqualTo(new Refused("bytes behind the ClientHello"));
        assertThat(ClientHello.read(longer, longer.length - 1))
                .as("whether or not the byte behind has come")
                .isEqualTo(read(longer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop example", "shop\0example", "schöp.example", "shop/../x"})
    void aNameThatIsNoHostNameIsRefused(String name) {
        assertThat(read(Hellos.hello(name))).isEqualTo(new Refused("a malformed server name"));
    }

    @Test
    void anyOtherBytesAreRefusedOrPartialAndNeverThrow() {
        long seed = Long.getLong("proa.seed", 20261126L);
        Random random = new Random(seed);
        byte[] good = Hellos.records(Hellos.message("shop.example"), 60);
        int whole = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = good.clone();
            int changes = 1 + random.nextInt(4);
            for (int change = 0; change < changes; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length;
            Hello hello = ClientHello.read(bytes, length);
            if (hello instanceof Whole(String serverName)) {
                whole++;
                assertThat(serverName).as("seed %d", seed).matches("[a-z0-9._:-]*");
            }
            if (hello instanceof Partial(int needed)) {
                assertThat(needed).as("seed %d", seed).isGreaterThan(length);
            }
        }
        assertThat(whole).as("some changes do no harm").isPositive();
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] append(byte[] bytes, int more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(Arrays.copyOf(bytes, bytes.length + more));
        return out.toByteArray();
    }
}
