package io.millrace.server.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.model.BrokerException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Carries out the sections of a file one after the other, many definitions of a section at a time, and keeps the report. */
final class Section {
    /** Definitions of a section that may be under way. */
    private static final int UNDER_WAY_MAX = 500;

    private final Map<String, Integer> done = new LinkedHashMap<>();
    private final List<ImportReport.Problem> problems = new ArrayList<>();

    /** Carries out one definition. */
    interface Step {
        /**
         * Begins.
         *
         * @return completes when the definition is in effect, with a {@link BrokerException} if it is refused
         * @throws BrokerException if it is refused
         */
        CompletionStage<?> begin(Item item);
    }

    private record UnderWay(String path, CompletionStage<?> stage) {}

    /** Carries out all definitions in the array of that name; returns when the last is in effect or refused. */
    void run(JsonNode root, String name, Step step) {
        JsonNode items = root.path(name);
        if (items.isMissingNode() || items.isNull()) {
            return;
        }
        if (!items.isArray()) {
            problem("$." + name, "expected an array", true);
            return;
        }
        done.put(name, 0);
        ArrayDeque<UnderWay> underWay = new ArrayDeque<>();
        for (int i = 0; i < items.size(); i++) {
            String path = "$." + name + "[" + i + "]";
            if (underWay.size() >= UNDER_WAY_MAX) {
                finish(name, underWay.remove());
            }
            try {
                Item item = new Item(items.get(i), path);
                underWay.add(new UnderWay(path, step.begin(item)));
                item.forEachUnknown(field -> problem(field, "not understood, passed over", false));
            } catch (BrokerException refusal) {
                problem(path, refusal.text(), true);
            }
        }
        underWay.forEach(each -> finish(name, each));
    }

    /** Notes something that was not carried out. */
    void problem(String path, String reason, boolean refused) {
        problems.add(new ImportReport.Problem(path, reason, refused));
    }

    ImportReport report() {
        return new ImportReport(done, problems);
    }

    private void finish(String name, UnderWay each) {
        try {
            Object unused = each.stage().toCompletableFuture().join();
            done.merge(name, 1, Integer::sum);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problem(each.path(), cause instanceof BrokerException why ? why.text() : String.valueOf(cause), true);
        }
    }
}
