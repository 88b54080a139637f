package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;
import io.millrace.core.model.BrokerException;
import io.millrace.core.model.ErrorCode;
import io.millrace.core.model.MessageRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * {@code x-recent-history}: a message goes to every bound destination, and what is bound later gets the last messages that
 * went through, the oldest first: as many as the argument {@code x-recent-history-length} says, {@value #LENGTH_DEFAULT}
 * if it is absent. A message with the header {@code x-recent-history-no-store} true is not kept.
 *
 * <p>The history is in memory only and empty after a restart. It has at most {@value #BYTES_MAX} bytes for one exchange and
 * {@value #BYTES_MAX_IN_ALL} for all those made by one object of this class; the oldest messages make room, and a message
 * that does not fit alone is not kept.
 */
public final class RecentHistoryExchange implements ExchangeType {
    static final String LENGTH = "x-recent-history-length";
    static final String NO_STORE = "x-recent-history-no-store";
    static final int LENGTH_DEFAULT = 20;
    static final int BYTES_MAX = 1 << 20;
    static final int BYTES_MAX_IN_ALL = 32 << 20;

    private long bytesInAll;

    @Override
    public String name() {
        return "x-recent-history";
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        long length = LENGTH_DEFAULT;
        if (exchangeArguments.has(LENGTH)) {
            Object value = exchangeArguments.get(LENGTH);
            if (!(value instanceof Long number) || number < 1) {
                String met = value instanceof String text ? "<<\"" + text + "\">>" : FieldText.value(value);
                throw new BrokerException(
                        ErrorCode.PRECONDITION_FAILED,
                        "Invalid argument " + met + ", '" + LENGTH + "' must be a positive integer");
            }
            length = number;
        }
        return new HistoryRouter(length);
    }

    private final class HistoryRouter implements Router, Remembering {
        private final BoundQueues bound = new BoundQueues();
        private final Deque<byte[]> history = new ArrayDeque<>();
        private final long length;
        private long bytes;

        HistoryRouter(long length) {
            this.length = length;
        }

        @Override
        public void bind(BindingSpec binding, int destination) {
            bound.add(destination);
        }

        @Override
        public void unbind(BindingSpec binding, int destination) {
            bound.remove(destination);
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            bound.addTo(targets);
            if (!Boolean.TRUE.equals(message.headers().get(NO_STORE))) {
                targets.wanted(this);
            }
        }

        @Override
        public void remember(ByteBuffer record, int at) {
            int size = MessageRecord.length(record, at);
            if (size > BYTES_MAX) {
                return;
            }
            byte[] copy = new byte[size];
            record.get(at, copy);
            history.addLast(copy);
            grow(size);
            while (history.size() > length || bytes > BYTES_MAX || (bytesInAll > BYTES_MAX_IN_ALL && bytes > 0)) {
                grow(-history.removeFirst().length);
            }
        }

        private void grow(int by) {
            bytes += by;
            bytesInAll += by;
        }

        @Override
        public List<byte[]> recent() {
            return new ArrayList<>(history);
        }

        @Override
        public void close() {
            history.clear();
            grow((int) -bytes);
        }

        @Override
        public boolean byKeyAlone() {
            return false;
        }
    }
}
