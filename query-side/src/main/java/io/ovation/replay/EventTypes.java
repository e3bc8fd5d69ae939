package io.ovation.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.ovation.Rejection.FieldError;
import io.ovation.ValidationFailed;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.util.ClassUtils;

/**
 * The kinds of events that this version knows: the records of every sealed interface of the shared kernel whose name
 * ends with {@code Event}. Thread-safe.
 */
final class EventTypes {
    private static final String KERNEL = "io.ovation";
    private static final String FAMILY = "Event";
    private static final int MOST_STRANGERS = 1_000;

    private final Map<String, Type> byClass;
    private final Map<String, Type> strangers = new ConcurrentHashMap<>();
    private final Map<String, String> keys = new HashMap<>();

    /**
     * How an event is called.
     *
     * @param name the simple name, as it stands in a filter and in a line
     * @param known whether there is such an event in this version
     */
    record Type(String name, boolean known) {}

    /** Finds them all, so that a new context has nothing to register. */
    EventTypes() {
        this(scan());
    }

    EventTypes(Stream<Class<?>> events) {
        Map<String, Type> types = new HashMap<>();
        events.forEach(event -> {
            types.put(event.getName(), new Type(event.getSimpleName(), true));
            keys.put(event.getSimpleName(), key(event.getName()));
        });
        byClass = Map.copyOf(types);
    }

    private static Stream<Class<?>> scan() {
        ClassPathScanningCandidateComponentProvider interfaces =
                new ClassPathScanningCandidateComponentProvider(false) {
                    @Override
                    protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
                        return definition.getMetadata().isInterface();
                    }
                };
        interfaces.addIncludeFilter(
                (type, factory) -> type.getClassMetadata().getClassName().endsWith(FAMILY));
        ClassLoader loader = EventTypes.class.getClassLoader();
        return interfaces.findCandidateComponents(KERNEL).stream()
                .<Class<?>>map(found -> ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), loader))
                .filter(Class::isSealed)
                .flatMap(EventTypes::records);
    }

    private static Stream<Class<?>> records(Class<?> family) {
        return Stream.of(family.getPermittedSubclasses())
                .flatMap(member -> member.isSealed() ? records(member) : Stream.<Class<?>>of(member));
    }

    /** What the index over the types holds of a class name: what comes after the last {@code $}. */
    private static String key(String className) {
        return className.substring(className.lastIndexOf('$') + 1);
    }

    /** The simple names. */
    Set<String> names() {
        return keys.keySet();
    }

    /** The type of a stored event, by the name of its class. */
    Type of(String className) {
        Type type = byClass.get(className);
        if (type != null) {
            return type;
        }
        Type stranger = strangers.get(className);
        if (stranger == null) {
            stranger = new Type(key(className).substring(key(className).lastIndexOf('.') + 1), false);
            if (strangers.size() < MOST_STRANGERS) {
                strangers.put(className, stranger);
            }
        }
        return stranger;
    }

    /**
     * What to look up in the index for the types of a filter.
     *
     * @throws ValidationFailed if there is no such type
     */
    List<String> keys(List<String> types) {
        List<FieldError> errors = new ArrayList<>();
        Set<String> found = new LinkedHashSet<>();
        for (int i = 0; i < types.size(); i++) {
            String key = keys.get(types.get(i));
            if (key == null) {
                errors.add(new FieldError("types[" + i + "]", "is no type of event"));
            } else {
                found.add(key);
            }
        }
        if (!errors.isEmpty()) {
            throw new ValidationFailed(errors);
        }
        return List.copyOf(found);
    }
}
