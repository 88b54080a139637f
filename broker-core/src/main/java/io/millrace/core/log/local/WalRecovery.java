package io.millrace.core.log.local;

import io.millrace.core.disk.Disk;
import io.millrace.core.disk.DiskFile;
import io.millrace.core.log.Log.FrameReader;
import io.millrace.core.log.LogException;
import io.millrace.core.log.LogException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out at start what is in the log and where it ends.
 *
 * <p>Only the last file can end in a torn write: a file gets its name when everything before it is flushed. In it, the
 * frames from the first unreadable one on are the torn tail, unless a flushed mark in a later header, or a checkpoint,
 * proves that they had been flushed; then they are damaged, and start is refused. A torn tail is not repaired in place:
 * if anything in it could still be read, or the readable part ends within a page, appending goes on in a new file, whose
 * name says where the old one ends. So nothing of the torn tail can come back.
 *
 * <p>Appending goes on in the last file only if all that is in it is proven to have been flushed, and its name with it.
 * Otherwise the group that is not is written once more, see {@link WalTail}.
 */
final class WalRecovery {
    private static final String CUT = ".cut";
    /** Most that is written anew although it is proven. */
    private static final long WHOLE_BYTES_MAX = 1 << 20;

    private final Disk disk;
    private final String directory;
    private final boolean salvage;
    private final long provenByCheckpoint;
    private final WalReader reader = new WalReader();

    /**
     * @param salvage whether to cut the log before damage instead of refusing it
     * @param provenByCheckpoint position of the newest checkpoint, 0 if there is none
     */
    WalRecovery(Disk disk, String directory, boolean salvage, long provenByCheckpoint) {
        this.disk = disk;
        this.directory = directory;
        this.salvage = salvage;
        this.provenByCheckpoint = provenByCheckpoint;
    }

    /**
     * What was found.
     *
     * @param files oldest first
     * @param next number of the next frame
     * @param continues number of the last frame, 0 if there is none
     * @param open the last file, if appending goes on in it; else null
     * @param tail where it goes on
     * @param unproven what has to be written once more before anything is built on it; else null. Its file is the
     *     caller's to close
     */
    record Recovered(
            List<WalFile> files,
            long next,
            long continues,
            @Nullable DiskFile open,
            long tail,
            @Nullable WalTail unproven) {

        static Recovered without(List<WalFile> files, long next, long continues) {
            return new Recovered(files, next, continues, null, 0, null);
        }
    }

    /** A file by its name; {@code wal} is null if its header is damaged. */
    private record Entry(String path, long first, @Nullable WalFile wal) {}

    /** Reads all frames from {@code from} on. */
    Recovered run(long from, FrameReader frames) throws IOException {
        List<Entry> entries = list();
        if (entries.isEmpty()) {
            return empty(from);
        }
        int index = startIndex(entries, from);
        while (true) {
            Entry entry = entries.get(index);
            WalFile wal = entry.wal;
            if (wal == null) {
                WalReader.End end = new WalReader.End(0, entry.first, "the header of the file is damaged", -1, 0);
                return damaged(entries, index, end, "the file's name");
            }
            if (index + 1 == entries.size()) {
                return readLast(entries, wal, from, frames);
            }
            Entry following = entries.get(index + 1);
            long continues = following.wal == null ? following.first - 1 : following.wal.continues();
            WalReader.End end;
            try (DiskFile file = disk.open(wal.path())) {
                end = reader.read(file, wal, from, continues, frames);
            }
            if (end.next() != continues + 1) {
                return damaged(entries, index, end, "the file " + following.path);
            }
            index++;
        }
    }

