namespace ScimProvisioning;

/// <summary>
/// A service that the answer depends on cannot be reached. The answer is 503, never 401: identity providers stop using credentials that are
/// refused.
/// </summary>
sealed class UnavailableException(string message, Exception inner) : Exception(message, inner);
