package io.ovation.documents;

/** The store does not take a document as it would be: it is too long, or has what cannot be stored. */
public final class DocumentRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String collection;
    private final String id;

    public DocumentRefused(String collection, String id, Throwable cause) {
        super(collection + " refuses a document: " + cause.getMessage(), cause);
        this.collection = collection;
        this.id = id;
    }

    public String collection() {
        return collection;
    }

    public String id() {
        return id;
    }
}
