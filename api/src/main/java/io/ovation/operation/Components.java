package io.ovation.operation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

import io.ovation.AppData;
import io.ovation.Rejection.FieldError;
import org.jspecify.annotations.Nullable;

/**
 * What a record's declaration says about its components and a decoder does not see to: which may be null, and that no
 * text is ill-formed.
 */
final class Components {
    private record Component(String name, Method accessor, boolean optional) {}

    private static final ClassValue<List<Component>> OF = new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(Components::component)
                    .toList();
        }
    };

    private Components() {}

    private static Component component(RecordComponent component) {
        Method accessor = component.getAccessor();
        // the records of a request are package-private to their feature
        accessor.setAccessible(true);
        return new Component(
                component.getName(), accessor, component.getAnnotatedType().isAnnotationPresent(Nullable.class));
    }

    static void check(Record body, String path, boolean surrogates, List<FieldError> errors) {
        for (Component component : OF.get(body.getClass())) {
            String name = path.isEmpty() ? component.name() : path + "." + component.name();
            Object value = value(component.accessor(), body);
            if (value != null) {
                check(value, name, surrogates, errors);
            } else if (!component.optional()) {
                errors.add(new FieldError(name, "is required"));
            }
        }
    }

    private static void check(Object value, String name, boolean surrogates, List<FieldError> errors) {
        switch (value) {
            case String text
            when surrogates && !WellFormed.is(text) -> errors.add(new FieldError(name, WellFormed.LONE_SURROGATE));
            case AppData data
            when surrogates && !WellFormed.is(data.json()) ->
                errors.add(new FieldError(name, WellFormed.LONE_SURROGATE));
            case AppData _ -> {}
            case Record nested -> check(nested, name, surrogates, errors);
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    Object item = list.get(i);
                    if (item == null) {
                        errors.add(new FieldError(name + "[" + i + "]", "must not be null"));
                    } else {
                        check(item, name + "[" + i + "]", surrogates, errors);
                    }
                }
            }
            default -> {}
        }
    }

    private static @Nullable Object value(Method accessor, Record body) {
        try {
            return accessor.invoke(body);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("A record component that cannot be read: " + accessor, impossible);
        }
    }
}
