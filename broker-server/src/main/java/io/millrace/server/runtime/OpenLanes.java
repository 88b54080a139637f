package io.millrace.server.runtime;

import io.millrace.core.vhost.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open lanes of one connection by their number. A number may be used again as soon as its lane is closed, so each
 * opening gets a generation: an answer for an earlier one is recognised and dropped.
 */
final class OpenLanes {
    /** Highest number, because it travels in 16 bits. */
    static final int NUMBER_MAX = 0xFFFF;

    private @Nullable Lane[] lanes = new Lane[4];
    private @Nullable Lane[] far = new Lane[4];
    private int[] generations = new int[4];
    private final BitSet shut = new BitSet();
    private int lastGeneration;

    /** Notes a lane that opens; says its generation. */
    int open(Lane lane) {
        int number = lane.number();
        if (number < 0 || number > NUMBER_MAX) {
            throw new IllegalArgumentException("lane number " + number + " is not within 0.." + NUMBER_MAX);
        }
        if (number >= lanes.length) {
            int length = Math.max(number + 1, lanes.length * 2);
            lanes = Arrays.copyOf(lanes, length);
            far = Arrays.copyOf(far, length);
            generations = Arrays.copyOf(generations, length);
        }
        if (lanes[number] != null) {
            throw new IllegalStateException("lane " + number + " is open already");
        }
        lanes[number] = lane;
        generations[number] = ++lastGeneration;
        shut.clear(number);
        return lastGeneration;
    }

    /** Notes the lane that stands for this open one towards the virtual host. */
    void stands(Lane lane, Lane forVirtualHost) {
        far[numberOf(lane)] = forVirtualHost;
    }

    /** The lane that stands for this open one towards the virtual host. */
    Lane far(Lane lane) {
        Lane stand = far[numberOf(lane)];
        if (stand == null) {
            throw new IllegalStateException("lane " + lane.number() + " has nothing that stands for it");
        }
        return stand;
    }

    /** The number of that lane, which has to be open. */
    int numberOf(Lane lane) {
        int number = lane.number();
        if (number < 0 || number >= lanes.length || lanes[number] != lane) {
            throw new IllegalStateException("a command for lane " + number + ", which is not open");
        }
        return number;
    }

    /** The generation of the open lane of that number. */
    int generationOf(int number) {
        return generations[number];
    }

    /** Whether the virtual host was told that the open lane of that number has no room. */
    boolean isShut(int number) {
        return shut.get(number);
    }

    /** Notes whether the virtual host was told that the open lane of that number has no room. */
    void shut(int number, boolean hasNoRoom) {
        shut.set(number, hasNoRoom);
    }

    /** The lane of that number and generation, or null if it is closed. */
    @Nullable
    Lane find(int number, int generation) {
        return number < lanes.length && generations[number] == generation ? lanes[number] : null;
    }

    /** Whether that very lane is open. */
    boolean isOpen(Lane lane) {
        int number = lane.number();
        return number >= 0 && number < lanes.length && lanes[number] == lane;
    }

    /** Forgets a lane that is open. */
    void close(Lane lane) {
        int number = numberOf(lane);
        lanes[number] = null;
        far[number] = null;
    }

    /** Forgets all; says what stood for them towards the virtual host. */
    List<Lane> closeAll() {
        List<Lane> stood = new ArrayList<>();
        for (Lane lane : far) {
            if (lane != null) {
                stood.add(lane);
            }
        }
        Arrays.fill(lanes, null);
        Arrays.fill(far, null);
        return stood;
    }
}
