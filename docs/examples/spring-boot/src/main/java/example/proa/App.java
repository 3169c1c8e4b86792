package example.proa;

import io.lettuce.core.resource.Delay;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import java.time.Duration;
import java.util.Map;

/** A Spring Boot application that says how it is; the health is the actuator's, see application.yaml. */
@SpringBootApplication
@RestController
public class App {

    private final StringRedisTemplate redis;

    App(StringRedisTemplate redis) {
        this.redis = redis;
    }

    public static void main(String[] arguments) {
        SpringApplication.run(App.class, arguments);
    }

    /** Else it waits twice as long after each attempt, up to half a minute, and is out as long. */
    @Bean
    static ClientResourcesBuilderCustomizer backSoon() {
        return client -> client.reconnectDelay(Delay.constant(Duration.ofMillis(200)));
    }

    @GetMapping("/visits")
    Map<String, Object> visits() {
        return Map.of(
                "visits", redis.opsForValue().increment("visits"), "by", ProcessHandle.current().pid());
    }
}
