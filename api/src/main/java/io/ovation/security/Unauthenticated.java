package io.ovation.security;

import io.ovation.ErrorCode;
import io.ovation.Rejection;

/** No token, or none that is valid. */
public final class Unauthenticated extends Rejection {
    private static final long serialVersionUID = 1L;

    private final boolean tokenGiven;

    private Unauthenticated(String detail, boolean tokenGiven) {
        super(ErrorCode.UNAUTHENTICATED, detail);
        this.tokenGiven = tokenGiven;
    }

    /** The request carried no token. */
    public static Unauthenticated noToken() {
        return new Unauthenticated("This needs a bearer token", false);
    }

    /** The token that the request carried is not valid, and that is all that who may have forged it is told. */
    public static Unauthenticated badToken() {
        return new Unauthenticated("The token is not valid", true);
    }

    /** The token is signed as it should be, and one of its claims is wrong. */
    static Unauthenticated badClaim(String claim, String whatIsWrong) {
        return new Unauthenticated("The token is not valid: its claim " + claim + " " + whatIsWrong, true);
    }

    /** The token was valid until now. */
    public static Unauthenticated expired() {
        return new Unauthenticated("The token has expired", true);
    }

    /** An admin has signed its user out since the token was issued, or its key was taken out. */
    public static Unauthenticated signedOut() {
        return new Unauthenticated("The user was signed out, or the token's key taken out: sign in again", true);
    }

    /** Whether there was a token at all. */
    public boolean tokenGiven() {
        return tokenGiven;
    }
}
