package io.millrace.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that {@code rabbitmqctl} and {@code rabbitmq-diagnostics} have for commands of ours, so that fingers and
 * scripts go on working. Their arguments are the same in the same order. Which node is meant, and how long to wait for it,
 * is taken and without effect: the data directory says which broker is meant.
 */
final class RabbitNames {
    private static final Map<String, List<String>> NAMES = new LinkedHashMap<>();
    private static final Set<String> FLAGS = Set.of("-q", "--quiet", "-s", "--silent", "--no-table-headers");
    private static final Set<String> PASSED_OVER = Set.of("-l", "--longnames");
    private static final Set<String> PASSED_OVER_WITH_VALUE = Set.of("-n", "--node", "-t", "--timeout");
    /** They print what has no table; less of it makes no sense. */
    private static final Set<String> WITHOUT_FLAGS = Set.of("shutdown", "environment");

    private static final Set<String> OPTIONS = Set.of("-p", "--vhost", "--formatter", "--data", "--config", "--set");

    static {
        add("list_queues", "queues list");
        add("purge_queue", "queues purge");
        add("delete_queue", "queues delete");
        add("list_exchanges", "exchanges list");
        add("list_bindings", "bindings list");
        add("list_connections", "connections list");
        add("close_connection", "connections close");
        add("close_all_connections", "connections close-all");
        add("close_all_user_connections", "connections close-user");
        add("list_channels", "channels list");
        add("list_consumers", "consumers list");
        add("list_vhosts", "vhosts list");
        add("add_vhost", "vhosts add");
        add("update_vhost_metadata", "vhosts update");
        add("delete_vhost", "vhosts delete");
        add("list_vhost_limits", "vhosts limits");
        add("set_vhost_limits", "vhosts set-limits");
        add("clear_vhost_limits", "vhosts clear-limits");
        add("list_users", "users list");
        add("add_user", "users add");
        add("change_password", "users password");
        add("clear_password", "users clear-password");
        add("authenticate_user", "users check");
        add("set_user_tags", "users tags");
        add("delete_user", "users delete");
        add("list_user_limits", "users limits");
        add("set_user_limits", "users set-limits");
        add("clear_user_limits", "users clear-limits");
        add("list_permissions", "permissions list");
        add("list_user_permissions", "permissions list --user");
        add("set_permissions", "permissions set");
        add("clear_permissions", "permissions clear");
        add("list_topic_permissions", "topic-permissions list");
        add("list_user_topic_permissions", "topic-permissions list --user");
        add("set_topic_permissions", "topic-permissions set");
        add("clear_topic_permissions", "topic-permissions clear");
        add("list_policies", "policies list");
        add("set_policy", "policies set");
        add("clear_policy", "policies clear");
        add("list_operator_policies", "operator-policies list");
        add("set_operator_policy", "operator-policies set");
        add("clear_operator_policy", "operator-policies clear");
        add("export_definitions", "definitions export");
        add("import_definitions", "definitions import");
        add("check_alarms", "health");
        add("check_local_alarms", "health");
        add("alarms", "health");
        add("status", "status");
        add("ping", "ping");
        add("check_running", "ping");
        add("check_virtual_hosts", "ping");
        add("node_health_check", "ping");
        add("environment", "config show");
        add("shutdown", "stop");
    }

    private RabbitNames() {}

    private static void add(String theirs, String ours) {
        NAMES.put(theirs, List.of(ours.split(" ", -1)));
    }

    /** Theirs, and what it is here. */
    static Map<String, List<String>> all() {
        return NAMES;
    }

    /** The arguments in our words; those that have no name of theirs as they are. */
    static String[] translated(String[] asGiven) {
        String[] args = withoutNode(asGiven);
        List<String> before = new ArrayList<>();
        int at = 0;
        while (at < args.length && (FLAGS.contains(args[at]) || OPTIONS.contains(option(args[at])))) {
            if (OPTIONS.contains(args[at]) && at + 1 < args.length) {
                before.add(args[at++]);
            }
            before.add(args[at++]);
        }
        List<String> ours = at < args.length ? NAMES.get(args[at]) : null;
        if (ours == null) {
            return asGiven;
        }
        List<String> all = new ArrayList<>(ours.subList(0, Math.min(2, ours.size())));
        all.addAll(before);
        List<String> rest = new ArrayList<>(List.of(args).subList(at + 1, args.length));
        // An option of ours stands for an argument of theirs: it goes in front of that one.
        rest.addAll(firstArgument(rest), ours.subList(Math.min(2, ours.size()), ours.size()));
        all.addAll(rest);
        if (WITHOUT_FLAGS.contains(args[at])) {
            all.removeAll(FLAGS);
        }
        return all.toArray(String[]::new);
    }

    private static String[] withoutNode(String[] args) {
        List<String> left = new ArrayList<>();
        for (int at = 0; at < args.length; at++) {
            if (args[at].equals("--")) {
                left.addAll(List.of(args).subList(at, args.length));
                break;
            }
            boolean withValue = PASSED_OVER_WITH_VALUE.contains(option(args[at]));
            if (withValue && args[at].indexOf('=') < 0) {
                at++;
            } else if (!withValue && !PASSED_OVER.contains(args[at])) {
                left.add(args[at]);
            }
        }
        return left.toArray(String[]::new);
    }

    /** The name of an option that may be written together with its value. */
    private static String option(String arg) {
        int equals = arg.indexOf('=');
        return arg.startsWith("--") && equals > 0 ? arg.substring(0, equals) : arg;
    }

    private static int firstArgument(List<String> args) {
        int at = 0;
        while (at < args.size() && args.get(at).startsWith("-")) {
            at += OPTIONS.contains(args.get(at)) ? 2 : 1;
        }
        return Math.min(at, args.size());
    }
}
