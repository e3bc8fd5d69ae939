package io.ovation.commands;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import io.ovation.Addressed;
import org.jspecify.annotations.Nullable;

/**
 * Which commands take turns at their aggregate, and how. Each context says it of its own commands with a bean; those
 * that no context names are handled at once. Immutable.
 */
public record Turns(Map<Class<? extends Addressed>, Turn> ofCommands) {
    public Turns {
        ofCommands = Map.copyOf(ofCommands);
    }

    /** Those of all contexts. */
    static Turns all(Collection<Turns> contexts) {
        Map<Class<? extends Addressed>, Turn> all = new HashMap<>();
        contexts.forEach(each -> all.putAll(each.ofCommands));
        return new Turns(all);
    }

    /** How a command waits; null where it waits for no other. */
    @Nullable
    Turn of(Object command) {
        return ofCommands.get(command.getClass());
    }
}
