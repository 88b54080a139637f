package io.millrace.core.simulation;

import io.millrace.core.store.SegmentPlan;
import io.millrace.core.store.Segments;
import java.io.IOException;
import java.util.List;

/** Segments that hold what they were given, until a negative control changes something. */
class TamperedSegments implements Segments {
    private final Segments segments;

    TamperedSegments(Segments segments) {
        this.segments = segments;
    }

    @Override
    public void copy(long segment, List<Kept> kept, Completion<Written> completion) {
        segments.copy(segment, kept, completion);
    }

    @Override
    public void write(long segment, SegmentPlan plan, Completion<Written> completion) {
        segments.write(segment, plan, completion);
    }

    @Override
    public void readIndex(Run run, long from, long to, Completion<IndexBlock> completion) {
        segments.readIndex(run, from, to, completion);
    }

    @Override
    public void readRecords(long segment, int offset, int length, int readAhead, Completion<Window> completion) {
        segments.readRecords(segment, offset, length, readAhead, completion);
    }

    @Override
    public void scrub(Run run, ScrubPoint from, int bytesMax, Completion<Scrubbed> completion) {
        segments.scrub(run, from, bytesMax, completion);
    }

    @Override
    public boolean isBusy() {
        return segments.isBusy();
    }

    @Override
    public void release(Window window) {
        segments.release(window);
    }

    @Override
    public void delete(long segment) {
        segments.delete(segment);
    }

    @Override
    public List<Long> recover(Iterable<Long> live) throws IOException {
        return segments.recover(live);
    }

    @Override
    public long bytes() {
        return segments.bytes();
    }

    @Override
    public void close() {
        segments.close();
    }
}
