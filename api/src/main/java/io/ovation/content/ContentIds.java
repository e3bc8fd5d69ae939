package io.ovation.content;

import io.ovation.content.ContentRejection.CommentNotFound;
import io.ovation.content.ContentRejection.ContentNotFound;
import io.ovation.operation.Call;
import io.ovation.operation.Checks;

/** The ids in a path or route. What cannot be the id of anything is none that exists. */
final class ContentIds {
    private ContentIds() {}

    static String content(Call<?> call) {
        String id = Checks.uuid(call.name("contentId"));
        if (id == null) {
            throw new ContentNotFound();
        }
        return id;
    }

    static String comment(Call<?> call) {
        String id = Checks.uuid(call.name("commentId"));
        if (id == null) {
            throw new CommentNotFound();
        }
        return id;
    }
}
