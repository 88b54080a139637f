package io.millrace.server.http;

import io.millrace.core.model.DestinationKind;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that can be asked, as one table. A table of a test has to name each of them. */
final class Routes {
    private static final int BODY_MAX = 1 << 20;
    private static final int DEFINITIONS_MAX = 10 << 20;
    private static final int NO_BODY = 64 << 10;

    private final List<Route> all = new ArrayList<>();

    /**
     * What a request asks for.
     *
     * @param route the route
     * @param parts the variable parts of its path
     */
    record Match(Route route, Map<String, String> parts) {}

    Routes(NodeAdmin node) {
        Hosts hosts = new Hosts(node);
        node(new NodeRoutes(node, hosts));
        connections(new ConnectionRoutes(node, hosts));
        queues(new QueueRoutes(hosts));
        exchanges(new ExchangeRoutes(hosts));
        bindings(new BindingRoutes(hosts));
        virtualHosts(new VirtualHostRoutes(node));
        users(new UserRoutes(node));
        permissions(new PermissionRoutes(node));
        policies("/policies", new PolicyRoutes(node, false));
        policies("/operator-policies", new PolicyRoutes(node, true));
        definitions(new DefinitionsRoutes(node));
    }

    List<Route> all() {
        return List.copyOf(all);
    }

    /** The route of that verb and path. */
    Match find(HttpMethod method, String path) {
        List<String> segments = Route.segments(path);
        boolean known = false;
        for (Route route : all) {
            Map<String, String> parts = route.match(segments);
            if (parts != null) {
                if (route.method().equals(method)) {
                    return new Match(route, parts);
                }
                known = true;
            }
        }
        if (known) {
            throw new Refusal(405, "method_not_allowed", "this path does not take " + method);
        }
        throw Refusal.notFound("there is nothing at this path");
    }

    private void node(NodeRoutes routes) {
        get("/overview", routes::overview);
        get("/version", routes::version);
        get("/whoami", routes::whoami);
        get("/nodes", routes::nodes);
        get("/nodes/:node", routes::showNode);
        administer(HttpMethod.POST, "/tls/reload", routes::reloadTls);
        get("/health/checks/alarms", routes::alarms);
        get("/health/checks/local-alarms", routes::alarms);
        get("/health/checks/virtual-hosts", routes::virtualHosts);
        get("/health/checks/port-listener/:port", routes::portListener);
        get("/aliveness-test/:vhost", routes::aliveness);
    }

    private void connections(ConnectionRoutes routes) {
        get("/connections", routes::list);
        get("/connections/username/:user", routes::ofUser);
        get("/connections/:connection", routes::show);
        administer(HttpMethod.DELETE, "/connections/:connection", routes::close);
        get("/connections/:connection/channels", routes::channelsOfConnection);
        administer(HttpMethod.DELETE, "/connections/username/:user", routes::closeOfUser);
        get("/vhosts/:vhost/connections", routes::ofVirtualHost);
        get("/channels", routes::channels);
        get("/channels/:channel", routes::channel);
        get("/vhosts/:vhost/channels", routes::channelsOfVirtualHost);
    }

    private void queues(QueueRoutes routes) {
        get("/queues", routes::list);
        get("/queues/:vhost", routes::list);
        get("/queues/:vhost/:queue", routes::show);
        administer(HttpMethod.PUT, "/queues/:vhost/:queue", routes::put);
        administer(HttpMethod.DELETE, "/queues/:vhost/:queue", routes::delete);
        administer(HttpMethod.DELETE, "/queues/:vhost/:queue/contents", routes::purge);
        get("/queues/:vhost/:queue/damaged", routes::damaged);
        administer(HttpMethod.DELETE, "/queues/:vhost/:queue/damaged", routes::discardDamaged);
        get("/consumers", routes::consumers);
        get("/consumers/:vhost", routes::consumers);
    }

    private void exchanges(ExchangeRoutes routes) {
        get("/exchanges", routes::list);
        get("/exchanges/:vhost", routes::list);
        get("/exchanges/:vhost/:exchange", routes::show);
        administer(HttpMethod.PUT, "/exchanges/:vhost/:exchange", routes::put);
        administer(HttpMethod.DELETE, "/exchanges/:vhost/:exchange", routes::delete);
    }

