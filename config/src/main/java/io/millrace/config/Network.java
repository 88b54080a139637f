package io.millrace.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The addresses that begin with the same bits.
 *
 * @param first one of them
 * @param prefixBits how many bits at the front are the same
 */
public record Network(InetAddress first, int prefixBits) {
    private static final Pattern IN_NUMBERS =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /**
     * Reads {@code 10.0.0.0/8}, {@code ::1/128}, or an address alone. Never asks for the address of a name.
     *
     * @throws IllegalArgumentException the text is neither
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!IN_NUMBERS.matcher(address).matches()) {
            throw new IllegalArgumentException("is not an address in numbers");
        }
        try {
            InetAddress first = InetAddress.getByName(address);
            int bits = first.getAddress().length * 8;
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > bits) {
                throw new IllegalArgumentException("has a prefix that is not in 0 to " + bits);
            }
            return new Network(first, prefix);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("is not an address in numbers", e);
        }
    }

    /** Whether an address is one of them; an IPv4 address is never in a network of IPv6. */
    public boolean contains(InetAddress address) {
        byte[] ours = first.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >>> bit % 8;
            if (((ours[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefixBits;
    }
}
