package io.ovation.security;

import java.net.InetAddress;
import java.net.UnknownHostException;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * All addresses that begin with the same bits. Text is read as an address or refused: a name is never looked up.
 */
record AddressRange(InetAddress first, int bits) {
    /** The range that is written like {@code 10.0.0.0/8}, or the one address; null when the text is neither. */
    static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress first = address(slash < 0 ? text : text.substring(0, slash));
        if (first == null) {
            return null;
        }
        int all = first.getAddress().length * 8;
        if (slash < 0) {
            return new AddressRange(first, all);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > all) {
            return null;
        }
        return new AddressRange(first, Integer.parseInt(length));
    }

    /** The address that is written there; null when it is none. One of IPv4 in the form of IPv6 is one of IPv4. */
    static @Nullable InetAddress address(String text) {
        byte[] bytes = text.isEmpty() ? null : NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            return null;
        }
    }

    boolean contains(InetAddress address) {
        byte[] own = first.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (own[i] != other[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        int mask = 0xff << (8 - rest) & 0xff;
        return rest == 0 || (own[whole] & mask) == (other[whole] & mask);
    }
}
