package io.millrace.core.system;

import io.millrace.core.log.LogException;
import io.millrace.core.model.BrokerException;
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
 *  0  u8   version     1
 *  1  i32  count       of the events
 *  5       events, each:
 *          u8   kind   see the constants
 *          fields in the order of the record; i32, i64 as they are, text and lists with a u16 length before them
 * </pre>
 *
 * Little-endian; text is UTF-8 and its length is in bytes.
 */
final class SystemEvents {
    private static final byte VERSION = 1;

    private static final byte VIRTUAL_HOST_CREATED = 1;
    private static final byte VIRTUAL_HOST_DELETED = 2;
    private static final byte VIRTUAL_HOST_IDS_USED = 3;
    private static final byte USER_PUT = 4;
    private static final byte USER_DELETED = 5;
    private static final byte PERMISSIONS_PUT = 6;
    private static final byte PERMISSIONS_DELETED = 7;

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
            bytes += 32 + textBytes(event);
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
            if (version != VERSION) {
                throw new LogException(
                        LogException.Kind.NEWER_FORMAT,
                        "system events in " + where + " have version " + version + ", this broker reads " + VERSION
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
            to.putShort((short) put.tags().size());
            for (String tag : put.tags()) {
                text(tag, to);
            }
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
        }
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
            default -> throw new IllegalArgumentException("event of unknown kind " + kind);
        };
    }

    private static int textBytes(SystemEvent event) {
        int chars = 0;
        if (event instanceof SystemEvent.VirtualHostCreated created) {
            chars = created.name().length();
        } else if (event instanceof SystemEvent.UserPut put) {
            chars = put.name().length() + put.passwordHash().length();
            for (String tag : put.tags()) {
                chars += 2 + tag.length();
            }
        } else if (event instanceof SystemEvent.UserDeleted deleted) {
            chars = deleted.name().length();
        } else if (event instanceof SystemEvent.PermissionsPut put) {
            Permissions permissions = put.permissions();
            chars = put.user().length()
                    + permissions.configure().length()
                    + permissions.write().length()
                    + permissions.read().length();
        } else if (event instanceof SystemEvent.PermissionsDeleted deleted) {
            chars = deleted.user().length();
        }
        // A character takes at most three bytes of UTF-8 (a surrogate pair takes four for two).
        return chars * 3;
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
}
