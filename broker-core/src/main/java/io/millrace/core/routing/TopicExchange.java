package io.millrace.core.routing;

import io.millrace.core.model.Arguments;
import io.millrace.core.model.BindingSpec;

/**
 * {@code topic}: keys are words with dots between them; in a binding's pattern {@code *} stands for one word and
 * {@code #} for none or more. AMQP 0-9-1 §3.1.3.3.
 */
public final class TopicExchange implements ExchangeType {

    @Override
    public String name() {
        return "topic";
    }

    @Override
    public Router router(Arguments exchangeArguments) {
        return new TopicRouter();
    }

    private static final class TopicRouter implements Router {
        private final TopicTrie trie = new TopicTrie();

        @Override
        public void bind(BindingSpec binding, int destination) {
            trie.add(binding.routingKey(), destination);
        }

        @Override
        public void unbind(BindingSpec binding, int destination) {
            trie.remove(binding.routingKey(), destination);
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            trie.match(message.routingKey(), targets);
        }

        @Override
        public boolean byKeyAlone() {
            return true;
        }

        @Override
        public boolean byEachKey() {
            return true;
        }
    }
}
