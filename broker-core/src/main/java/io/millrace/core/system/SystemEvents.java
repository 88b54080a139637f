package io.millrace.core.system;

import io.millrace.core.event.Values;
import io.millrace.core.log.LogException;
import io.millrace.core.model.BrokerException;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policy;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of {@link SystemEvent}s, in frames and in checkpoints.
 *
 * <pre>
 *  0  u8   version     2; version 1 had the kinds up to 7 only
 *  1  i32  count       of the events
 *  5       events, each:
 *          u8   kind   see the constants
 *          fields in the order of the record; i32, i64 as they are, yes and no as u8, text and lists with a u16 length
 *          before them, JSON with an i32 length, the settings of a policy as
 *          {@link io.millrace.core.event.Values} has them
 * </pre>
 *
 * Little-endian; text is UTF-8 and its length is in bytes.
 */
final class SystemEvents {
    private static final byte VERSION = 2;
    private static final byte OLDEST_VERSION = 1;

    private static final byte VIRTUAL_HOST_CREATED = 1;
    private static final byte VIRTUAL_HOST_DELETED = 2;
    private static final byte VIRTUAL_HOST_IDS_USED = 3;
    private static final byte USER_PUT = 4;
    private static final byte USER_DELETED = 5;
    private static final byte PERMISSIONS_PUT = 6;
    private static final byte PERMISSIONS_DELETED = 7;
    private static final byte VIRTUAL_HOST_CHANGED = 8;
    private static final byte VIRTUAL_HOST_LIMITS_PUT = 9;
    private static final byte USER_LIMITS_PUT = 10;
    private static final byte TOPIC_PERMISSIONS_PUT = 11;
    private static final byte TOPIC_PERMISSIONS_DELETED = 12;
    private static final byte POLICY_PUT = 13;
    private static final byte POLICY_DELETED = 14;
    private static final byte GLOBAL_PARAMETER_PUT = 15;
    private static final byte GLOBAL_PARAMETER_DELETED = 16;

    private static final int LENGTH_MAX = 0xFFFF;

    private SystemEvents() {}

    /** Writes the events behind the buffer's position; there has to be room, see {@link #bytes}. */
    static void write(List<SystemEvent> events, ByteBuffer to) {
        to.put(VERSION).putInt(events.size());
        for (SystemEvent event : events) {
            write(event, to);
        }
    }

    /** Bytes that are enough for those events. */
    static int bytes(List<SystemEvent> events) {
        int bytes = 5;
        for (SystemEvent event : events) {
            bytes += SystemEventSize.bytesMax(event);
        }
        return bytes;
    }

