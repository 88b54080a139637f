package io.millrace.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KeySurveyTest {

    @Test
    void bindings_come_from_the_most_frequent_words() {
        KeySurvey survey = survey("push.none", "issues.opened", "issues.closed", "fork.opened", "star.opened");
        assertEquals("issues.#", survey.byFirst());
        assertEquals("*.opened", survey.byLast());
        assertEquals(5, survey.events());
    }

    @Test
    void a_word_that_all_keys_share_is_no_choice() {
        KeySurvey survey = survey("commit.core.fix", "commit.core.add", "commit.docs.fix");
        assertEquals("*.core.#", survey.byFirst());
        assertEquals("#.fix", survey.byLast());
    }

    @Test
    void keys_of_one_word_give_two_bindings_if_there_are_two_words() {
        KeySurvey survey = survey("b", "a", "b");
        assertEquals("b", survey.byFirst());
        assertEquals("a", survey.byLast());
        assertEquals("only", survey("only").byFirst());
        assertEquals("only", survey("only").byLast());
    }

    @Test
    void words_without_bound_do_not_take_memory_without_bound() {
        KeySurvey survey = new KeySurvey();
        for (int i = 0; i < KeySurvey.WORDS_MAX * 2; i++) {
            survey.add("id" + i + "." + (i % 3 == 0 ? "x" : "y"));
        }
        survey.add("id5.x");
        assertEquals("id5.#", survey.byFirst());
        assertEquals("*.y", survey.byLast());
    }

    private static KeySurvey survey(String... keys) {
        KeySurvey survey = new KeySurvey();
        for (String key : keys) {
            survey.add(key);
        }
        return survey;
    }
}
