package io.millrace.core.routing;

import io.millrace.core.model.Arguments;

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
        public void bind(String routingKey, Arguments arguments, int queue) {
            trie.add(routingKey, queue);
        }

        @Override
        public void unbind(String routingKey, Arguments arguments, int queue) {
            trie.remove(routingKey, queue);
        }

        @Override
        public void route(RoutedMessage message, Targets targets) {
            trie.match(message.routingKey(), targets);
        }

        @Override
        public boolean byKeyAlone() {
            return true;
        }
    }
}
