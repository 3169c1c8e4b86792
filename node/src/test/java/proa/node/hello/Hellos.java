package proa.node.hello;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** ClientHellos put together by hand. */
public final class Hellos {

    private Hellos() {}

    /**
     * A message with that name and an unknown extension before it; empty: without any extension.
     */
    public static byte[] message(String serverName) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {3, 3});
        body.writeBytes(new byte[32]);
        body.write(32);
        body.writeBytes(new byte[32]);
        body.writeBytes(new byte[] {0, 2, 0x13, 1});
        body.writeBytes(new byte[] {1, 0});
        if (!serverName.isEmpty()) {
            ByteArrayOutputStream extensions = new ByteArrayOutputStream();
            extensions.writeBytes(new byte[] {0x1a, 0x1a, 0, 1, 0});
            extensions.writeBytes(serverName(serverName));
            two(body, extensions.size());
            body.writeBytes(extensions.toByteArray());
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(1);
        message.write(0);
        two(message, body.size());
        message.writeBytes(body.toByteArray());
        return message.toByteArray();
    }

    static byte[] serverName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream extension = new ByteArrayOutputStream();
        two(extension, 0);
        two(extension, bytes.length + 5);
        two(extension, bytes.length + 3);
        extension.write(0);
        two(extension, bytes.length);
        extension.writeBytes(bytes);
        return extension.toByteArray();
    }

    private static void two(ByteArrayOutputStream out, int number) {
        out.write(number >> 8);
        out.write(number);
    }

    /** The message in records of at most that many bytes. */
    public static byte[] records(byte[] message, int fragmentBytes) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += fragmentBytes) {
            byte[] part =
                    Arrays.copyOfRange(message, at, Math.min(message.length, at + fragmentBytes));
            records.writeBytes(new byte[] {22, 3, 1});
            two(records, part.length);
            records.writeBytes(part);
        }
        return records.toByteArray();
    }

    public static byte[] hello(String serverName) {
        return records(message(serverName), 1 << 14);
    }
}