    /**
     * Reads all events from the buffer's position on.
     *
     * @param where the place, for the message
     * @throws LogException if the bytes are no such events
     */
    static List<SystemEvent> read(ByteBuffer from, String where) throws LogException {
        try {
            byte version = from.get();
            if (version < OLDEST_VERSION || version > VERSION) {
                throw new LogException(
                        LogException.Kind.NEWER_FORMAT,
                        "system events in " + where + " have version " + version + ", this broker reads "
                                + OLDEST_VERSION + " to "
                                + VERSION
                                + "; start the newer broker that wrote them",
                        null);
            }
            int count = from.getInt();
            List<SystemEvent> events = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                events.add(readOne(from));
            }
            return events;
        } catch (BufferUnderflowException | CharacterCodingException | IllegalArgumentException | BrokerException e) {
            throw new LogException(LogException.Kind.CORRUPT, "system events in " + where + " cannot be read: " + e, e);
        }
    }

    private static void write(SystemEvent event, ByteBuffer to) {
        if (event instanceof SystemEvent.VirtualHostCreated created) {
            to.put(VIRTUAL_HOST_CREATED).putInt(created.id());
            text(created.name(), to);
            to.putLong(created.createdMillis());
        } else if (event instanceof SystemEvent.VirtualHostDeleted deleted) {
            to.put(VIRTUAL_HOST_DELETED).putInt(deleted.id());
        } else if (event instanceof SystemEvent.VirtualHostIdsUsed used) {
            to.put(VIRTUAL_HOST_IDS_USED).putInt(used.next());
        } else if (event instanceof SystemEvent.UserPut put) {
            to.put(USER_PUT);
            text(put.name(), to);
            text(put.passwordHash(), to);
            texts(put.tags(), to);
        } else if (event instanceof SystemEvent.UserDeleted deleted) {
            to.put(USER_DELETED);
            text(deleted.name(), to);
        } else if (event instanceof SystemEvent.PermissionsPut put) {
            to.put(PERMISSIONS_PUT);
            text(put.user(), to);
            to.putInt(put.virtualHost());
            text(put.permissions().configure(), to);
            text(put.permissions().write(), to);
            text(put.permissions().read(), to);
        } else if (event instanceof SystemEvent.PermissionsDeleted deleted) {
            to.put(PERMISSIONS_DELETED);
            text(deleted.user(), to);
            to.putInt(deleted.virtualHost());
        } else {
            writeLater(event, to);
        }
    }

    /** The kinds that came with version 2. */
    private static void writeLater(SystemEvent event, ByteBuffer to) {
        if (event instanceof SystemEvent.VirtualHostChanged changed) {
            to.put(VIRTUAL_HOST_CHANGED).putInt(changed.id());
            text(changed.settings().description(), to);
            texts(changed.settings().tags(), to);
            text(changed.settings().defaultQueueType(), to);
            flag(changed.settings().tracing(), to);
        } else if (event instanceof SystemEvent.VirtualHostLimitsPut put) {
            to.put(VIRTUAL_HOST_LIMITS_PUT).putInt(put.id());
            to.putLong(put.limits().connectionsMax()).putLong(put.limits().queuesMax());
        } else if (event instanceof SystemEvent.UserLimitsPut put) {
            to.put(USER_LIMITS_PUT);
            text(put.name(), to);
            to.putLong(put.limits().connectionsMax()).putLong(put.limits().channelsMax());
        } else if (event instanceof SystemEvent.TopicPermissionsPut put) {
            to.put(TOPIC_PERMISSIONS_PUT);
            text(put.user(), to);
            to.putInt(put.virtualHost());
            text(put.permissions().exchange(), to);
            text(put.permissions().write(), to);
            text(put.permissions().read(), to);
        } else if (event instanceof SystemEvent.TopicPermissionsDeleted deleted) {
            to.put(TOPIC_PERMISSIONS_DELETED);
            text(deleted.user(), to);
            to.putInt(deleted.virtualHost());
            text(deleted.exchange(), to);
        } else if (event instanceof SystemEvent.PolicyPut put) {
            to.put(POLICY_PUT).putInt(put.virtualHost());
            flag(put.byOperator(), to);
            policy(put.policy(), to);
        } else if (event instanceof SystemEvent.PolicyDeleted deleted) {
            to.put(POLICY_DELETED).putInt(deleted.virtualHost());
            flag(deleted.byOperator(), to);
            text(deleted.name(), to);
        } else if (event instanceof SystemEvent.GlobalParameterPut put) {
            to.put(GLOBAL_PARAMETER_PUT);
            text(put.name(), to);
            byte[] json = put.json().getBytes(StandardCharsets.UTF_8);
            to.putInt(json.length).put(json);
        } else if (event instanceof SystemEvent.GlobalParameterDeleted deleted) {
            to.put(GLOBAL_PARAMETER_DELETED);
            text(deleted.name(), to);
        }
    }

    private static void policy(Policy policy, ByteBuffer to) {
        text(policy.name(), to);
        text(policy.pattern(), to);
        text(policy.applyTo().text(), to);
        to.putInt(policy.priority());
        Values.putArguments(to, policy.definition());
    }

    private static Policy policy(ByteBuffer from) throws CharacterCodingException {
        String name = text(from);
        String pattern = text(from);
        String applyTo = text(from);
        ApplyTo kind = ApplyTo.named(applyTo);
        if (kind == null) {
            throw new IllegalArgumentException("policy for unknown objects '" + applyTo + "'");
        }
        return new Policy(name, pattern, kind, from.getInt(), Values.getArguments(from));
    }

    private static SystemEvent readOne(ByteBuffer from) throws CharacterCodingException {
        byte kind = from.get();
        return switch (kind) {
            case VIRTUAL_HOST_CREATED -> new SystemEvent.VirtualHostCreated(from.getInt(), text(from), from.getLong());
            case VIRTUAL_HOST_DELETED -> new SystemEvent.VirtualHostDeleted(from.getInt());
            case VIRTUAL_HOST_IDS_USED -> new SystemEvent.VirtualHostIdsUsed(from.getInt());
            case USER_PUT -> new SystemEvent.UserPut(text(from), text(from), texts(from));
            case USER_DELETED -> new SystemEvent.UserDeleted(text(from));
            case PERMISSIONS_PUT ->
                new SystemEvent.PermissionsPut(
                        text(from), from.getInt(), new Permissions(text(from), text(from), text(from)));
            case PERMISSIONS_DELETED -> new SystemEvent.PermissionsDeleted(text(from), from.getInt());
            default -> readLater(kind, from);
        };
    }

    private static SystemEvent readLater(byte kind, ByteBuffer from) throws CharacterCodingException {
        return switch (kind) {
            case VIRTUAL_HOST_CHANGED ->
                new SystemEvent.VirtualHostChanged(
                        from.getInt(), new VirtualHostSettings(text(from), texts(from), text(from), flag(from)));
            case VIRTUAL_HOST_LIMITS_PUT ->
                new SystemEvent.VirtualHostLimitsPut(
                        from.getInt(), new VirtualHostLimits(from.getLong(), from.getLong()));
            case USER_LIMITS_PUT ->
                new SystemEvent.UserLimitsPut(text(from), new UserLimits(from.getLong(), from.getLong()));
            case TOPIC_PERMISSIONS_PUT ->
                new SystemEvent.TopicPermissionsPut(
                        text(from), from.getInt(), new TopicPermissions(text(from), text(from), text(from)));
            case TOPIC_PERMISSIONS_DELETED ->
                new SystemEvent.TopicPermissionsDeleted(text(from), from.getInt(), text(from));
            case POLICY_PUT -> new SystemEvent.PolicyPut(from.getInt(), flag(from), policy(from));
            case POLICY_DELETED -> new SystemEvent.PolicyDeleted(from.getInt(), flag(from), text(from));
            case GLOBAL_PARAMETER_PUT -> new SystemEvent.GlobalParameterPut(text(from), json(from));
            case GLOBAL_PARAMETER_DELETED -> new SystemEvent.GlobalParameterDeleted(text(from));
            default -> throw new IllegalArgumentException("event of unknown kind " + kind);
        };
    }

    private static void text(String text, ByteBuffer to) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LENGTH_MAX) {
            throw new IllegalStateException(
                    "text of " + bytes.length + " bytes in a system event, at most " + LENGTH_MAX);
        }
        to.putShort((short) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer from) throws CharacterCodingException {
        int length = from.getShort() & 0xFFFF;
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer bytes = from.slice(from.position(), length);
        from.position(from.position() + length);
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    private static List<String> texts(ByteBuffer from) throws CharacterCodingException {
        int count = from.getShort() & 0xFFFF;
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(from));
        }
        return texts;
    }

    private static void texts(List<String> texts, ByteBuffer to) {
        to.putShort((short) texts.size());
        for (String each : texts) {
            text(each, to);
        }
    }

    private static String json(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void flag(boolean value, ByteBuffer to) {
        to.put((byte) (value ? 1 : 0));
    }

    private static boolean flag(ByteBuffer from) {
        return from.get() != 0;
    }
}
