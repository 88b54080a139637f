package io.millrace.benchmarks.load;

import io.millrace.benchmarks.wire.Address;
import io.millrace.benchmarks.wire.Channels;
import io.millrace.benchmarks.wire.Link;
import io.millrace.benchmarks.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The queues, exchange, bindings and consumers of one run, made before anything is measured. Queues are auto-delete: they
 * are gone with their consumers, even if this process is killed.
 */
final class Stage {
    private static final int DURABLE = 2;
    private static final int AUTO_DELETE = 8;
    /** A queue has a channel of its own up to so many queues of a connection; with more, they share one. */
    private static final int CHANNELS_MAX = 100;

    /** A consuming connection, its queues, and the highest channel that it uses. */
    record Consuming(Link link, int channels, int queues) {}

    private final Address address;
    private final Load load;
    private final Crew crew;
    private final Names names = Names.next();
    private final List<Consuming> consuming = new ArrayList<>();
    private final List<Link> publishing = new ArrayList<>();

    Stage(Address address, Load load, Crew crew) {
        this.address = address;
        this.load = load;
        this.crew = crew;
    }

    List<Consuming> consuming() {
        return consuming;
    }

    List<Link> publishing() {
        return publishing;
    }

    String exchange() {
        return load.shape().exchangeType().isEmpty() ? "" : names.exchange();
    }

    /** The keys that messages take in turn. */
    List<String> keys() {
        if (!load.shape().exchangeType().isEmpty()) {
            return load.shape().keys();
        }
        return java.util.stream.IntStream.range(0, load.shape().queues())
                .mapToObj(names::queue)
                .toList();
    }

    /** Declares, binds, consumes and connects the publishers. */
    void build() {
        Shape shape = load.shape();
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < load.consumers(); i++) {
            links.add(crew.add(Link.open(address, names.prefix() + "-consumer-" + i)));
        }
        Link first = links.get(0);
        Channels setUp = new Channels(first);
        setUp.open(1);
        int durable = load.persistent() ? DURABLE : 0;
        for (int queue = 0; queue < shape.queues(); queue++) {
            setUp.declareQueue(1, names.queue(queue), durable | AUTO_DELETE, Map.of());
        }
        if (!shape.exchangeType().isEmpty()) {
            setUp.declareExchange(1, names.exchange(), shape.exchangeType(), durable | 4);
            setUp.bindAll(
                    1,
                    names.exchange(),
                    shape.bindings().stream()
                            .map(each -> names.queue(each.queue()))
                            .toList(),
                    shape.bindings().stream().map(Shape.Binding::key).toList());
        }
        for (int i = 0; i < links.size(); i++) {
            consuming.add(consume(links.get(i), i, i == 0));
        }
        for (int i = 0; i < load.producers(); i++) {
            Link link = crew.add(Link.open(address, names.prefix() + "-producer-" + i));
            Channels channels = new Channels(link);
            channels.open(1);
            if (load.window() > 0) {
                channels.confirms(1);
            }
            publishing.add(link);
        }
    }

    private Consuming consume(Link link, int number, boolean firstIsOpen) {
        List<Integer> mine = new ArrayList<>();
        int queues = load.shape().queues();
        for (int queue = 0; queue < queues; queue++) {
            if (queues < load.consumers() || queue % load.consumers() == number) {
                mine.add(queue);
            }
        }
        Channels channels = new Channels(link);
        int highest = mine.size() > CHANNELS_MAX ? 1 : Math.max(1, mine.size());
        for (int channel = 1; channel <= highest; channel++) {
            if (channel > 1 || !firstIsOpen) {
                channels.open(channel);
            }
            if (load.prefetch() > 0) {
                channels.prefetch(channel, load.prefetch());
            }
        }
        for (int i = 0; i < mine.size(); i++) {
            int channel = i % highest + 1;
            link.call(
                    Channels.consume(channel, names.queue(mine.get(i)), "c" + i, load.prefetch() == 0),
                    Wire.BASIC_CONSUME_OK,
                    channel);
        }
        return new Consuming(link, highest, mine.size());
    }

    /** Takes everything away again, in the order that leaves nothing behind. */
    void tearDown() {
        publishing.forEach(link -> new Channels(link).farewell());
        consuming.forEach(each -> new Channels(each.link()).farewell());
    }
}
