package io.ovation.reference;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;

import io.ovation.limits.LimitSettings;
import org.springframework.util.unit.DataSize;

/** What stands at the head of both documents. Stateless, so safe for any thread. */
final class Info {
    private Info() {}

    static Map<String, Object> of(String title, LimitSettings limits) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("title", title);
        info.put("version", "2");
        info.put(
                "description",
                "Commands, queries and live streams of this server. Changes are additive: a client passes over fields"
                        + " and frames that it does not know. Whoever creates a thing may choose its id, which makes"
                        + " the request safe to send again. A request has no fields but those that are named here."
                        + " An optional field may be absent or null. x-limits has the limits of this server.");
        info.put("x-limits", limits(limits));
        return info;
    }

    /** Each limit by the name of its component; sizes are bytes. */
    private static Map<String, Object> limits(LimitSettings limits) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (RecordComponent component : LimitSettings.class.getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(limits);
                all.put(component.getName(), value instanceof DataSize size ? size.toBytes() : value);
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException("A limit that cannot be read: " + component, impossible);
            }
        }
        return all;
    }
}
