namespace ScimProvisioning;

/// <summary>
/// The request cannot be served now: a service that the answer depends on cannot be reached, or the server is at its limit. The answer is
/// 503, never 401: identity providers stop using credentials that are refused.
/// </summary>
sealed class UnavailableException(string message, Exception? inner = null) : Exception(message, inner);
