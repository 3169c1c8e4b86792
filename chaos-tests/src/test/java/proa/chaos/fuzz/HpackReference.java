package proa.chaos.fuzz;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An obvious decoder of RFC 7541: bits of Huffman codes are walked one by one, the dynamic table is
 * a list. With the limits that RFC 7541 §5.1 leaves to whoever reads.
 */
final class HpackReference {

    private static final int TABLE_BYTES_MAX = 4_096;

    /** RFC 7541 §4.1, and RFC 9113 §6.5.2 for a list. */
    private static final int ENTRY_BYTES = 32;

    /** Of a number behind its prefix; no size of ours wants more than five. */
    private static final int OCTETS_MAX = 9;

    private static final int END_OF_STRING = 256;

    /** RFC 7541 appendix A. */
    private static final String[] STATIC_TABLE =
            """
            :authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https
            :status=200|:status=204|:status=206|:status=304|:status=400|:status=404|:status=500
            accept-charset|accept-encoding=gzip, deflate|accept-language|accept-ranges|accept
            access-control-allow-origin|age|allow|authorization|cache-control|content-disposition
            content-encoding|content-language|content-length|content-location|content-range
            content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since
            if-none-match|if-range|if-unmodified-since|last-modified|link|location|max-forwards
            proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server
            set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via
            www-authenticate\
            """
                    .split("[|\n]");

    /**
     * RFC 7541 appendix B: how many bits the code of each byte has, in base 36, and of the end of a
     * string. The code is canonical: shorter ones come first, among equals that of the lower byte.
     */
    private static final String CODE_LENGTHS =
            "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad677777777777777"
                + "77777777878djde6f56565666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnno"
                + "mlkmmnnlnmmolmnnllmnlmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqn"
                + "qrqqrrrrrsrrrrrqu";

    /** A block that is none. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Malformed() {
            super(null, null, false, false);
        }
    }

    /** What is known of a field: {@code name=value}, for the latter may be anything. */
    private record Field(String name, String value) {
        private int bytes() {
            return name.length() + value.length() + ENTRY_BYTES;
        }
    }

    private final int listBytesMax;
    private final List<Field> table = new ArrayList<>();
    private int tableBytesMax = TABLE_BYTES_MAX;

    private HpackReference(int listBytesMax) {
        this.listBytesMax = listBytesMax;
    }

    /** The blocks of one connection, as {@link HpackSubject} has them. */
    static Optional<String> read(byte[] input, int listBytesMax) {
        HpackReference decoder = new HpackReference(listBytesMax);
        try {
            StringBuilder all = new StringBuilder("whole");
            ByteBuffer in = ByteBuffer.wrap(input);
            while (in.hasRemaining()) {
                byte[] block = new byte[Math.min(in.get() & 0xff, in.remaining())];
                in.get(block);
                all.append(decoder.block(ByteBuffer.wrap(block)));
            }
            return Optional.of(all.toString());
        } catch (Malformed _) {
            return Optional.empty();
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new Malformed();
        }
    }

    private String block(ByteBuffer in) {
        List<Field> fields = new ArrayList<>();
        boolean begun = false;
        while (in.hasRemaining()) {
            int first = in.get() & 0xff;
            if (first >> 5 == 1) {
                require(!begun);
                tableBytesMax = (int) number(in, first & 0x1f, 0x1f, TABLE_BYTES_MAX);
                evict();
            } else {
                begun = true;
                fields.add(field(in, first));
            }
        }
        boolean large = fields.stream().mapToInt(Field::bytes).sum() > listBytesMax;
        return large ? " large" : HpackSubject.shown(shown(fields));
    }

    private static List<String> shown(List<Field> fields) {
        return fields.stream().map(each -> each.name() + "=" + each.value()).toList();
    }

