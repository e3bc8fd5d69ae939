package io.ovation.projection;

import io.ovation.projection.ProjectionRejection.AdminsOnly;

/** The rule of all orders about the read models. */
final class Orders {
    private Orders() {}

    static void isAsAdmin(ProjectionCommand command) {
        if (!command.by().admin()) {
            throw new AdminsOnly();
        }
    }
}
