package io.millrace.server.amqp091;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which mechanisms are offered to whom, and that no other is taken. */
class MechanismsWireTest {
    private static final byte[] PLAIN = "\0guest\0secret".getBytes(StandardCharsets.UTF_8);

    private record Identity(
            boolean mayUsePassword, @Nullable String certifiedUser) implements PeerIdentity {}

    private static final class Asked implements Authenticator {
        final List<String> names = new ArrayList<>();

        @Override
        public void authenticate(String user, byte[] password, boolean loopback, Callback callback) {
            names.add("password of " + user);
            callback.accepted();
        }

        @Override
        public void identify(String user, boolean loopback, Callback callback) {
            names.add("certificate of " + user);
            if (user.equals("CN=guest")) {
                callback.accepted();
            } else {
                callback.refused();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true,,PLAIN AMQPLAIN", "true,CN=x,PLAIN AMQPLAIN EXTERNAL", "false,CN=x,EXTERNAL", "false,,''"})
    @Spec(value = "rabbitmq", section = "EXTERNAL")
    void what_is_offered_follows_from_what_the_transport_knows(
            boolean passwords, @Nullable String certified, String offered) {
        assertEquals(offered, Login.mechanisms(new Identity(passwords, certified)));
    }

    @Test
    @Spec(value = "rabbitmq", section = "EXTERNAL")
    void the_name_is_that_of_the_certificate_whatever_the_response_says() {
        Login login = Login.of("EXTERNAL", "root".getBytes(StandardCharsets.UTF_8), new Identity(false, "CN=guest"));
        assertNotNull(login);
        assertEquals("CN=guest", login.user());
        assertNull(login.password());
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXTERNAL", "ANONYMOUS", "RABBIT-CR-DEMO", "plain", "", "CRAM-MD5", "SCRAM-SHA-256"})
    @Spec(value = "amqp-0-9-1", section = "connection.start-ok")
    void a_mechanism_that_was_not_offered_is_not_looked_at(String mechanism) {
        assertNull(Login.of(mechanism, PLAIN, PeerIdentity.UNKNOWN));
        assertRefused(mechanism, PeerIdentity.UNKNOWN, new Asked(), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "AMQPLAIN"})
    @Spec(value = "amqp-0-9-1", section = "connection.start-ok")
    void a_password_is_not_taken_where_none_may_be_sent(String mechanism) {
        assertRefused(mechanism, new Identity(false, "CN=guest"), new Asked(), 0);
    }

    @Test
    @Spec(value = "rabbitmq", section = "EXTERNAL")
    void a_certificate_of_somebody_unknown_is_refused() {
        assertRefused("EXTERNAL", new Identity(true, "CN=nobody"), new Asked(), 1);
    }

    @Test
    @Spec(value = "rabbitmq", section = "EXTERNAL")
    void a_certificate_of_a_user_leads_to_tune() {
        FakeTransport transport = new FakeTransport();
        Asked asked = new Asked();
        engine(transport, new Identity(false, "CN=guest"), asked, "EXTERNAL");
        assertEquals(List.of("certificate of CN=guest"), asked.names);
        assertEquals(10 << 16 | 30, lastMethod(transport));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec(value = "amqp-0-9-1", section = "basic.properties.user-id")
    void a_foreign_user_id_is_for_those_who_may_impersonate(boolean may) {
        Properties091 properties = new Properties091();
        byte[] bytes = Bytes.payload().u16(1 << 4).str("other").bytes();
        byte[] own = may ? null : "guest".getBytes(StandardCharsets.UTF_8);
        if (may) {
            properties.check(bytes, 0, bytes.length, own, Wire.settings());
        } else {
            assertThrows(WireException.class, () -> properties.check(bytes, 0, bytes.length, own, Wire.settings()));
        }
    }

    private static void assertRefused(String mechanism, PeerIdentity identity, Asked asked, int times) {
        FakeTransport transport = new FakeTransport();
        engine(transport, identity, asked, mechanism);
        assertEquals(times, asked.names.size());
        assertEquals(10 << 16 | 50, lastMethod(transport));
    }

    private static void engine(FakeTransport transport, PeerIdentity identity, Asked asked, String mechanism) {
        ConnectionEngine engine = new ConnectionEngine(
                transport,
                Wire.settings(),
                asked,
                (name, user, callback) -> callback.notFound(),
                new Peer("client", true, identity),
                new Random(1),
                EngineListener.NONE,
                0);
        engine.received(Unpooled.wrappedBuffer(Wire.HEADER));
        transport.sent.clear();
        Map<String, Boolean> told = Map.of("authentication_failure_close", true);
        engine.received(Unpooled.wrappedBuffer(Wire.startOk(mechanism, PLAIN, told)));
    }

    private static int lastMethod(FakeTransport transport) {
        return transport.sent.getInt(7);
    }
}
