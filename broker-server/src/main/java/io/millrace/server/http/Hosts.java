package io.millrace.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.system.VirtualHostDefinition;
import io.millrace.core.vhost.HostReports;
import io.millrace.core.vhost.Page;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The virtual hosts that a request is about, and long lists out of them. On a worker. */
final class Hosts {
    private final NodeAdmin node;

    Hosts(NodeAdmin node) {
        this.node = node;
    }

    /** Takes a page of something. */
    @FunctionalInterface
    interface Pages<T> {
        Page<T> at(HostReports reports, int from);
    }

    /** The virtual host of that name, running. */
    HostAdmin require(String name) {
        if (node.definitions().virtualHost(name) == null) {
            throw Refusal.notFound("no virtual host '" + name + "'");
        }
        HostAdmin host = node.host(name);
        if (host == null) {
            throw Refusal.unavailable("virtual host '" + name + "' is not running");
        }
        return host;
    }

    /** All that run. */
    List<HostAdmin> running() {
        List<HostAdmin> running = new ArrayList<>();
        for (VirtualHostDefinition definition : node.definitions().virtualHosts()) {
            HostAdmin host = node.host(definition.name());
            if (host != null) {
                running.add(host);
            }
        }
        return running;
    }

    /** The one that the path names, or all. */
    List<HostAdmin> of(Call call) {
        return call.path().containsKey("vhost") ? List.of(require(call.part("vhost"))) : running();
    }

    /** Chunk after chunk of each of these virtual hosts. */
    static Iterator<List<ObjectNode>> each(
            List<HostAdmin> hosts, Function<HostAdmin, Iterator<List<ObjectNode>>> chunks) {
        Iterator<HostAdmin> left = hosts.iterator();
        return new Iterator<>() {
            private Iterator<List<ObjectNode>> now = List.<List<ObjectNode>>of().iterator();

            @Override
            public boolean hasNext() {
                while (!now.hasNext() && left.hasNext()) {
                    now = chunks.apply(left.next());
                }
                return now.hasNext();
            }

            @Override
            public List<ObjectNode> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return now.next();
            }
        };
    }

    /** The pages of a virtual host as rows, each taken when it is needed. */
    static <T> Iterator<List<ObjectNode>> paged(HostAdmin host, Pages<T> pages, Function<T, ObjectNode> row) {
        return new Iterator<>() {
            private int from;

            @Override
            public boolean hasNext() {
                return from != Page.END;
            }

            @Override
            public List<ObjectNode> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int begin = from;
                Page<T> page = Waiting.on(host.look(reports -> pages.at(reports, begin)));
                from = page.next();
                return rows(page.items(), row);
            }
        };
    }

    static <T> List<ObjectNode> rows(List<T> items, Function<T, ObjectNode> row) {
        List<ObjectNode> rows = new ArrayList<>(items.size());
        for (T item : items) {
            rows.add(row.apply(item));
        }
        return rows;
    }

    /** Rows that are there already. */
    static Iterator<List<ObjectNode>> once(List<ObjectNode> rows) {
        return List.of(rows).iterator();
    }
}
