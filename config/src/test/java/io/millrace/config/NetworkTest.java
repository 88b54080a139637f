package io.millrace.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.129, true",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::1/128, ::1, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false"
    })
    void network_contains_the_addresses_that_begin_like_it(String network, String address, boolean contains)
            throws Exception {
        assertEquals(contains, Network.parse(network).contains(InetAddress.getByName(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "a.b",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.0.0",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "::1/129",
                "10.0.0.0/x",
                "",
                "/8",
                ":",
                "10.0.0."
            })
    void what_is_no_network_is_refused_without_asking_for_a_name(String text) {
        assertThrows(InvalidValueException.class, () -> new NetworkType().parse(text));
    }

    @Test
    void list_is_separated_by_commas() throws Exception {
        ListType<Network> list = new ListType<>(new NetworkType());
        assertEquals("10.0.0.0/8,192.0.2.1/32", list.print(list.parse("10.0.0.0/8, 192.0.2.1")));
        assertThrows(InvalidValueException.class, () -> list.parse("10.0.0.0/8,"));
    }

    @Test
    void option_may_be_absent() throws Exception {
        OptionType<List<Network>> option = new OptionType<>(new ListType<>(new NetworkType()), "none", "nothing");
        assertEquals(Optional.empty(), option.parse("none"));
        assertEquals("none", option.print(Optional.empty()));
        assertEquals("192.0.2.1/32", option.print(option.parse("192.0.2.1")));
    }
}
