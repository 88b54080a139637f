package io.millrace.server.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which words the keys of a source have, so that bindings can be chosen that let some events through and others not. */
final class KeySurvey {
    /** Most distinct words that are counted in one place of the keys; a word that first appears later is not counted. */
    static final int WORDS_MAX = 10_000;

    private final List<Map<String, Integer>> places = new ArrayList<>();
    private int events;

    /** Counts the key of one event. */
    void add(String key) {
        events++;
        String[] words = key.split("\\.", -1);
        for (int place = 0; place < words.length; place++) {
            if (place == places.size()) {
                places.add(new HashMap<>());
            }
            Map<String, Integer> counts = places.get(place);
            if (counts.size() < WORDS_MAX || counts.containsKey(words[place])) {
                counts.merge(words[place], 1, Integer::sum);
            }
        }
    }

    /** How many events there are. */
    int events() {
        return events;
    }

    /** A pattern for the keys with the most frequent word in the first place where words differ at all. */
    String byFirst() {
        int place = firstVarying();
        return pattern(place, mostFrequent(place).get(0));
    }

    /** A pattern for the keys with the most frequent word in the last place where words differ; another one if it can. */
    String byLast() {
        int place = lastVarying();
        List<String> words = mostFrequent(place);
        boolean otherWord = place == firstVarying() && words.size() > 1;
        return pattern(place, words.get(otherWord ? 1 : 0));
    }

    private String pattern(int place, String word) {
        boolean last = place == places.size() - 1;
        String before = last && place > 1 ? "#." : "*.".repeat(place);
        return before + word + (last ? "" : ".#");
    }

    private int firstVarying() {
        for (int place = 0; place < places.size(); place++) {
            if (places.get(place).size() > 1) {
                return place;
            }
        }
        return 0;
    }

    private int lastVarying() {
        for (int place = places.size() - 1; place >= 0; place--) {
            if (places.get(place).size() > 1) {
                return place;
            }
        }
        return places.size() - 1;
    }

    private List<String> mostFrequent(int place) {
        return places.get(place).entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .limit(2)
                .toList();
    }
}
