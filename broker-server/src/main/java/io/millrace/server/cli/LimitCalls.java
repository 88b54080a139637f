package io.millrace.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Sets limits, one call for each. */
final class LimitCalls {
    private LimitCalls() {}

    static void set(AdminClient client, String path, ObjectNode limits, AdminClient.Names otherwise) {
        limits.properties().forEach(each -> {
            ObjectNode body = AdminCommand.object();
            body.set("value", each.getValue());
            client.send("PUT", path + "/" + AdminClient.part(each.getKey()), body, otherwise);
        });
    }
}
