namespace ScimProvisioning.Auth.OAuth;

/// <summary>Why no access token is issued (RFC 6749 §5.2). <c>Message</c> becomes <c>error_description</c>.</summary>
sealed class OAuthException : Exception
{
    OAuthException(int status, string error, string description)
        : base(description) => (Status, Error) = (status, error);

    public int Status { get; }

    public string Error { get; }

    public static OAuthException InvalidRequest(string description, int status = StatusCodes.Status400BadRequest) =>
        new(status, "invalid_request", description);

    // One text for every reason, so that a client that guesses learns nothing. The admin reads the reason in the failed logins.
    public static OAuthException InvalidClient(int status = StatusCodes.Status401Unauthorized) =>
        new(
            status,
            "invalid_client",
            "The client is unknown or revoked, or its secret or assertion is not good. "
                + "Check them, and that the connection is not disabled or disconnected."
        );

    public static OAuthException UnsupportedGrantType() =>
        new(StatusCodes.Status400BadRequest, "unsupported_grant_type", "The only grant_type is client_credentials.");

    public static OAuthException InvalidScope() =>
        new(
            StatusCodes.Status400BadRequest,
            "invalid_scope",
            "The client can have none of these scopes. Leave scope out to get all that it can have: read, write or both."
        );
}
