package io.millrace.server.amqp091;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Valid sessions to cut, to chop and to spoil. */
final class Sessions {
    private Sessions() {}

    /** Protocol header, handshake, two channels, and a bit of everything. */
    static List<byte[]> everything() {
        List<byte[]> session = new ArrayList<>(handshake());
        Map<String, Object> arguments = Map.of("x-max-length", 5, "nested", Map.of("deep", Map.of("a", "b")));
        byte[] properties = Bytes.payload()
                .u16(0xB910)
                .str("text/plain")
                .table(Map.of("n", 1, "t", Map.of("s", "v")))
                .u8(2)
                .u8(4)
                .str("1000")
                .str("guest")
                .bytes();
        session.add(Bytes.method(1, 20, 10).str("").frame());
        session.add(Bytes.method(2, 20, 10).str("").frame());
        session.add(Bytes.method(1, 40, 10)
                .u16(0)
                .str("x")
                .str("topic")
                .u8(2)
                .table(Map.of())
                .frame());
        session.add(
                Bytes.method(1, 50, 10).u16(0).str("").u8(4).table(arguments).frame());
        session.add(Bytes.method(1, 50, 20)
                .u16(0)
                .str("")
                .str("x")
                .str("k.*")
                .u8(0)
                .table(arguments)
                .frame());
        session.add(Bytes.method(1, 60, 10).u32(0).u16(10).u8(0).frame());
        session.add(Bytes.method(1, 60, 20)
                .u16(0)
                .str("q")
                .str("t")
                .u8(0)
                .table(Map.of())
                .frame());
        session.add(Bytes.method(1, 60, 20)
                .u16(0)
                .str("q")
                .str("")
                .u8(2)
                .table(Map.of())
                .frame());
        session.add(Bytes.method(1, 85, 10).u8(0).frame());
        session.add(Bytes.publish(1, "x", "k.1", properties, "hello"));
        session.add(Bytes.method(1, 60, 40).u16(0).str("x").str("k").u8(1).frame());
        session.add(Bytes.method(2, 60, 40).u16(0).str("x").str("k").u8(1).frame());
        session.add(Bytes.header(2, 6, Bytes.noProperties()));
        session.add(Bytes.header(1, 9_000, properties));
        session.add(Bytes.body(2, Bytes.ascii("abc")));
        session.add(Bytes.body(1, new byte[8_000]));
        session.add(Bytes.heartbeat());
        session.add(Bytes.body(1, new byte[1_000]));
        session.add(Bytes.body(2, Bytes.ascii("def")));
        session.add(Bytes.method(1, 60, 80).u64(1).u8(0).frame());
        session.add(Bytes.method(1, 60, 80).u64(3).u8(1).frame());
        session.add(Bytes.publish(1, "x", "k.2", Bytes.noProperties(), ""));
        session.add(Bytes.method(1, 60, 120).u64(0).u8(3).frame());
        session.add(Bytes.method(1, 60, 70).u16(0).str("q").u8(0).frame());
        session.add(Bytes.method(1, 60, 70).u16(0).str("empty").u8(0).frame());
        session.add(Bytes.method(1, 60, 110).u8(1).frame());
        session.add(Bytes.method(2, 60, 90).u64(77).u8(1).frame());
        session.add(Bytes.publish(2, "x", "late", Bytes.noProperties(), "late"));
        session.add(Bytes.method(2, 20, 41).frame());
        session.add(Bytes.method(1, 60, 30).str("t").u8(0).frame());
        session.add(Bytes.method(1, 50, 30).u16(0).str("q").u8(0).frame());
        session.add(Bytes.method(1, 50, 40).u16(0).str("q").u8(0).frame());
        session.add(Bytes.method(1, 20, 20).u8(1).frame());
        session.add(Bytes.method(1, 20, 40).u16(200).str("").u16(0).u16(0).frame());
        session.add(Bytes.method(0, 10, 50).u16(200).str("").u16(0).u16(0).frame());
        return session;
    }

    static List<byte[]> handshake() {
        return List.of(
                Wire.HEADER,
                Wire.startOk("PLAIN", Wire.plain("guest", "secret"), Wire.ALL_CAPABILITIES),
                Wire.tuneOk(100, 8_192, 0),
                Wire.open("/"));
    }

    /** The session with one or several faults. */
    static List<byte[]> spoil(List<byte[]> session, SplittableRandom random) {
        List<byte[]> spoiled = new ArrayList<>(session);
        for (int faults = random.nextInt(1, 4); faults > 0; faults--) {
            int at = random.nextInt(random.nextInt(4) == 0 ? 0 : Math.min(4, spoiled.size() - 1), spoiled.size());
            byte[] frame = spoiled.get(at).clone();
            if (frame.length == 0) {
                continue;
            }
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
                case 3 -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                case 4 -> frame = Arrays.copyOf(frame, random.nextInt(frame.length));
                case 5 -> spoiled.add(at, spoiled.get(random.nextInt(spoiled.size())));
                case 6 -> frame = new byte[0];
                case 7 -> frame = resized(frame, random);
                default -> {
                    frame = new byte[random.nextInt(64)];
                    random.nextBytes(frame);
                }
            }
            spoiled.set(at, frame);
        }
        return spoiled;
    }

    /** Well-formed as a frame, with arguments that are cut, filled up, or random. */
    private static byte[] resized(byte[] frame, SplittableRandom random) {
        int size = Math.max(0, frame.length - 8 + random.nextInt(-6, 7));
        byte[] payload = new byte[size];
        System.arraycopy(frame, Math.min(7, frame.length), payload, 0, Math.min(size, Math.max(0, frame.length - 8)));
        if (size > 4 && random.nextBoolean()) {
            payload[random.nextInt(4, size)] = (byte) random.nextInt(256);
        }
        return Bytes.frame(1 + random.nextInt(3), random.nextInt(3), payload);
    }
}