    private void bindings(BindingRoutes routes) {
        get("/bindings", routes::list);
        get("/bindings/:vhost", routes::list);
        get("/queues/:vhost/:queue/bindings", routes::ofQueue);
        get("/exchanges/:vhost/:exchange/bindings/source", routes::fromExchange);
        get("/exchanges/:vhost/:exchange/bindings/destination", routes::toExchange);
        between("/bindings/:vhost/e/:exchange/q/:destination", routes.between(DestinationKind.QUEUE));
        between("/bindings/:vhost/e/:exchange/e/:destination", routes.between(DestinationKind.EXCHANGE));
    }

    private void between(String template, BindingRoutes.Between routes) {
        get(template, routes::list);
        administer(HttpMethod.POST, template, routes::bind);
        get(template + "/:properties", routes::show);
        administer(HttpMethod.DELETE, template + "/:properties", routes::unbind);
    }

    private void virtualHosts(VirtualHostRoutes routes) {
        get("/vhosts", routes::list);
        get("/vhosts/:vhost", routes::show);
        administer(HttpMethod.PUT, "/vhosts/:vhost", routes::put);
        administer(HttpMethod.DELETE, "/vhosts/:vhost", routes::delete);
        get("/vhost-limits", routes::limits);
        get("/vhost-limits/:vhost", routes::limitsOf);
        administer(HttpMethod.PUT, "/vhost-limits/:vhost/:limit", routes::putLimit);
        administer(HttpMethod.DELETE, "/vhost-limits/:vhost/:limit", routes::deleteLimit);
    }

    private void users(UserRoutes routes) {
        administer(HttpMethod.GET, "/users", routes::list);
        administer(HttpMethod.GET, "/users/without-permissions", routes::withoutPermissions);
        administer(HttpMethod.POST, "/users/bulk-delete", routes::deleteMany);
        administer(HttpMethod.GET, "/users/:user", routes::show);
        administer(HttpMethod.PUT, "/users/:user", routes::put);
        administer(HttpMethod.DELETE, "/users/:user", routes::delete);
        administer(HttpMethod.GET, "/user-limits", routes::limits);
        administer(HttpMethod.GET, "/user-limits/:user", routes::limitsOf);
        administer(HttpMethod.PUT, "/user-limits/:user/:limit", routes::putLimit);
        administer(HttpMethod.DELETE, "/user-limits/:user/:limit", routes::deleteLimit);
    }

    private void permissions(PermissionRoutes routes) {
        administer(HttpMethod.GET, "/permissions", routes::list);
        administer(HttpMethod.GET, "/permissions/:vhost/:user", routes::show);
        administer(HttpMethod.PUT, "/permissions/:vhost/:user", routes::put);
        administer(HttpMethod.DELETE, "/permissions/:vhost/:user", routes::delete);
        administer(HttpMethod.GET, "/users/:user/permissions", routes::list);
        administer(HttpMethod.GET, "/vhosts/:vhost/permissions", routes::list);
        administer(HttpMethod.GET, "/topic-permissions", routes::listTopics);
        administer(HttpMethod.GET, "/topic-permissions/:vhost/:user", routes::listTopics);
        administer(HttpMethod.PUT, "/topic-permissions/:vhost/:user", routes::putTopics);
        administer(HttpMethod.DELETE, "/topic-permissions/:vhost/:user", routes::deleteTopics);
        administer(HttpMethod.DELETE, "/topic-permissions/:vhost/:user/:exchange", routes::deleteTopic);
        administer(HttpMethod.GET, "/users/:user/topic-permissions", routes::listTopics);
        administer(HttpMethod.GET, "/vhosts/:vhost/topic-permissions", routes::listTopics);
    }

    private void policies(String path, PolicyRoutes routes) {
        get(path, routes::list);
        get(path + "/:vhost", routes::list);
        get(path + "/:vhost/:policy", routes::show);
        administer(HttpMethod.PUT, path + "/:vhost/:policy", routes::put);
        administer(HttpMethod.DELETE, path + "/:vhost/:policy", routes::delete);
    }

    private void definitions(DefinitionsRoutes routes) {
        for (String path : List.of("/definitions", "/definitions/:vhost")) {
            administer(HttpMethod.GET, path, routes::export);
            all.add(new Route(HttpMethod.POST, path, Access.ADMINISTER, DEFINITIONS_MAX, routes::load));
        }
    }

    private void get(String template, Route.Handler handler) {
        all.add(new Route(HttpMethod.GET, template, Access.LOOK, NO_BODY, handler));
    }

    private void administer(HttpMethod method, String template, Route.Handler handler) {
        all.add(new Route(method, template, Access.ADMINISTER, BODY_MAX, handler));
    }
}
