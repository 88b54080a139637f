package io.millrace.server.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.system.SystemLog;
import io.millrace.server.auth.Logins;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a file defines so. Doing it again changes nothing. Every definition is carried out by itself: what is refused
 * or not understood is in the report, the rest is in effect when the report is there.
 *
 * <p>The order is that of dependence: virtual hosts, users, permissions, parameters, policies, exchanges, queues, bindings.
 */
public final class DefinitionsImport {
    /** What exporters write besides definitions. */
    private static final Set<String> ABOUT_THE_FILE = Set.of(
            "rabbit_version",
            "rabbitmq_version",
            "rabbitmq_definition_format",
            "product_name",
            "product_version",
            "original_cluster_name",
            "original_vhost_name",
            "explanation");

    private static final List<String> OF_A_VIRTUAL_HOST =
            List.of("parameters", "policies", "exchanges", "queues", "bindings");
    private static final List<String> OF_THE_BROKER =
            List.of("vhosts", "users", "permissions", "topic_permissions", "global_parameters");

    private final SystemLog system;
    private final HostAccess hosts;
    private final Logins logins;

    /**
     * @param system takes what is defined for the broker
     * @param hosts take what is defined within them
     * @param logins hashes passwords
     */
    public DefinitionsImport(SystemLog system, HostAccess hosts, Logins logins) {
        this.system = system;
        this.hosts = hosts;
        this.logins = logins;
    }

    /**
     * Carries out a file for the whole broker. Blocking.
     *
     * @throws DefinitionsException if it is no such file; then nothing was done
     */
    public ImportReport all(byte[] json) throws DefinitionsException {
        JsonNode root = DefinitionsJson.read(json);
        Section section = new Section();
        SystemImport broker = new SystemImport(system, logins, section);
        section.run(root, "vhosts", broker::virtualHost);
        section.run(root, "users", broker::user);
        section.run(root, "permissions", broker::permissions);
        section.run(root, "topic_permissions", broker::topicPermissions);
        section.run(root, "global_parameters", broker::globalParameter);
        within(root, null, section);
        unknown(root, section, false);
        return section.report();
    }

    /**
     * Carries out a file for one virtual host, which has to be there; the names of virtual hosts in the file do not matter.
     * Blocking.
     *
     * @throws DefinitionsException if it is no such file, or there is no such virtual host; then nothing was done
     */
    public ImportReport into(String virtualHost, byte[] json) throws DefinitionsException {
        JsonNode root = DefinitionsJson.read(json);
        if (system.state().virtualHost(virtualHost) == null) {
            throw new DefinitionsException("no virtual host '" + virtualHost + "'");
        }
        Section section = new Section();
        within(root, virtualHost, section);
        unknown(root, section, true);
        return section.report();
    }

    private void within(JsonNode root, @Nullable String virtualHost, Section section) {
        HostImport host = new HostImport(system, hosts, virtualHost, section);
        section.run(root, "parameters", host::parameter);
        section.run(root, "policies", host::policy);
        section.run(root, "exchanges", host::exchange);
        section.run(root, "queues", host::queue);
        section.run(root, "bindings", host::binding);
    }

    private static void unknown(JsonNode root, Section section, boolean oneHost) {
        root.fieldNames().forEachRemaining(name -> {
            if (oneHost && OF_THE_BROKER.contains(name)) {
                if (root.get(name).size() > 0) {
                    section.problem(
                            "$." + name, "is not of one virtual host; import the file for the whole broker", true);
                }
            } else if (!ABOUT_THE_FILE.contains(name)
                    && !OF_A_VIRTUAL_HOST.contains(name)
                    && !OF_THE_BROKER.contains(name)
                    && !(oneHost
                            && Set.of("metadata", "description", "limits", "tags", "default_queue_type", "name")
                                    .contains(name))) {
                section.problem("$." + name, "not understood, passed over", false);
            }
        });
    }
}
