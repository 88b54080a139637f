package io.millrace.server.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Which connections are in which virtual host, by whom, and how many channels they have. Any thread; connections and
 * channels come and go seldom enough for one lock.
 */
public final class Visits {
    private final Map<String, Count> users = new HashMap<>();
    private final Map<Integer, Count> hosts = new HashMap<>();
    private final Set<Visit> all = new HashSet<>();
    private final Map<Integer, List<CompletableFuture<Void>>> awaited = new HashMap<>();

    private static final class Count {
        int connections;
        int channels;
    }

    /** A connection in a virtual host, until it ends. */
    public final class Visit {
        private final String user;
        private final int virtualHost;
        private final Consumer<String> close;
        private int channels;
        private boolean ended;

        private Visit(String user, int virtualHost, Consumer<String> close) {
            this.user = user;
            this.virtualHost = virtualHost;
            this.close = close;
        }

        /** Who it is. */
        public String user() {
            return user;
        }

        /** The number of the virtual host. */
        public int virtualHost() {
            return virtualHost;
        }

        /** Takes the place of one more channel unless the user has that many; -1 = no limit. */
        boolean openChannel(long channelsMax) {
            synchronized (Visits.this) {
                Count count = count(users, user);
                if (ended || (channelsMax >= 0 && count.channels >= channelsMax)) {
                    return false;
                }
                count.channels++;
                channels++;
                return true;
            }
        }

        /** A channel is gone. */
        void closeChannel() {
            synchronized (Visits.this) {
                if (!ended && channels > 0) {
                    channels--;
                    count(users, user).channels--;
                }
            }
        }

        /** The connection is gone, with its channels; nothing happens the second time. */
        public void end() {
            Visits.this.end(this);
        }

        /** Closes the connection for that reason, which its client is told. Any thread. */
        public void close(String reason) {
            close.accept(reason);
        }
    }

    /**
     * Takes a connection in.
     *
     * @param close closes the connection for a reason; for any thread
     */
    public synchronized Visit begin(String user, int virtualHost, Consumer<String> close) {
        Visit visit = new Visit(user, virtualHost, close);
        count(users, user).connections++;
        count(hosts, virtualHost).connections++;
        all.add(visit);
        return visit;
    }

    /** Who has connections now. */
    public synchronized List<String> users() {
        return List.copyOf(users.keySet());
    }

    /** Connections of that user now. */
    public synchronized int ofUser(String user) {
        Count count = users.get(user);
        return count == null ? 0 : count.connections;
    }

    /** Channels of that user now. */
    public synchronized int channelsOfUser(String user) {
        Count count = users.get(user);
        return count == null ? 0 : count.channels;
    }

    /** Connections in that virtual host now. */
    public synchronized int inHost(int virtualHost) {
        Count count = hosts.get(virtualHost);
        return count == null ? 0 : count.connections;
    }

    /** Closes connections; they end some time later. */
    public void close(Predicate<Visit> which, String reason) {
        List<Visit> chosen;
        synchronized (this) {
            chosen = new ArrayList<>(all);
        }
        chosen.removeIf(which.negate());
        chosen.forEach(visit -> visit.close(reason));
    }

    /** Completes once nobody is in that virtual host. */
    public synchronized CompletableFuture<Void> empty(int virtualHost) {
        CompletableFuture<Void> empty = new CompletableFuture<>();
        if (inHost(virtualHost) == 0) {
            empty.complete(null);
        } else {
            awaited.computeIfAbsent(virtualHost, id -> new ArrayList<>()).add(empty);
        }
        return empty;
    }

    private void end(Visit visit) {
        List<CompletableFuture<Void>> waiting = List.of();
        synchronized (this) {
            if (visit.ended) {
                return;
            }
            visit.ended = true;
            all.remove(visit);
            Count user = count(users, visit.user);
            user.channels -= visit.channels;
            if (--user.connections == 0) {
                users.remove(visit.user);
            }
            if (--count(hosts, visit.virtualHost).connections == 0) {
                hosts.remove(visit.virtualHost);
                List<CompletableFuture<Void>> left = awaited.remove(visit.virtualHost);
                waiting = left == null ? waiting : left;
            }
        }
        waiting.forEach(each -> each.complete(null));
    }

    private static <K> Count count(Map<K, Count> counts, K key) {
        return counts.computeIfAbsent(key, absent -> new Count());
    }
}
