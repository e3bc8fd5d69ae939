package io.ovation.documents;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** The address of the MongoDB that the documents are in. */
public final class HomeAddress {
    private HomeAddress() {}

    /** The connection string; null where the documents are in this process. */
    public static @Nullable String mongo(Environment environment) {
        String uri = environment.getProperty("ovation.mongodb.uri");
        if (!StringUtils.hasText(uri)) {
            uri = environment.getProperty("MONGODB_URI");
        }
        return StringUtils.hasText(uri) ? uri : null;
    }
}
