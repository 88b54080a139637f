package io.millrace.benchmarks.wire;

/** Which published messages are confirmed. Tags run from 1; a broker may confirm them in any order, alone or many at once. */
public final class ConfirmTracker {
    /** Hears of each tag once. */
    public interface Confirmed {
        void confirmed(long tag);
    }

    private final long[] early;
    private final int mask;
    private long lowest = 1;
    private long confirmed;

    /** @param outstandingMax how many tags may be between the lowest unconfirmed and the highest confirmed; a power of two ≥ 64 */
    public ConfirmTracker(int outstandingMax) {
        if (Integer.bitCount(outstandingMax) != 1 || outstandingMax < 64) {
            throw new IllegalArgumentException(
                    "outstandingMax is " + outstandingMax + "; allowed: powers of two from 64 on");
        }
        early = new long[outstandingMax >> 6];
        mask = outstandingMax - 1;
    }

    /** How many are confirmed. */
    public long confirmed() {
        return confirmed;
    }

    /**
     * Takes a confirm.
     *
     * @throws BrokerFailure the tag was confirmed before, or is further ahead than the tracker was made for
     */
    public void confirm(long tag, boolean multiple, Confirmed heard) {
        if (multiple ? tag < lowest : isConfirmed(tag)) {
            throw new BrokerFailure("the broker confirmed message " + tag + " twice");
        }
        if (tag - lowest > mask) {
            throw new BrokerFailure("the broker confirmed message " + tag + " while " + lowest
                    + " is unconfirmed; followed are " + (mask + 1));
        }
        if (multiple) {
            for (long each = lowest; each <= tag; each++) {
                if (!isConfirmed(each)) {
                    count(each, heard);
                }
                clear(each);
            }
            lowest = tag + 1;
        } else {
            early[word(tag)] |= 1L << tag;
            count(tag, heard);
        }
        while (isConfirmed(lowest)) {
            clear(lowest);
            lowest++;
        }
    }

    private void count(long tag, Confirmed heard) {
        confirmed++;
        heard.confirmed(tag);
    }

    private boolean isConfirmed(long tag) {
        return tag < lowest || tag - lowest <= mask && (early[word(tag)] >>> tag & 1) != 0;
    }

    private void clear(long tag) {
        early[word(tag)] &= ~(1L << tag);
    }

    private int word(long tag) {
        return (int) (tag & mask) >>> 6;
    }
}
