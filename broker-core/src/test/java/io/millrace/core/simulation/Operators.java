package io.millrace.core.simulation;

import io.millrace.core.model.Arguments;
import io.millrace.core.policy.ApplyTo;
import io.millrace.core.policy.Policies;
import io.millrace.core.policy.Policy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What an operator rules while the virtual host runs: policies that are set, changed and cleared. */
final class Operators {
    private static final List<String> PATTERNS = List.of("^a$", "^[bc]$", "^[d-f]$", "^[pq]$", "[abde]", "");

    private final World world;
    private final SplittableRandom random;

    Operators(World world) {
        this.world = world;
        this.random = world.random;
    }

    /** One policy is other than it was, or gone. */
    void rule() {
        boolean operator = random.nextInt(4) == 0;
        String name = (operator ? "o" : "u") + random.nextInt(3);
        Map<String, Rule> rules = new TreeMap<>(world.ledger.live.rules());
        if (rules.remove(name) == null || random.nextInt(3) > 0) {
            Pattern pattern = Pattern.compile(PATTERNS.get(random.nextInt(PATTERNS.size())));
            rules.put(name, new Rule(name, operator, pattern, random.nextInt(3), settings(operator)));
        }
        world.trace.line("policies: " + rules.values());
        // What is due is decided by the policies of before.
        world.turn(() -> {});
        world.observe();
        world.observer.reconcile(world.life);
        for (ModelQueue queue : world.ledger.live.queues.values()) {
            if (queue.isLimited()) {
                world.ledger.onceLimited.add(queue.id);
            }
        }
        world.turn(() -> {
            world.ledger.live.rule(rules, world.life.millis());
            world.life.host.policies(world.tampering.policies(policies(rules)));
        });
        world.ledger.figures.policies++;
    }

    private Map<String, Object> settings(boolean operator) {
        Map<String, Object> settings = new HashMap<>();
        maybe(settings, "message-ttl", 1 + random.nextInt(4000));
        maybe(settings, "max-length", 1 + random.nextInt(20));
        maybe(settings, "max-length-bytes", 500 + random.nextInt(20_000));
        maybe(settings, "delivery-limit", 1 + random.nextInt(3));
        maybe(settings, "expires", 500 + random.nextInt(5000));
        if (!operator) {
            maybe(settings, "consumer-timeout", 500 + random.nextInt(4000));
            if (random.nextInt(3) == 0) {
                settings.put("overflow", random.nextBoolean() ? "drop-head" : "reject-publish");
            }
            if (random.nextInt(3) == 0) {
                settings.put("dead-letter-exchange", random.nextBoolean() ? "dead" : "");
                settings.put("dead-letter-routing-key", Names.QUEUES.get(random.nextInt(Names.QUEUES.size())));
            }
        }
        if (settings.isEmpty()) {
            settings.put("max-length", 5L);
        }
        return settings;
    }

    private void maybe(Map<String, Object> settings, String name, long value) {
        if (random.nextInt(4) == 0) {
            settings.put(name, value);
        }
    }

    /** The same for a broker. */
    static Policies policies(Map<String, Rule> rules) {
        Policies policies = Policies.NONE;
        for (Rule rule : rules.values()) {
            policies = policies.with(
                    rule.operator(),
                    new Policy(
                            rule.name(),
                            rule.pattern().pattern(),
                            ApplyTo.QUEUES,
                            rule.priority(),
                            new Arguments(rule.settings())));
        }
        return policies;
    }
}
