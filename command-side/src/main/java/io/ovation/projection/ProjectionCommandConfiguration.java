package io.ovation.projection;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/** What admins order about the read models, on the command side. */
@AutoConfiguration(beforeName = "org.axonframework.springboot.autoconfig.AxonAutoConfiguration")
@Import({DeadLetterOrders.class, RebuildOrders.class})
class ProjectionCommandConfiguration {}
