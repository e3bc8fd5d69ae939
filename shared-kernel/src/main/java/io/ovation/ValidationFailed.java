package io.ovation;

import java.util.List;

/** The request itself is wrong: a field that is missing, of the wrong type, over its limit or unknown. */
public final class ValidationFailed extends Rejection {
    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    public ValidationFailed(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    public ValidationFailed(List<FieldError> errors) {
        super(ErrorCode.VALIDATION_FAILED, errors.getFirst().message());
        this.errors = List.copyOf(errors);
    }

    @Override
    public List<FieldError> errors() {
        return errors;
    }
}
