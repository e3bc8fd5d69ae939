package io.ovation.documents;

/** A home in which nothing is, for what asks a home of other things. */
class NoDocuments implements DocumentHome {
    @Override
    public DocumentStore store(String projection) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Places places(String projection) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void caughtUp(String projection) {
        // there are no other versions
    }

    @Override
    public Beside beside(String projection) {
        throw new UnsupportedOperationException();
    }
}
