package io.millrace.server.definitions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.http.DefinitionsAdmin;
import org.jspecify.annotations.Nullable;

/** Import and export for the management interface. */
public record DefinitionsFiles(DefinitionsImport reader, DefinitionsExport writer) implements DefinitionsAdmin {
    @Override
    public ObjectNode export(@Nullable String virtualHost) {
        try {
            return virtualHost == null ? writer.all() : writer.of(virtualHost);
        } catch (DefinitionsException gone) {
            throw new IllegalStateException(gone);
        }
    }

    @Override
    public ObjectNode load(@Nullable String virtualHost, byte[] json) throws NotDefinitions {
        ImportReport report;
        try {
            report = virtualHost == null ? reader.all(json) : reader.into(virtualHost, json);
        } catch (DefinitionsException e) {
            throw new NotDefinitions(String.valueOf(e.getMessage()));
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode done = answer.putObject("imported");
        report.done().forEach((section, count) -> done.put(section, count));
        ArrayNode problems = answer.putArray("problems");
        report.problems()
                .forEach(each -> problems.addObject()
                        .put("path", each.path())
                        .put("reason", each.reason())
                        .put("refused", each.refused()));
        return answer;
    }
}
