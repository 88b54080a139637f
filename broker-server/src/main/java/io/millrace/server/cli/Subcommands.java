package io.millrace.server.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands by their names. A class is touched when its name is asked for and not before: describing all commands to
 * the command line takes a quarter of a second, which a start would spend for commands that it does not run.
 */
final class Subcommands {
    /** In the order of the help. */
    static final List<String> NAMES = List.of(
            "start",
            "stop",
            "status",
            "config",
            "ping",
            "health",
            "queues",
            "exchanges",
            "bindings",
            "connections",
            "channels",
            "consumers",
            "vhosts",
            "users",
            "permissions",
            "topic-permissions",
            "policies",
            "operator-policies",
            "definitions",
            "tls",
            "demo",
            "bench");

    private Subcommands() {}

    /** The command of that name, null if there is none. */
    static @Nullable Class<?> named(String name) {
        return switch (name) {
            case "start" -> StartCommand.class;
            case "stop" -> StopCommand.class;
            case "status" -> StatusCommand.class;
            case "config" -> ConfigCommand.class;
            case "ping" -> PingCommand.class;
            case "health" -> HealthCommand.class;
            case "queues" -> QueuesCommand.class;
            case "exchanges" -> ExchangesCommand.class;
            case "bindings" -> BindingsCommand.class;
            case "connections" -> ConnectionsCommand.class;
            case "channels" -> ChannelsCommand.class;
            case "consumers" -> ConsumersCommand.class;
            case "vhosts" -> VhostsCommand.class;
            case "users" -> UsersCommand.class;
            case "permissions" -> PermissionsCommand.class;
            case "topic-permissions" -> TopicPermissionsCommand.class;
            case "policies" -> PoliciesCommand.class;
            case "operator-policies" -> OperatorPoliciesCommand.class;
            case "definitions" -> DefinitionsCommand.class;
            case "tls" -> TlsCommand.class;
            case "demo" -> DemoCommand.class;
            case "bench" -> BenchCommand.class;
            case "rehearse" -> RehearseCommand.class; // hidden: not among the names
            default -> null;
        };
    }
}
