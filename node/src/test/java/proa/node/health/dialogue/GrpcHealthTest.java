package proa.node.health.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;

/** What gRPC's health service is asked, and what its answers mean. */
class GrpcHealthTest {

    private static String asked(String service) {
        return HexFormat.of().formatHex(new GrpcHealth(service).question());
    }

    private static GrpcHealth answered(String status, String type, String messageHex) {
        GrpcHealth call = new GrpcHealth("");
        call.field(":status", status);
        call.field("content-type", type);
        byte[] message = HexFormat.of().parseHex(messageHex);
        assertThat(call.data(message, 0, message.length)).isTrue();
        return call;
    }

    private static String verdict(String messageHex) {
        GrpcHealth call = answered("200", "application/grpc+proto", messageHex);
        call.field("grpc-status", "0");
        return call.verdict();
    }

    @Test
    void theServiceIsFieldOneOfTheQuestion() {
        assertThat(asked("")).isEqualTo("0000000000");
        assertThat(asked("shop")).isEqualTo("0000000006" + "0a0473686f70");
        assertThat(asked("s".repeat(200))).startsWith("00000000cb" + "0ac801" + "7373");
    }

    @ParameterizedTest
    @CsvSource({
        "serving, 00000000020801, ''",
        "behind what nobody knows, 000000000e1a016125010203041007" + "08020801, ''",
        "not serving, 00000000020802, the service is NOT_SERVING",
        "unknown, 0000000000, the service is UNKNOWN",
        "unknown service, 00000000020803, the service is SERVICE_UNKNOWN",
        "a later version, 00000000020809, the service is 9",
        "compressed, 01000000020801, the answer is no HealthCheckResponse",
        "longer than it is, 00000000030801, the answer is no HealthCheckResponse",
        "a number without end, 00000000020880, the answer is no HealthCheckResponse",
        "a text beyond its end, 00000000021a05, the answer is no HealthCheckResponse",
        "a kind that is none, 000000000107, the answer is no HealthCheckResponse",
        "nothing, '', the answer is no HealthCheckResponse"
    })
    void onlyServingPasses(String what, String message, String verdict) {
        assertThat(verdict(message)).as(what).isEqualTo(verdict);
    }

    @Test
    void errorsAreNamed() {
        GrpcHealth alone = new GrpcHealth("");
        alone.field(":status", "200");
        alone.field("content-type", "application/grpc");
        alone.field("grpc-status", "12");
        alone.field("grpc-message", "Method not found\n");
        assertThat(alone.verdict()).isEqualTo("grpc-status 12 (UNIMPLEMENTED): Method not found");
        assertThat(answered("503", "text/html", "").verdict())
                .isEqualTo("status 503, 200 expected");
        assertThat(answered("200", "text/html", "").verdict())
                .isEqualTo("the answer is not gRPC but \"text/html\"");
        assertThat(answered("200", "application/grpc", "00000000020801").verdict())
                .isEqualTo("the call ended without grpc-status");
        assertThat(new GrpcHealth("").data(new byte[5_000], 0, 5_000)).isFalse();
    }
}
