package io.millrace.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import org.jspecify.annotations.Nullable;

/** Which policies hold for an object, in its row. */
final class PolicyFields {
    private PolicyFields() {}

    static void put(ObjectNode row, Policies.Applied applied) {
        put(row, "policy", applied.user());
        put(row, "operator_policy", applied.operator());
        row.set("effective_policy_definition", Json.of(applied.effective()));
    }

    private static void put(ObjectNode row, String field, @Nullable Policy policy) {
        if (policy != null) {
            row.put(field, policy.name());
        }
    }
}
