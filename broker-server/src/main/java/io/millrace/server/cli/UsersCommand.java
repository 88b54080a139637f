package io.millrace.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ExitCode;
import io.millrace.server.FatalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace users}. */
@Command(
        name = "users",
        description = "Lists, adds, changes and deletes users.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UsersCommand.All.class,
            UsersCommand.Add.class,
            UsersCommand.Password.class,
            UsersCommand.ClearPassword.class,
            UsersCommand.Check.class,
            UsersCommand.Tags.class,
            UsersCommand.Delete.class,
            UsersCommand.Limits.class,
            UsersCommand.SetLimits.class,
            UsersCommand.ClearLimits.class
        })
final class UsersCommand extends GroupCommand {
    private static AdminClient.Names names(String name) {
        return new AdminClient.Names("/users", name);
    }

    /** Something about one user who is there. */
    abstract static class OfUser extends AdminCommand {
        @Parameters(index = "0", paramLabel = "USER", description = "The user's name.")
        String user = "";

        final String path() {
            return "/users/" + part(user);
        }

        final void requireUser(AdminClient client) {
            client.get(path(), names(user));
        }
    }

    /** Something that takes a password. */
    abstract static class WithPassword extends OfUser {
        @Parameters(
                index = "1",
                paramLabel = "PASSWORD",
                arity = "0..1",
                description =
                        "The password. Better left out: then it is asked for, or read as the first line of the input.")
        private @Nullable String password;

        final String password() {
            return Passwords.of(password, in(), err());
        }
    }

    @Command(name = "list", description = "Lists the users.")
    static final class All extends ListCommand {
        private static final Map<String, String> KNOWN = same("tags", "has_password", "limits");

        static {
            KNOWN.put("user", "name");
        }

        @Override
        String path() {
            return "/users";
        }

        @Override
        Map<String, String> known() {
            return KNOWN;
        }

        @Override
        List<String> usual() {
            return List.of("user", "tags");
        }
    }

    @Command(name = "add", description = "Adds a user, who may do nothing before permissions are set.")
    static final class Add extends WithPassword {
        @Override
        ExitCode run(AdminClient client) {
            if (client.ask("GET", path(), null).status() == 200) {
                throw new FatalException(
                        ExitCode.REFUSED,
                        "user '" + user + "' is there already; 'users password' changes the password");
            }
            client.send("PUT", path(), object().put("password", password()).put("tags", ""), null);
            return done("user '" + user + "' was added; 'permissions set' says what the user may do");
        }
    }

    @Command(name = "password", description = "Changes a user's password.")
    static final class Password extends WithPassword {
        @Override
        ExitCode run(AdminClient client) {
            requireUser(client);
            client.send("PUT", path(), object().put("password", password()), null);
            return done("user '" + user + "' has a new password");
        }
    }

    @Command(name = "clear-password", description = "Takes the password from a user, who cannot log in with one then.")
    static final class ClearPassword extends OfUser {
        @Override
        ExitCode run(AdminClient client) {
            requireUser(client);
            client.send("PUT", path(), object().put("password_hash", ""), null);
            return done("user '" + user + "' has no password");
        }
    }

    @Command(
            name = "check",
            description = "Says whether that is the password of an administrator or a monitoring user.")
    static final class Check extends WithPassword {
        @Override
        ExitCode run(AdminClient client) {
            requireUser(client);
            AdminClient.Answer answer = client.askAs(user, password());
            String reason = answer.body().path("reason").asText();
            // Who is known and has no tag is told so, which proves the password as well.
            if (answer.status() == 200 || reason.startsWith("the user has none of the tags")) {
                return done("the password of user '" + user + "' is right");
            }
            throw new FatalException(ExitCode.REFUSED, "not accepted for user '" + user + "': " + reason);
        }
    }

    @Command(name = "tags", description = "Sets the tags of a user; those that are left out are taken.")
    static final class Tags extends OfUser {
        @Parameters(
                index = "1..*",
                paramLabel = "TAG",
                description = "Such as administrator or monitoring; none takes all.")
        private List<String> tags = new ArrayList<>();

        @Override
        ExitCode run(AdminClient client) {
            requireUser(client);
            ObjectNode body = object();
            ArrayNode list = body.putArray("tags");
            tags.forEach(list::add);
            client.send("PUT", path(), body, null);
            return done("user '" + user + "' has the tags " + tags);
        }
    }

    @Command(name = "delete", description = "Deletes a user with all permissions.")
    static final class Delete extends OfUser {
        @Override
        ExitCode run(AdminClient client) {
            client.send("DELETE", path(), null, names(user));
            return done("user '" + user + "' was deleted");
        }
    }

    @Command(name = "limits", description = "Lists the limits of users who have any.")
    static final class Limits extends ListCommand {
        @Override
        String path() {
            return "/user-limits";
        }

        @Override
        Map<String, String> known() {
            Map<String, String> known = same("user");
            known.put("limits", "value");
            return known;
        }

        @Override
        List<String> usual() {
            return List.of("user", "limits");
        }
    }

    @Command(name = "set-limits", description = "Sets limits of a user: max-connections, max-channels.")
    static final class SetLimits extends OfUser {
        @Parameters(index = "1", paramLabel = "JSON", description = "Such as {\"max-connections\":5}; -1 is no limit.")
        private String limits = "{}";

        @Override
        ExitCode run(AdminClient client) {
            LimitCalls.set(client, "/user-limits/" + part(user), object("the limits", limits), names(user));
            return done("the limits of user '" + user + "' are set");
        }
    }

    @Command(name = "clear-limits", description = "Takes limits from a user.")
    static final class ClearLimits extends OfUser {
        @Parameters(
                index = "1",
                paramLabel = "LIMIT",
                arity = "0..1",
                description = "max-connections, max-channels, or all, which is the default.")
        private String limit = "all";

        @Override
        ExitCode run(AdminClient client) {
            List<String> limits = limit.equals("all") ? List.of("max-connections", "max-channels") : List.of(limit);
            for (String each : limits) {
                client.send("DELETE", "/user-limits/" + part(user) + "/" + part(each), null, names(user));
            }
            return done("user '" + user + "' has no limit " + String.join(", ", limits));
        }
    }
}
