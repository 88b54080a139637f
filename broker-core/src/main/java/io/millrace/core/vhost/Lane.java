package io.millrace.core.vhost;

/**
 * An ordered sequence of commands of one client, and what comes back from them. Made by an edge on any thread; what the
 * virtual host keeps in it is touched by the owner's thread only.
 */
public final class Lane {
    private final Client client;
    private final int number;
    private final Outlet outlet;

    /**
     * @param client whose lane it is
     * @param number the edge's number for it, unique among the client's open lanes, 0 or more
     * @param outlet where the answers go
     */
    public Lane(Client client, int number, Outlet outlet) {
        this.client = client;
        this.number = number;
        this.outlet = outlet;
    }

    /** Whose lane it is. */
    public Client client() {
        return client;
    }

    /** The edge's number for it. */
    public int number() {
        return number;
    }

    /** Where the answers go. */
    public Outlet outlet() {
        return outlet;
    }
}
