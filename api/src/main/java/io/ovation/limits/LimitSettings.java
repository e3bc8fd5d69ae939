package io.ovation.limits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much may be asked for. The sizes hold always; {@code enabled} turns off the rates and the number of streams.
 *
 * @param enabled whether the limits of rate and of streams hold
 * @param sendsPerSecond messages that a user may send or edit, and comments that they may add, a second, over all
 *     transports
 * @param sendBurst messages and comments that a user may send or edit at once after a pause
 * @param unitsPerSecond what a user's requests of every kind may cost a second, over all transports; a unit is about
 *     one document that is found, and a request's cost follows from what it reads, writes and tells others
 * @param unitBurst what they may cost at once after a pause
 * @param requestsAtOnce requests of one user that may be under way at once, over all transports; one whose client has
 *     gone is under way until its work has ended
 * @param connectsPerSecond WebSocket connections and SSE streams that an address may open a second, and at once; who
 *     was connected a moment ago and brings a valid token is not counted
 * @param openPerUser connections and SSE streams that one user may have open at once
 * @param openPerAddress connections and SSE streams that one address, of IPv6 one /64, may have open at once
 * @param streamsPerConnection live streams that one RSocket connection may have open
 * @param requestSize the largest HTTP request body and RSocket frame
 * @param bodySize the largest body of a message, comment or content, in bytes of UTF-8
 * @param dataSize the largest data of the app's own on a conversation, message, comment or content, in bytes of UTF-8
 *     without its white space
 * @param titleLength the longest title, in characters
 * @param userLength the longest id of a person, in characters
 * @param mentions people that one message may mention
 * @param groupMembers people that a group or channel may be opened with, the opener among them
 */
@ConfigurationProperties("ovation.limits")
public record LimitSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("20") int sendsPerSecond,
        @DefaultValue("60") int sendBurst,
        @DefaultValue("100") int unitsPerSecond,
        @DefaultValue("1000") int unitBurst,
        @DefaultValue("128") int requestsAtOnce,
        @DefaultValue("50") int connectsPerSecond,
        @DefaultValue("50") int openPerUser,
        @DefaultValue("1000") int openPerAddress,
        @DefaultValue("256") int streamsPerConnection,
        @DefaultValue("64KB") DataSize requestSize,
        @DefaultValue("8KB") DataSize bodySize,
        @DefaultValue("4KB") DataSize dataSize,
        @DefaultValue("200") int titleLength,
        @DefaultValue("200") int userLength,
        @DefaultValue("50") int mentions,
        @DefaultValue("5000") int groupMembers) {

    public LimitSettings {
        atLeastOne("sends-per-second", sendsPerSecond);
        atLeastOne("send-burst", sendBurst);
        atLeastOne("units-per-second", unitsPerSecond);
        atLeastOne("unit-burst", unitBurst);
        atLeastOne("requests-at-once", requestsAtOnce);
        atLeastOne("connects-per-second", connectsPerSecond);
        atLeastOne("open-per-user", openPerUser);
        atLeastOne("open-per-address", openPerAddress);
        atLeastOne("streams-per-connection", streamsPerConnection);
        atLeastOne("request-size", requestSize.toBytes());
        atLeastOne("body-size", bodySize.toBytes());
        atLeastOne("data-size", dataSize.toBytes());
        atLeastOne("title-length", titleLength);
        atLeastOne("user-length", userLength);
        atLeastOne("mentions", mentions);
        atLeastOne("group-members", groupMembers);
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "ovation.limits." + name + " must be between 1 and " + Integer.MAX_VALUE);
        }
    }
}
