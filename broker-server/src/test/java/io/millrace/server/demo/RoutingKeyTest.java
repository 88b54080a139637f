package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingKeyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "event,action|{'event':'push','action':'opened'}|push.opened",
                "event,action|{'event':'push','action':null}|push.none",
                "event,action|{'event':'push'}|push.none",
                "event,action|{'action':'x'}|none.x",
                "event,action|{'event':'','action':'  '}|none.none",
                "event|{'event':{'nested':1}}|none",
                "event|{'event':[1]}|none",
                "n,b,f|{'n':7,'b':true,'f':1.5}|7.true.1-5",
                "repo.owner.name|{'repo':{'owner':{'name':'ann'}}}|ann",
                "repo.owner.name|{'repo':'text'}|none",
                "list.1.id|{'list':[{'id':1},{'id':2}]}|2",
                "list.9.id|{'list':[{'id':1}]}|none",
                "event|{'event':'a.b c*d#e'}|a-b-c-d-e",
                "event|{'event':'grün 日本'}|grün-日本",
                "event|{'event':'line\\nbreak\\u0000'}|line-break-",
                "event|{'event':'\\ud800x'}|-x"
            })
    void each_field_becomes_one_safe_word(String fields, String json, String key) throws Exception {
        assertEquals(key, keyOf(List.of(fields.split(",")), json.replace('\'', '"')));
    }

    @Test
    void a_key_is_at_most_255_bytes_and_is_cut_between_characters() throws Exception {
        String text = "日".repeat(300);
        for (int fields = 1; fields <= RoutingKey.FIELDS_MAX; fields++) {
            String key = keyOf(Collections.nCopies(fields, "a"), "{\"a\":\"" + text + "\"}");
            int bytes = key.getBytes(StandardCharsets.UTF_8).length;
            assertTrue(bytes <= 255 && bytes > 200, key);
            assertEquals(fields, key.split("\\.").length);
            assertTrue(key.matches("[日.]+"), key);
        }
    }

    @Test
    void fields_that_name_nothing_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new RoutingKey(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new RoutingKey(Collections.nCopies(17, "a")));
        for (String field : List.of("", "a..b", ".a", "a.", " ")) {
            assertThrows(IllegalArgumentException.class, () -> new RoutingKey(List.of(field)), field);
        }
    }

    private static String keyOf(List<String> fields, String json) throws Exception {
        return new RoutingKey(fields).of(JsonMapper.builder().build().readTree(json));
    }
}
