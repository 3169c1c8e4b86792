package proa.node.reload;

import proa.config.AdminConfig;
import proa.node.tls.TestAuthority;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A program elsewhere that uses the API of a node over TLS. */
final class ApiClient {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HttpClient client;
    private final String base;

    /** Opens the node's listener for admins, with the users olga (operate) and anna (admin). */
    ApiClient(NodeRuntime node, Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        String hash = ConsoleSite.hash(ConsoleSite.PASSWORD);
        Path users =
                Files.write(
                        folder.resolve("admin-users"),
                        List.of("olga:" + hash + ":operate", "anna:" + hash + ":admin"));
        node.serve(
                new AdminConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of(),
                        Optional.of(authority.identity("admin.example")),
                        Optional.of(users)));
        client = HttpClient.newBuilder().sslContext(authority.client()).build();
        base = "https://127.0.0.1:" + node.monitoring().orElseThrow().getPort() + "/api/v1";
    }

    /** The status and the document of the answer. */
    String post(String nameAndPassword, String target, String body) throws Exception {
        String basic =
                Base64.getEncoder()
                        .encodeToString(nameAndPassword.getBytes(StandardCharsets.UTF_8));
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + target))
                        .timeout(PATIENCE)
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("Authorization", "Basic " + basic)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer =
                client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return answer.statusCode() + " " + answer.body();
    }
}
