package io.ovation.security;

/** A key that has signed a token, told from others by what it is; it says nothing of itself. Immutable. */
final class Signer {
    private final Object key;

    Signer(Object key) {
        this.key = key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Signer signer && key.equals(signer.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return "a key";
    }
}
