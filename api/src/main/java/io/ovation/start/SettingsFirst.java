package io.ovation.start;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.stereotype.Component;

/**
 * Has all of our settings read before any store is started: a wrong one must not leave a store behind that was made for
 * nothing.
 */
@Component
final class SettingsFirst implements BeanFactoryPostProcessor {
    private static final String[] STORES = {"eventStoreServer", "rocksOptions", "mongoConnection"};

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        // the beans of settings are named by their prefix and their class
        String[] settings = Arrays.stream(beans.getBeanDefinitionNames())
                .filter(name -> name.startsWith("ovation.") && name.contains("-io.ovation."))
                .toArray(String[]::new);
        for (String store : STORES) {
            if (beans.containsBeanDefinition(store)) {
                BeanDefinition definition = beans.getBeanDefinition(store);
                String[] before = definition.getDependsOn();
                definition.setDependsOn(
                        Stream.concat(Arrays.stream(before == null ? new String[0] : before), Arrays.stream(settings))
                                .toArray(String[]::new));
            }
        }
    }
}