    private Field field(ByteBuffer in, int first) {
        if (first >> 7 == 1) {
            return indexed(number(in, first & 0x7f, 0x7f, Integer.MAX_VALUE));
        }
        boolean kept = first >> 6 == 1;
        int mask = kept ? 0x3f : 0xf;
        long index = number(in, first & mask, mask, Integer.MAX_VALUE);
        String name = index == 0 ? string(in) : indexed(index).name();
        Field field = new Field(name, string(in));
        if (kept) {
            table.addFirst(field);
            evict();
        }
        return field;
    }

    private void evict() {
        while (table.stream().mapToInt(Field::bytes).sum() > tableBytesMax) {
            table.removeLast();
        }
    }

    private Field indexed(long index) {
        require(index > 0 && index <= STATIC_TABLE.length + table.size());
        if (index > STATIC_TABLE.length) {
            return table.get((int) index - STATIC_TABLE.length - 1);
        }
        String[] parts = STATIC_TABLE[(int) index - 1].split("=", 2);
        return new Field(parts[0], parts.length > 1 ? parts[1] : "");
    }

    /** RFC 7541 §5.1. */
    private static long number(ByteBuffer in, int prefix, int mask, int most) {
        long number = prefix;
        if (prefix == mask) {
            int octet;
            int octets = 0;
            do {
                require(in.hasRemaining() && octets < OCTETS_MAX);
                octet = in.get();
                number += (octet & 0x7fL) << 7 * octets;
                octets++;
            } while ((octet & 0x80) != 0);
        }
        require(number >= 0 && number <= most);
        return number;
    }

    private static String string(ByteBuffer in) {
        require(in.hasRemaining());
        int first = in.get() & 0xff;
        long length = number(in, first & 0x7f, 0x7f, Integer.MAX_VALUE);
        require(length <= in.remaining());
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return first >> 7 == 1 ? unpacked(bytes) : Subject.latin(bytes);
    }

    /** RFC 7541 §5.2: padded with the beginning of the code of the end, by less than a byte. */
    private static String unpacked(byte[] bytes) {
        String bits = bits(bytes);
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int to = 1; to <= bits.length(); to++) {
            Integer symbol = SYMBOLS.get(bits.substring(from, to));
            if (symbol != null) {
                require(symbol != END_OF_STRING);
                text.append((char) symbol.intValue());
                from = to;
            }
        }
        require(bits.substring(from).matches("1{0,7}"));
        return text.toString();
    }

    private static String bits(byte[] bytes) {
        StringBuilder bits = new StringBuilder();
        for (byte each : bytes) {
            bits.append(Integer.toBinaryString(0x100 | each & 0xff), 1, 9);
        }
        return bits.toString();
    }

    /** Zeros and ones of each symbol. */
    private static final List<String> CODES = codes();

    private static final Map<String, Integer> SYMBOLS =
            IntStream.range(0, CODES.size())
                    .boxed()
                    .collect(Collectors.toMap(CODES::get, at -> at));

    private static List<String> codes() {
        String[] codes = new String[CODE_LENGTHS.length()];
        long next = 0;
        for (int length = 1; length <= 30; length++) {
            next <<= 1;
            for (int symbol = 0; symbol < codes.length; symbol++) {
                if (Character.digit(CODE_LENGTHS.charAt(symbol), 36) == length) {
                    String bits = Long.toBinaryString(1L << length | next);
                    codes[symbol] = bits.substring(1);
                    next++;
                }
            }
        }
        return List.of(codes);
    }

    /** The code of a text, with its padding. */
    static byte[] packed(String text) {
        StringBuilder bits = new StringBuilder();
        text.chars().forEach(symbol -> bits.append(CODES.get(symbol)));
        while (bits.length() % 8 != 0) {
            bits.append('1');
        }
        byte[] bytes = new byte[bits.length() / 8];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) Integer.parseInt(bits.substring(8 * at, 8 * at + 8), 2);
        }
        return bytes;
    }

    /** Bytes written in hexadecimal, as the examples of RFC 7541 appendix C are. */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
