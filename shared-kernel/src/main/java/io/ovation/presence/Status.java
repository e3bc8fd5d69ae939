package io.ovation.presence;

/** Whether a person is there; the constants are the words of the contract. */
public enum Status {
    online,
    offline
}