    private List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String name : disk.list(directory)) {
            long first = WalFile.number(name, WalFile.SUFFIX);
            if (first >= 1) {
                String path = directory + "/" + name;
                try (DiskFile file = disk.open(path)) {
                    entries.add(new Entry(path, first, WalFile.read(file, path, first)));
                }
            }
        }
        return entries;
    }

    /** The file that holds {@code from}. Older ones are not looked into: nobody asks for their frames. */
    private int startIndex(List<Entry> entries, long from) throws LogException {
        int index = entries.size() - 1;
        while (index > 0 && entries.get(index).first > from) {
            index--;
        }
        Entry oldest = entries.get(index);
        // What an earlier salvage gave up is not missed again.
        long covered = oldest.wal == null ? oldest.first : oldest.wal.continues() + 1;
        if (covered > from && !salvage) {
            throw corrupt(
                    directory + ": frames " + from + " to " + (covered - 1) + " are missing; the oldest file is "
                            + oldest.path,
                    from);
        }
        return index;
    }

    private Recovered empty(long from) throws LogException {
        long lost = Math.max(provenByCheckpoint, from - 1);
        if (lost > 0 && !salvage) {
            throw corrupt(directory + ": there are no files, although frames up to " + lost + " had been flushed", 1);
        }
        return Recovered.without(List.of(), lost + 1, 0);
    }

    private Recovered readLast(List<Entry> entries, WalFile wal, long from, FrameReader frames) throws IOException {
        DiskFile file = disk.openForPages(wal.path());
        boolean keepOpen = false;
        try {
            WalReader.End end = reader.read(file, wal, from, Long.MAX_VALUE, frames);
            WalReader.Rest rest = reader.search(file, wal, end.at());
            String proof = proof(end, rest, from);
            if (proof != null) {
                return damaged(entries, entries.size() - 1, end, proof);
            }
            Recovered recovered = last(files(entries), file, wal, end, rest);
            keepOpen = recovered.open != null || recovered.unproven != null;
            return recovered;
        } finally {
            if (!keepOpen) {
                file.close();
            }
        }
    }

    private Recovered last(List<WalFile> files, DiskFile file, WalFile wal, WalReader.End end, WalReader.Rest rest) {
        long last = end.next() - 1;
        long continues = end.next() == wal.first() ? wal.continues() : last;
        long proven = Math.max(Math.max(end.marked(), rest.durableUpTo()), provenByCheckpoint);
        if (last >= wal.first() && proven < last) {
            // A short file goes as a whole, and the new one takes its place: so that starts alone make no files.
            boolean whole = end.at() <= Math.min(WHOLE_BYTES_MAX, wal.capacity() - WalFrame.PAGE_BYTES);
            long at = whole ? WalFile.FRAMES_AT : end.groupAt();
            long first = whole ? wal.first() : end.marked() + 1;
            long before = first == wal.first() ? wal.continues() : end.marked();
            WalTail tail = new WalTail(file, wal.salt(), at, end.at(), first, end.next(), before);
            return new Recovered(files, end.next(), continues, null, 0, tail);
        }
        // A mark that stands alone at the end, as a close leaves it, proves all but itself: it is written over.
        long tail = end.marked() >= last ? end.groupAt() : end.at();
        // The name is proven by the first frame that was flushed behind it.
        boolean sound = proven >= wal.first() && !rest.found() && tail == WalFrame.pageAlign(tail);
        return sound
                ? new Recovered(files, end.next(), continues, file, tail, null)
                : Recovered.without(files, end.next(), continues);
    }

    /** What proves that the unreadable frame had been flushed; null if nothing does. */
    private @Nullable String proof(WalReader.End end, WalReader.Rest rest, long from) {
        if (rest.durableUpTo() >= end.next()) {
            return "the frame header at offset " + rest.provenAt() + " of the same file";
        }
        if (provenByCheckpoint >= end.next()) {
            return "the checkpoint of position " + provenByCheckpoint;
        }
        return from > end.next() ? "the state of position " + (from - 1) + " that is to be continued" : null;
    }

    private Recovered damaged(List<Entry> entries, int index, WalReader.End end, String proof) throws IOException {
        if (!salvage) {
            throw corrupt(
                    entries.get(index).path + ": frame " + end.next() + " at offset " + end.at() + " cannot be read: "
                            + end.flaw() + "; " + proof + " proves that it had been flushed",
                    end.next());
        }
        long lost = Math.max(end.next() - 1, provenByCheckpoint);
        for (int i = index; i < entries.size(); i++) {
            lost = Math.max(lost, highest(entries.get(i), i == index ? end.at() : WalFile.FRAMES_AT));
        }
        WalFile wal = entries.get(index).wal;
        boolean useless = end.next() == entries.get(index).first;
        int kept = useless ? index : index + 1;
        for (int i = entries.size() - 1; i >= kept; i--) {
            disk.rename(entries.get(i).path, entries.get(i).path + CUT);
        }
        disk.forceDirectory(directory);
        long continues = useless && wal != null ? wal.continues() : end.next() - 1;
        return Recovered.without(files(entries.subList(0, kept)), lost + 1, continues);
    }

    /** The highest number that was ever given in a file from that offset on, as far as can be seen. */
    private long highest(Entry entry, long at) throws IOException {
        if (entry.wal == null) {
            return entry.first - 1;
        }
        try (DiskFile file = disk.open(entry.path)) {
            WalReader.Rest rest = reader.search(file, entry.wal, at);
            return Math.max(rest.highest(), rest.durableUpTo());
        }
    }

    private static List<WalFile> files(List<Entry> entries) {
        List<WalFile> files = new ArrayList<>();
        for (Entry entry : entries) {
            WalFile wal = entry.wal;
            // One with a damaged header, older than what is asked for, is only waiting to be dropped.
            files.add(wal != null ? wal : new WalFile(entry.path, entry.first, entry.first - 1, 0, 0));
        }
        return files;
    }

    private static LogException corrupt(String what, long firstLost) {
        return new LogException(
                Kind.CORRUPT,
                what + ". Start is refused and nothing was changed. Restore the file from a backup, or start once with"
                        + " salvage to cut the log there: frames from " + firstLost
                        + " on are then given up, and the damaged files are kept as *" + CUT,
                null);
    }
}
